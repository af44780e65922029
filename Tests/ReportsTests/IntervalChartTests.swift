import Reports
import Testing

@Suite("Intervals")
struct IntervalChartTests {
  @Test("points, mean and interval stand on one axis with 0, and names are escaped")
  func places() {
    let chart = IntervalChart([
      IntervalChart.Row(name: "a < b", points: [-10, -5], mean: -7.5, interval: -10 ... -5),
      IntervalChart.Row(name: "c", points: [0], mean: 0, interval: nil),
    ])
    let html = chart.html()
    #expect(html.contains("a &lt; b"))
    #expect(html.contains("<div class=\"zero\" style=\"left:100%\">"))
    #expect(html.contains("<div class=\"dot\" style=\"left:0%\">"))
    #expect(html.contains("<div class=\"dot\" style=\"left:50%\">"))
    #expect(html.contains("<div class=\"mark\" style=\"left:25%\">"))
    #expect(html.contains("<div class=\"range\" style=\"left:0%;width:50%\">"))
    #expect(html.ranges(of: "class=\"range\"").count == 1)
    for name in ["table", "tr", "td", "div", "bdi"] {
      let opened = html.ranges(of: "<\(name)>").count + html.ranges(of: "<\(name) ").count
      #expect(opened == html.ranges(of: "</\(name)>").count, "\(name)")
    }
  }

  @Test("rows without a difference draw, too")
  func empty() {
    let row = IntervalChart.Row(name: "", points: [0, 0], mean: 0, interval: 0...0)
    #expect(IntervalChart([row]).html().contains("width:0%"))
    #expect(!IntervalChart([]).html().isEmpty)
  }
}

import Reports
import Testing

@Suite("Pages and drawings")
struct PageTests {
  @Test("a page needs nothing but itself, and what is shown is escaped")
  func page() {
    var page = HTMLPage(title: "<b> & \"c\"")
    page.addHeading("1 < 2")
    page.addParagraph("a > b")
    page.addTable(["word", "n"], [["<x>", "12"]])
    page.addTokens(label: "plain", ["<", "b", "&"])
    page.addFigure("<svg></svg>", caption: "<c>")
    page.addQuote(name: "<n>", prompt: "<p>", "<q>")
    let text = page.rendered()
    #expect(text.contains("<title>&lt;b&gt; &amp; &quot;c&quot;</title>"))
    #expect(text.contains("<h2>1 &lt; 2</h2>"))
    #expect(text.contains("<td>&lt;x&gt;</td><td class=\"n\">12</td>"))
    #expect(text.contains("<span class=\"t t0\">&lt;</span><span class=\"t t1\">b</span>"))
    #expect(text.contains("&lt;n&gt;</span><b>&lt;p&gt;</b>&lt;q&gt;</blockquote>"))
    #expect(text.contains("prefers-color-scheme: dark"))
    for outside in ["http:", "https:", "<script", "<link", "src=", "@import", "url("] {
      #expect(!text.contains(outside), "\(outside)")
    }
  }

  @Test("every element that is opened is closed")
  func balance() {
    var page = HTMLPage(title: "t")
    page.addTokens(label: "l", ["a", "b"])
    page.addTable(["h"], [["1"], ["2"]])
    page.addFigure(LineChart(xLabel: "x", yLabel: "y", series: []).svg(), caption: "c")
    let text = page.rendered()
    for name in ["html", "head", "body", "main", "h1", "figure", "table", "tr", "td", "svg", "bdi"]
    {
      let opened = text.ranges(of: "<\(name)>").count + text.ranges(of: "<\(name) ").count
      #expect(opened == text.ranges(of: "</\(name)>").count, "\(name)")
      #expect(opened > 0, "\(name)")
    }
  }

  @Test("a line goes from the lower left to the upper right of its axes")
  func line() throws {
    let series = LineChart.Series(name: "loss", points: [(0, 0), (50, 2), (100, 10), (200, .nan)])
    #expect(series.points.count == 3, "what is no number is left out")
    let svg = LineChart(xLabel: "step", yLabel: "nats", series: [series]).svg()
    let path = try #require(
      svg.firstMatch(of: /<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"/)
    )
    let numbers = try [path.1, path.2, path.3, path.4, path.5, path.6].map {
      try #require(Double($0))
    }
    #expect(numbers[0] < numbers[2] && numbers[2] < numbers[4])
    #expect(numbers[1] > numbers[3] && numbers[3] > numbers[5])
    #expect(numbers[0] == 56 && numbers[1] == 296, "the origin, below a row of names")
    #expect(abs((numbers[2] - numbers[0]) * 2 - (numbers[4] - numbers[0])) < 0.21)
    #expect(svg.contains(">loss<") && svg.contains(">step<") && svg.contains(">nats<"))
  }

  @Test("names of lines take as many rows as they need, and a broken line is broken in both places")
  func legend() throws {
    let names = (0..<7).map { "a line with the number \($0)" }
    let series = names.map { LineChart.Series(name: $0, points: [(0, 1), (1, 2)]) }
    let svg = LineChart(xLabel: "", yLabel: "", series: series).svg()
    let places = try svg.matches(of: /M([\d.]+) ([\d.]+)h24/).map { match in
      (x: try #require(Double(match.1)), y: try #require(Double(match.2)))
    }
    #expect(places.count == 7 && Set(places.map(\.y)).count == 3)
    #expect(places.allSatisfy { $0.x + 30 + 7 * 25 < 720 })
    for name in names { #expect(svg.contains(">\(name)<")) }
    let dashed = LineChart.Series(name: "d", points: [(0, 1), (1, 2)], color: 4, isDashed: true)
    let one = LineChart(xLabel: "", yLabel: "", series: [dashed]).svg()
    #expect(one.ranges(of: "stroke-dasharray").count == 2 && one.ranges(of: "--c4").count == 2)
  }

  @Test("charts of nothing, of one point and of equal points", arguments: [0, 1, 3])
  func degenerate(count: Int) {
    let points = (0..<count).map { _ in (x: 5.0, y: 1e-9) }
    let chart = LineChart(xLabel: "", yLabel: "", series: [.init(name: "a", points: points)])
    #expect(!chart.svg().contains("nan") && !chart.svg().contains("inf"))
    let bars = BarChart((0..<count).map { _ in BarChart.Bar(name: "b", value: 0, mark: 0) })
    #expect(!bars.svg().contains("nan"))
  }

  @Test("bars are as long as their values")
  func bars() throws {
    let svg = BarChart([
      .init(name: "one", value: 0.5, mark: 0.25), .init(name: "two", value: 0.25),
    ]).svg()
    let widths = svg.matches(of: /width="([\d.]+)" height/).map { String($0.1) }
    #expect(widths == ["400", "200"])
    #expect(svg.contains("M440 4v19"), "the mark stands at half of the first bar")
  }

  @Test("cells with commas, quotes and line feeds are quoted")
  func values() {
    var table = CSVTable(["a", "b,c"])
    table.append(["1", "say \"x\"\n"])
    table.append([])
    #expect(table.rendered() == "a,\"b,c\"\n1,\"say \"\"x\"\"\n\"\n\n")
  }
}

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
    page.addLabels([("<t>", "<7>")])
    page.addFacts([("<d>", "<e>")])
    page.addCode("<f>", summary: "<g>")
    page.addFigure("<svg></svg>", caption: "<c>")
    page.addQuote(name: "<n>", prompt: "<p>", "<q>")
    let text = page.rendered()
    #expect(text.contains("<title>&lt;b&gt; &amp; &quot;c&quot;</title>"))
    #expect(text.contains("<h2>1 &lt; 2</h2>"))
    #expect(text.contains("<td>&lt;x&gt;</td><td class=\"n\">12</td>"))
    #expect(text.contains("<span class=\"t t0\">&lt;</span><span class=\"t t1\">b</span>"))
    #expect(text.contains("&lt;n&gt;</span><b>&lt;p&gt;</b>&lt;q&gt;</blockquote>"))
    #expect(text.contains("<bdi>&lt;t&gt;</bdi> <small>&lt;7&gt;</small>"))
    #expect(text.contains("<dt>&lt;d&gt;</dt><dd>&lt;e&gt;</dd>"))
    #expect(text.contains("<summary>&lt;g&gt;</summary><pre><code>&lt;f&gt;</code></pre>"))
    #expect(text.contains("prefers-color-scheme: dark"))
    for outside in ["http:", "https:", "<script", "<link", "src=", "@import", "url("] {
      #expect(!text.contains(outside), "\(outside)")
    }
  }

  @Test("every element that is opened is closed")
  func balance() {
    var page = HTMLPage(title: "t")
    page.addTokens(label: "l", ["a", "b"])
    page.addLabels([("a", "1")])
    page.addFacts([("a", "b")])
    page.addCode("c", summary: "d")
    page.addTable(["h"], [["1"], ["2"]])
    let line = LineChart.Series(name: "l", points: [(0, 1), (1, 2)])
    page.addFigure(LineChart(xLabel: "x", yLabel: "y", series: [line]).html(), caption: "c")
    page.addFigure(BarChart([.init(name: "b", value: 1, mark: 2)]).html(), caption: "c")
    let text = page.rendered()
    let names = [
      "html", "head", "body", "main", "h1", "figure", "table", "tr", "th", "td", "svg", "bdi", "dl",
      "pre", "details", "ul", "li", "p", "div", "span", "small",
    ]
    for name in names {
      let opened = text.ranges(of: "<\(name)>").count + text.ranges(of: "<\(name) ").count
      #expect(opened == text.ranges(of: "</\(name)>").count, "\(name)")
      #expect(opened > 0, "\(name)")
    }
  }

  @Test("columns of numbers stand to the right with their heads, and only long cells wrap")
  func columns() {
    var page = HTMLPage(title: "t")
    let long = String(repeating: "word ", count: 9)
    page.addTable(["ranks", "share", "text"], [["0–9", "1.5 %", "a"], ["10–19", "–", long]])
    let text = page.rendered()
    #expect(text.contains("<th>ranks</th><th class=\"n\">share</th><th>text</th>"))
    #expect(text.contains("<td>10–19</td><td class=\"n\">–</td><td class=\"long\">word "))
  }

  @Test("a line goes from the lower left to the upper right of its axes")
  func line() throws {
    let series = LineChart.Series(name: "loss", points: [(0, 0), (50, 2), (100, 10), (200, .nan)])
    #expect(series.points.count == 3, "what is no number is left out")
    let html = LineChart(xLabel: "step", yLabel: "nats", series: [series]).html()
    let path = try #require(
      html.firstMatch(of: /<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"/)
    )
    let numbers = try [path.1, path.2, path.3, path.4, path.5, path.6].map {
      try #require(Double($0))
    }
    #expect(numbers == [0, 1000, 500, 800, 1000, 0], "the drawing is 1000 wide and high")
    #expect(html.contains("style=\"top:80%\">2<") && html.contains("style=\"left:40%\">40<"))
    #expect(html.contains(">loss<") && html.contains(">step<") && html.contains(">nats<"))
  }

  @Test("a single point is drawn, and a broken line is broken in both places")
  func strokes() throws {
    let dashed = LineChart.Series(name: "d", points: [(5, 1)], color: 4, isDashed: true)
    let html = LineChart(xLabel: "", yLabel: "", series: [dashed]).html()
    #expect(html.ranges(of: "stroke-dasharray").count == 2 && html.ranges(of: "--c4").count == 2)
    #expect(html.contains(/d="M[\d.]+ [\d.]+h0"/))
  }

  @Test(
    "numbers beside an axis are short and tell its ticks apart",
    arguments: [1e-9, 3e-4, 2, 8e9]
  )
  func labels(most: Double) {
    let series = LineChart.Series(name: "", points: [(0, 0), (1, most)])
    let html = LineChart(xLabel: "", yLabel: "", series: [series]).html()
    let labels = html.matches(of: /class="y" style="[^"]*">([^<]*)</).map { String($0.1) }
    #expect(labels.count > 2 && Set(labels).count == labels.count, "\(labels)")
    #expect(labels.allSatisfy { $0.count <= 7 && Double($0) != nil }, "\(labels)")
  }

  @Test("charts of nothing, of one point and of equal points", arguments: [0, 1, 3])
  func degenerate(count: Int) {
    let points = (0..<count).map { _ in (x: 5.0, y: 1e-9) }
    let chart = LineChart(xLabel: "", yLabel: "", series: [.init(name: "a", points: points)])
    #expect(!chart.html().contains("nan") && !chart.html().contains("inf"))
    let bars = BarChart((0..<count).map { _ in BarChart.Bar(name: "b", value: 0, mark: 0) })
    #expect(!bars.html().contains("nan"))
  }

  @Test("bars are as long as their values")
  func bars() throws {
    let html = BarChart([
      .init(name: "one", value: 0.5, mark: 0.25), .init(name: "two", value: 0.25),
    ]).html()
    let widths = html.matches(of: /style="width:([\d.]+)%"/).map { String($0.1) }
    #expect(widths == ["100", "50"])
    #expect(html.contains("class=\"mark\" style=\"left:50%\""), "at half of the first bar")
  }

  @Test("cells with commas, quotes and line feeds are quoted")
  func values() {
    var table = CSVTable(["a", "b,c"])
    table.append(["1", "say \"x\"\n"])
    table.append([])
    #expect(table.rendered() == "a,\"b,c\"\n1,\"say \"\"x\"\"\n\"\n\n")
  }
}

// Procedure: lines are drawn in a square of 1000 by 1000 that is stretched to the width of the page;
//   strokes are not stretched. Names and numbers are text of the page beside it, so that they keep
//   their size in a narrow window.

/// Lines over two axes.
public struct LineChart: Sendable {
  /// One line: its name and its points, from left to right.
  public struct Series: Sendable {
    /// What the legend calls it.
    public let name: String
    /// From left to right; lines are straight between them.
    public let points: [(x: Double, y: Double)]
    /// Which of the six colours it has; nil for the one of its place.
    public let color: Int?
    /// Whether the line is broken.
    public let isDashed: Bool

    /// - Parameters:
    ///   - name: For the legend.
    ///   - points: Finite numbers; others are left out.
    ///   - color: Which of the six colours it has; nil for the one of its place.
    ///   - isDashed: Whether the line is broken.
    public init(
      name: String,
      points: [(x: Double, y: Double)],
      color: Int? = nil,
      isDashed: Bool = false
    ) {
      self.name = name
      self.points = points.filter { $0.x.isFinite && $0.y.isFinite }
      self.color = color
      self.isDashed = isDashed
    }
  }

  /// What the horizontal axis counts.
  public let xLabel: String
  /// What the vertical axis counts, with its unit.
  public let yLabel: String
  /// The lines, in the order of the legend.
  public let series: [Series]

  /// A chart of one or more lines.
  public init(xLabel: String, yLabel: String, series: [Series]) {
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
  }

  private static let size = 1000.0

  /// The drawing, with the page's colours.
  public func html() -> String {
    let points = series.flatMap(\.points)
    let xAxis = Axis(covering: points.map(\.x), from: 0, to: Self.size)
    let yAxis = Axis(covering: points.map(\.y), from: Self.size, to: 0)
    let names = HTMLPage.escaped("\(yLabel) by \(xLabel)")
    var svg = "<svg viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\" role=\"img\" "
    svg += "aria-label=\"\(names)\">\n"
    var labels = ""
    for tick in yAxis.ticks {
      let y = yAxis.place(tick)
      svg += "<path class=\"axis\" d=\"M0 \(coordinate(y))H1000\"/>\n"
      labels += "<span class=\"y\" style=\"top:\(percent(y))\">\(label(tick))</span>\n"
    }
    for (index, tick) in xAxis.ticks.enumerated() {
      let place = percent(xAxis.place(tick))
      // Every other number is left out where there is no room.
      let kind = index % 2 == 0 ? "x" : "x odd"
      labels += "<span class=\"\(kind)\" style=\"left:\(place)\">\(label(tick))</span>\n"
    }
    for (index, line) in series.enumerated() where !line.points.isEmpty {
      let path = line.points.enumerated().map { number, point in
        let place = "\(coordinate(xAxis.place(point.x))) \(coordinate(yAxis.place(point.y)))"
        return (number == 0 ? "M" : "L") + place
      }.joined()
      // A single point is a line of no length with round ends.
      let end = line.points.count == 1 ? "h0" : ""
      svg += "<path d=\"\(path)\(end)\" \(stroke(index))/>\n"
    }
    return """
      <ul class="legend">\(legend)</ul><p class="unit">\(HTMLPage.escaped(yLabel))</p>
      <div class="plot">\(svg)</svg>
      \(labels)</div><p class="unit x">\(HTMLPage.escaped(xLabel))</p>
      """
  }

  /// A place along an axis as a share of it.
  private func percent(_ place: Double) -> String { "\(coordinate(place / Self.size * 100))%" }

  private func stroke(_ index: Int) -> String {
    let color = "stroke=\"var(--c\((series[index].color ?? index) % 6))\""
    return series[index].isDashed ? color + " stroke-dasharray=\"6 4\"" : color
  }

  /// The names of all lines, each with a piece of it.
  private var legend: String {
    series.enumerated().map { index, line in
      "<li><svg viewBox=\"0 0 24 8\" aria-hidden=\"true\"><path d=\"M0 4h24\" \(stroke(index))/>"
        + "</svg>\(HTMLPage.escaped(line.name))</li>"
    }.joined()
  }
}

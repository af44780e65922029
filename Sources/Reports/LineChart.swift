/// Lines over two axes.
public struct LineChart: Sendable {
  /// One line: its name and its points, from left to right.
  public struct Series: Sendable {
    /// What the legend calls it.
    public let name: String
    /// From left to right; lines are straight between them.
    public let points: [(x: Double, y: Double)]

    /// - Parameters:
    ///   - name: For the legend.
    ///   - points: Finite numbers; others are left out.
    public init(name: String, points: [(x: Double, y: Double)]) {
      self.name = name
      self.points = points.filter { $0.x.isFinite && $0.y.isFinite }
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

  private static let width = 720.0
  private static let height = 320.0
  private static let margin = (left: 56.0, right: 16.0, top: 28.0, bottom: 44.0)

  /// The drawing, with the page's colours.
  public func svg() -> String {
    let points = series.flatMap(\.points)
    let xAxis = Axis(
      covering: points.map(\.x),
      from: Self.margin.left,
      to: Self.width - Self.margin.right
    )
    let yAxis = Axis(
      covering: points.map(\.y),
      from: Self.height - Self.margin.bottom,
      to: Self.margin.top
    )
    var svg = "<svg viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\" role=\"img\">\n"
    for tick in yAxis.ticks {
      let y = coordinate(yAxis.place(tick))
      let right = coordinate(Self.width - Self.margin.right)
      svg += "<path class=\"axis\" d=\"M\(coordinate(Self.margin.left)) \(y)H\(right)\"/>"
      svg += "<text x=\"48\" y=\"\(y)\" dy=\"4\" text-anchor=\"end\">\(label(tick))</text>\n"
    }
    for tick in xAxis.ticks {
      let x = coordinate(xAxis.place(tick))
      svg += "<text x=\"\(x)\" y=\"296\" text-anchor=\"middle\">\(label(tick))</text>\n"
    }
    svg += "<text x=\"388\" y=\"316\" text-anchor=\"middle\">\(HTMLPage.escaped(xLabel))</text>"
    svg += "<text x=\"8\" y=\"16\">\(HTMLPage.escaped(yLabel))</text>\n"
    for (index, line) in series.enumerated() {
      let path = line.points.enumerated().map { number, point in
        let place = "\(coordinate(xAxis.place(point.x))) \(coordinate(yAxis.place(point.y)))"
        return (number == 0 ? "M" : "L") + place
      }.joined()
      let color = "var(--c\(index % 6))"
      svg += "<path d=\"\(path)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"2\"/>\n"
      let x = 180 + 150 * index
      svg += "<path d=\"M\(x) 12h18\" stroke=\"\(color)\" stroke-width=\"3\"/>"
      svg += "<text x=\"\(x + 24)\" y=\"16\">\(HTMLPage.escaped(line.name))</text>\n"
    }
    return svg + "</svg>"
  }
}

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

  private static let width = 720.0
  private static let height = 320.0
  private static let margin = (left: 56.0, right: 16.0, top: 28.0, bottom: 44.0)
  private static let lineHeight = 20.0

  /// The drawing, with the page's colours.
  public func svg() -> String {
    let points = series.flatMap(\.points)
    let legend = legend()
    let top = Self.margin.top + Self.lineHeight * Double(legend.rows)
    let height = Self.height + Self.lineHeight * Double(legend.rows)
    let xAxis = Axis(
      covering: points.map(\.x),
      from: Self.margin.left,
      to: Self.width - Self.margin.right
    )
    let yAxis = Axis(covering: points.map(\.y), from: height - Self.margin.bottom, to: top)
    var svg = "<svg viewBox=\"0 0 \(Int(Self.width)) \(Int(height))\" role=\"img\">\n"
    for tick in yAxis.ticks {
      let y = coordinate(yAxis.place(tick))
      let right = coordinate(Self.width - Self.margin.right)
      svg += "<path class=\"axis\" d=\"M\(coordinate(Self.margin.left)) \(y)H\(right)\"/>"
      svg += "<text x=\"48\" y=\"\(y)\" dy=\"4\" text-anchor=\"end\">\(label(tick))</text>\n"
    }
    let below = coordinate(height - 24)
    for tick in xAxis.ticks {
      let x = coordinate(xAxis.place(tick))
      svg += "<text x=\"\(x)\" y=\"\(below)\" text-anchor=\"middle\">\(label(tick))</text>\n"
    }
    let bottom = coordinate(height - 4)
    svg += "<text x=\"388\" y=\"\(bottom)\" text-anchor=\"middle\">"
    svg += "\(HTMLPage.escaped(xLabel))</text>"
    let above = coordinate(top - 12)
    svg += "<text x=\"8\" y=\"\(above)\">\(HTMLPage.escaped(yLabel))</text>\n" + legend.svg
    for (index, line) in series.enumerated() {
      let path = line.points.enumerated().map { number, point in
        let place = "\(coordinate(xAxis.place(point.x))) \(coordinate(yAxis.place(point.y)))"
        return (number == 0 ? "M" : "L") + place
      }.joined()
      svg += "<path d=\"\(path)\" fill=\"none\" \(stroke(index)) stroke-width=\"2\"/>\n"
    }
    return svg + "</svg>"
  }

  private func stroke(_ index: Int) -> String {
    let color = "stroke=\"var(--c\((series[index].color ?? index) % 6))\""
    return series[index].isDashed ? color + " stroke-dasharray=\"6 4\"" : color
  }

  /// The names of all lines above the plot, as many to a row as fit.
  private func legend() -> (svg: String, rows: Int) {
    var (svg, x, row) = ("", 8.0, 0)
    for (index, line) in series.enumerated() {
      // About the width of a letter of 12 pixels.
      let width = 36 + 6.8 * Double(line.name.count)
      if x > 8 && x + width > Self.width {
        (x, row) = (8, row + 1)
      }
      let y = 12 + Self.lineHeight * Double(row)
      svg += "<path d=\"M\(coordinate(x)) \(coordinate(y))h24\" \(stroke(index)) "
      svg += "stroke-width=\"3\"/><text x=\"\(coordinate(x + 30))\" y=\"\(coordinate(y + 4))\">"
      svg += "\(HTMLPage.escaped(line.name))</text>\n"
      x += width + 16
    }
    return (svg, series.isEmpty ? 0 : row + 1)
  }
}

// Procedure: every row is a strip of the same scale, which always shows 0. Places are shares of the
//   strip, so it shrinks with the page.

/// Named points with their mean and an interval, over one axis with a line at 0.
public struct IntervalChart: Sendable {
  /// One row.
  public struct Row: Sendable {
    /// What stands before it.
    public let name: String
    /// The points.
    public let points: [Double]
    /// Their mean.
    public let mean: Double
    /// An interval around it; nil for none.
    public let interval: ClosedRange<Double>?

    /// - Parameters:
    ///   - name: What stands before it.
    ///   - points: Finite numbers.
    ///   - mean: Their mean.
    ///   - interval: An interval around it; nil for none.
    public init(name: String, points: [Double], mean: Double, interval: ClosedRange<Double>?) {
      (self.name, self.points, self.mean, self.interval) = (name, points, mean, interval)
    }
  }

  /// From top to bottom.
  public let rows: [Row]

  /// - Parameter rows: From top to bottom.
  public init(_ rows: [Row]) { self.rows = rows }

  /// The drawing, with the page's colours: a table, so that names wrap and are read aloud.
  public func html() -> String {
    let values = rows.flatMap { row in
      row.points + (row.interval.map { [$0.lowerBound, $0.upperBound] } ?? [])
    }
    let axis = Axis(covering: values + [0], from: 0, to: 100)
    func place(_ value: Double) -> String { "\(coordinate(axis.place(value)))%" }
    var table = "<table class=\"bars\"><tbody>\n"
    for row in rows {
      table += "<tr><th scope=\"row\"><bdi>\(HTMLPage.escaped(row.name))</bdi></th>"
      table += "<td class=\"bar\"><div class=\"zero\" style=\"left:\(place(0))\"></div>"
      if let interval = row.interval {
        let (low, high) = (axis.place(interval.lowerBound), axis.place(interval.upperBound))
        table += "<div class=\"range\" style=\"left:\(coordinate(low))%;"
        table += "width:\(coordinate(high - low))%\"></div>"
      }
      for point in row.points {
        table += "<div class=\"dot\" style=\"left:\(place(point))\"></div>"
      }
      table += "<div class=\"mark\" style=\"left:\(place(row.mean))\"></div>"
      table += "</td><td class=\"n\">\(label(row.mean))</td></tr>\n"
    }
    return table + "</tbody></table>"
  }
}

/// Named bars, each with one or two lengths: what was expected and what was found.
public struct BarChart: Sendable {
  /// One bar.
  public struct Bar: Sendable {
    /// What stands before the bar.
    public let name: String
    /// Its length, in whatever all bars are measured in.
    public let value: Double
    /// A mark on the bar, such as a measured frequency beside a probability.
    public let mark: Double?

    /// - Parameters:
    ///   - name: What stands before the bar.
    ///   - value: Its length, at least 0.
    ///   - mark: Where a mark stands.
    public init(name: String, value: Double, mark: Double? = nil) {
      self.name = name
      self.value = value
      self.mark = mark
    }
  }

  /// From top to bottom.
  public let bars: [Bar]

  /// - Parameter bars: From top to bottom.
  public init(_ bars: [Bar]) { self.bars = bars }

  /// The drawing, with the page's colours: a table, so that names wrap and are read aloud.
  public func html() -> String {
    let longest = max(bars.map { max($0.value, $0.mark ?? 0) }.max() ?? 0, .leastNormalMagnitude)
    func percent(_ value: Double) -> String { "\(coordinate(value / longest * 100))%" }
    var table = "<table class=\"bars\"><tbody>\n"
    for bar in bars {
      table += "<tr><th scope=\"row\"><bdi>\(HTMLPage.escaped(bar.name))</bdi></th>"
      table +=
        "<td class=\"bar\"><div class=\"length\" style=\"width:\(percent(bar.value))\"></div>"
      if let mark = bar.mark {
        table += "<div class=\"mark\" style=\"left:\(percent(mark))\"></div>"
      }
      table += "</td><td class=\"n\">\(label(bar.value))</td></tr>\n"
    }
    return table + "</tbody></table>"
  }
}

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

  /// The drawing, with the page's colours.
  public func svg() -> String {
    let height = 24 * bars.count + 8
    let longest = max(bars.map { max($0.value, $0.mark ?? 0) }.max() ?? 0, .leastNormalMagnitude)
    var svg = "<svg viewBox=\"0 0 720 \(height)\" role=\"img\">\n"
    for (index, bar) in bars.enumerated() {
      let y = 24 * index + 4
      let length = coordinate(bar.value / longest * 400)
      svg +=
        "<text x=\"230\" y=\"\(y + 14)\" text-anchor=\"end\">\(HTMLPage.escaped(bar.name))</text>"
      svg += "<rect x=\"240\" y=\"\(y + 2)\" width=\"\(length)\" height=\"15\" rx=\"2\" "
      svg += "fill=\"var(--c0)\"/>"
      if let mark = bar.mark {
        let x = coordinate(240 + mark / longest * 400)
        svg += "<path d=\"M\(x) \(y)v19\" stroke=\"var(--c1)\" stroke-width=\"2.5\"/>"
      }
      let end = coordinate(248 + max(bar.value, bar.mark ?? 0) / longest * 400)
      svg += "<text x=\"\(end)\" y=\"\(y + 14)\">\(label(bar.value))</text>\n"
    }
    return svg + "</svg>"
  }
}

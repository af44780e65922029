/// The text of a progress line; the caller decides when and where it is shown.
public struct ProgressLine: Sendable {
  /// What is being done: one or two words.
  public let stage: String

  /// - Parameter stage: One or two words.
  public init(stage: String) { self.stage = stage }

  /// The line for a state of the work.
  ///
  /// - Parameters:
  ///   - done: Units done.
  ///   - first: Units that had been done at the start, and took no time.
  ///   - total: All units, where known.
  ///   - unit: The unit's name; `B` is shown as kB, MB or GB.
  ///   - seconds: Since the start.
  /// - Returns: The stage, a bar and the time left where the total is known, the amount, the rate.
  public func text(
    done: Int,
    from first: Int = 0,
    of total: Int?,
    unit: String,
    seconds: Double
  ) -> String {
    let rate = seconds > 0 ? Double(done - first) / seconds : 0
    var line = stage
    if let total, total > 0 {
      let fraction = min(Double(done) / Double(total), 1)
      let filled = Int(fraction * 20)
      line += " [" + String(repeating: "#", count: filled)
      line += String(repeating: ".", count: 20 - filled) + "] \(Int(fraction * 100))%"
      line += "  \(Self.amount(Double(done), unit)) of \(Self.amount(Double(total), unit))"
      if rate > 0 && done < total {
        line += "  \(Self.duration(Double(total - done) / rate)) left"
      }
    } else {
      line += "  \(Self.amount(Double(done), unit))"
    }
    return line + "  \(Self.amount(rate, unit))/s"
  }

  /// A number with a unit, three digits or so: `12.3 MB`, `4567 merges`.
  public static func amount(_ value: Double, _ unit: String) -> String {
    // No more than an Int can hold, whatever was divided by a very short time.
    let value = min(value, 1e18)
    guard unit == "B" else { return "\(Int(value.rounded())) \(unit)" }
    // What would round to 1000.0 is 1.0 of the next.
    for (limit, name) in [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")] where value >= limit * 0.99995 {
      let tenths = Int((value / limit * 10).rounded())
      return "\(tenths / 10).\(tenths % 10) \(name)"
    }
    return "\(Int(value)) B"
  }

  private static func duration(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 359_999).rounded(.up))
    let minutes = whole / 60 % 60
    if whole >= 3600 { return "\(whole / 3600) h \(minutes) min" }
    return minutes > 0 ? "\(minutes) min \(whole % 60) s" : "\(whole) s"
  }
}

/// One axis: round ticks over a range of values, mapped to a range of places.
struct Axis {
  /// The values that are labelled.
  let ticks: [Double]
  private let low: Double
  private let high: Double
  private let start: Double
  private let end: Double

  /// The largest number of an axis: differences of such numbers are finite.
  private static let largest = 1e300

  init(covering values: [Double], from start: Double, to end: Double) {
    let finite = values.filter(\.isFinite).map { min(max($0, -Self.largest), Self.largest) }
    let least = finite.min() ?? 0
    let most = finite.max() ?? 1
    // A span that the values cannot tell from none would be an axis without a length.
    let size = max(abs(least), abs(most))
    let span = max(most > least ? most - least : 1, size * 1e-9, 1e-300)
    // The step is 1, 2 or 5 times a power of ten, such that there are at most six.
    var step = 1.0
    while step > span / 5 { step /= 10 }
    while step * 10 <= span / 5 { step *= 10 }
    if step * 5 <= span / 3 { step *= 5 } else if step * 2 <= span / 3 { step *= 2 }
    low = (least / step).rounded(.down) * step
    let count = ((max(most, least + span) - low) / step).rounded(.up)
    high = low + max(count, 1) * step
    ticks = (0...Int(min(max(count, 1), 20))).map { [low] in low + Double($0) * step }
    self.start = start
    self.end = end
  }

  /// Where a value stands.
  func place(_ value: Double) -> Double {
    let share = (min(max(value, -Self.largest), Self.largest) - low) / (high - low)
    return start + share * (end - start)
  }
}

/// A number of a drawing, in tenths.
func coordinate(_ value: Double) -> String {
  let tenths = Int((min(max(value, -1e6), 1e6) * 10).rounded())
  return tenths % 10 == 0 ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
}

/// A number beside an axis: up to four digits, with a power of ten where it is tiny or huge.
func label(_ value: Double) -> String {
  let size = abs(value)
  guard size > 0 && size.isFinite else { return size == 0 ? "0" : "\(value)" }
  if size < 1e-3 || size >= 1e7 {
    var (mantissa, exponent) = (value, 0)
    while abs(mantissa) < 0.9995 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    while abs(mantissa) >= 9.995 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    return "\(rounded(mantissa, to: 1e2))e\(exponent)"
  }
  return rounded(value, to: size < 0.01 ? 1e5 : size < 1 ? 1e4 : 1e2)
}

private func rounded(_ value: Double, to digits: Double) -> String {
  let rounded = (value * digits).rounded() / digits
  return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
}

/// A number rounded to some digits after the point; as Swift writes it where it is huge or not
/// finite.
package func decimal(_ value: Double, digits: Int = 4) -> String {
  let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
  guard value.isFinite && abs(value) < 1e15 / scale else { return "\(value)" }
  let scaled = Int((value * scale).rounded())
  guard digits > 0 else { return "\(scaled)" }
  let fraction = String(abs(scaled) % Int(scale))
  let zeros = String(repeating: "0", count: digits - fraction.count)
  return "\(scaled < 0 ? "-" : "")\(abs(scaled) / Int(scale)).\(zeros)\(fraction)"
}

/// Two hexadecimal digits.
package func hexadecimal(_ byte: UInt8) -> String {
  (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
}

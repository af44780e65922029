/// Whole numbers of a text, one after another.
struct NumberReader {
  private let text: [UInt8]
  private var position = 0
  /// The line of the next byte, from 1.
  private(set) var line = 1

  init(_ text: [UInt8]) { self.text = text }

  /// The next number after white space; nil at the end, or if something else stands there or it is
  /// too large.
  mutating func next() -> Int? {
    skipSpace()
    let isNegative = position < text.count && text[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    let start = position
    var value = 0
    while position < text.count, (0x30...0x39).contains(text[position]) {
      value = value * 10 + Int(text[position] - 0x30)
      if value > Int(UInt32.max) { return nil }
      position += 1
    }
    return position == start ? nil : isNegative ? -value : value
  }

  /// Whether nothing but white space follows.
  var isAtEnd: Bool { text[position...].allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) } }

  private mutating func skipSpace() {
    while position < text.count, text[position] == 0x20 || (0x09...0x0D).contains(text[position]) {
      if text[position] == 0x0A { line += 1 }
      position += 1
    }
  }
}

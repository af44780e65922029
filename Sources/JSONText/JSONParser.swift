// Source: RFC 8259.
// Procedure: recursive descent over the bytes, to a bounded depth; strings must be well-formed UTF-8
//   and their escapes well-formed UTF-16.
// Complexity: O(n).

import CUnicode
import Diagnostics

/// Reads JSON of any bytes: a value, or an error that says where.
package struct JSONParser {
  /// Deeper nesting is refused: no file of ours comes near, and the stack is finite.
  package static let deepestNesting = 64

  /// SAFETY: the parser lives in ``parse(_:)`` only, where the text stays in place, and a byte is read
  /// only after its position has been found to lie before the end.
  private let text: UnsafeBufferPointer<UInt8>
  private var position = 0

  private init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

  /// Reads one document.
  ///
  /// - Throws: ``InvalidData`` with the line and byte where the text stops being JSON.
  package static func parse(_ text: [UInt8]) throws -> JSONValue {
    try text.withUnsafeBufferPointer { text in
      var parser = JSONParser(text)
      let value = try parser.value(depth: 0)
      parser.skipSpace()
      guard parser.position == text.count else { throw parser.unexpected("the end of the file") }
      return value
    }
  }

  private func unexpected(_ expected: String) -> InvalidData {
    let line = 1 + text[..<position].count { $0 == UInt8(ascii: "\n") }
    let found =
      if position >= text.count {
        "the end of the file"
      } else if (0x20..<0x7F).contains(text[position]) {
        "'\(Character(Unicode.Scalar(text[position])))'"
      } else {
        "the byte \(text[position])"
      }
    return InvalidData(
      place: "line \(line), byte \(position)",
      "found \(found) where \(expected) was expected"
    )
  }

  private mutating func skipSpace() {
    while position < text.count {
      switch text[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < text.count, text[position] == UInt8(ascii: byte) else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws -> JSONValue {
    guard depth < Self.deepestNesting else {
      throw InvalidData(
        place: "byte \(position)",
        "values are nested more than \(Self.deepestNesting) deep"
      )
    }
    skipSpace()
    guard position < text.count else { throw unexpected("a value") }
    switch text[position] {
    case UInt8(ascii: "{"): return .object(try members(depth: depth))
    case UInt8(ascii: "["): return .array(try elements(depth: depth))
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws -> JSONValue {
    guard text[position...].starts(with: word.utf8) else { throw unexpected("a value") }
    position += word.utf8.count
    return value
  }

  private mutating func number() throws -> JSONValue {
    let start = position
    if let integer = smallInteger() { return .number(integer) }
    while position < text.count {
      switch text[position] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
        UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        position += 1
        continue
      default: break
      }
      break
    }
    let literal = Array(text[start..<position])[...]
    guard literal.count <= 64, Self.isNumber(literal),
      let number = Double(String(decoding: literal, as: UTF8.self))
    else {
      position = start
      throw unexpected("a value")
    }
    return .number(number)
  }

  /// A whole number of up to 15 digits and nothing else, as ids are; else nil and nothing read.
  private mutating func smallInteger() -> Double? {
    var end = position
    var value = 0
    while end < text.count, (0x30...0x39).contains(text[end]), end - position < 15 {
      value = value * 10 + Int(text[end] - 0x30)
      end += 1
    }
    guard end > position, end < text.count, end == position + 1 || text[position] != 0x30 else {
      return nil
    }
    switch text[end] {
    case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x0A, 0x0D, 0x09:
      position = end
      return Double(value)
    default: return nil
    }
  }

  /// Whether a text has the form of a number: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`.
  private static func isNumber(_ literal: ArraySlice<UInt8>) -> Bool {
    var rest = literal
    func digits() -> Int {
      let count = rest.prefix { (0x30...0x39).contains($0) }.count
      rest = rest.dropFirst(count)
      return count
    }
    func take(_ bytes: Unicode.Scalar...) -> Bool {
      guard let first = rest.first, bytes.contains(where: { UInt8(ascii: $0) == first }) else {
        return false
      }
      rest = rest.dropFirst()
      return true
    }
    _ = take("-")
    let leadsWithZero = rest.first == UInt8(ascii: "0")
    let whole = digits()
    if whole == 0 || (leadsWithZero && whole > 1) { return false }
    if take("."), digits() == 0 { return false }
    if take("e", "E") {
      _ = take("+", "-")
      if digits() == 0 { return false }
    }
    return rest.isEmpty
  }

  private mutating func elements(depth: Int) throws -> [JSONValue] {
    position += 1
    var elements: [JSONValue] = []
    if take("]") { return elements }
    repeat { elements.append(try value(depth: depth + 1)) } while take(",")
    guard take("]") else { throw unexpected("',' or ']'") }
    return elements
  }

  private mutating func members(depth: Int) throws -> [JSONMember] {
    position += 1
    var members: [JSONMember] = []
    if take("}") { return members }
    repeat {
      skipSpace()
      guard position < text.count, text[position] == UInt8(ascii: "\"") else {
        throw unexpected("a key in quotation marks")
      }
      let start = position
      let key = try string()
      // Objects of settings are small; a vocabulary's reader finds what stands twice itself.
      if members.count < 64, members.contains(where: { $0.key == key }) {
        position = start
        throw InvalidData(
          place: "byte \(position)",
          "the key '\(String(decoding: key, as: UTF8.self))' stands twice"
        )
      }
      guard take(":") else { throw unexpected("':'") }
      members.append(JSONMember(key: key, value: try value(depth: depth + 1)))
    } while take(",")
    guard take("}") else { throw unexpected("',' or '}'") }
    return members
  }

  private mutating func string() throws -> [UInt8] {
    position += 1
    let start = position
    try skipPlainCharacters()
    if position < text.count, text[position] == UInt8(ascii: "\"") {
      position += 1
      return Array(text[start..<position - 1])
    }
    var bytes = Array(text[start..<position])
    while position < text.count {
      if text[position] == UInt8(ascii: "\"") {
        position += 1
        return bytes
      }
      try escape(into: &bytes)
      let start = position
      try skipPlainCharacters()
      bytes.append(contentsOf: text[start..<position])
    }
    throw unexpected("the end of a string")
  }

  /// Goes to the next quotation mark or backslash, or to the end of the text.
  private mutating func skipPlainCharacters() throws {
    guard let base = text.baseAddress else { return }
    while position < text.count {
      let byte = text[position]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
      if byte < 0x20 {
        throw unexpected("a character of a string (control characters are escaped)")
      }
      if byte < 0x80 {
        position += 1
      } else {
        // SAFETY: position is inside the text, and the decoder reads no further than it is told.
        let decoded = bpd_decode_utf8(base + position, text.count - position)
        if decoded.scalar == .max { throw unexpected("well-formed UTF-8") }
        position += Int(decoded.length)
      }
    }
  }

  private mutating func escape(into bytes: inout [UInt8]) throws {
    position += 1
    guard position < text.count else { throw unexpected("the end of a string") }
    let letter = text[position]
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(letter)
    case UInt8(ascii: "n"): bytes.append(0x0A)
    case UInt8(ascii: "t"): bytes.append(0x09)
    case UInt8(ascii: "r"): bytes.append(0x0D)
    case UInt8(ascii: "b"): bytes.append(0x08)
    case UInt8(ascii: "f"): bytes.append(0x0C)
    case UInt8(ascii: "u"):
      var value = try hexadecimal()
      if (0xD800..<0xDC00).contains(value) {
        guard position + 1 < text.count, text[position] == UInt8(ascii: "\\"),
          text[position + 1] == UInt8(ascii: "u")
        else { throw unexpected("the second half of a surrogate pair") }
        position += 2
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else {
          throw unexpected("the second half of a surrogate pair")
        }
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(value) else {
        throw unexpected("the escape of a character")
      }
      bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    default:
      position -= 1
      throw unexpected("an escape sequence")
    }
  }

  private mutating func hexadecimal() throws -> UInt32 {
    guard position + 4 <= text.count,
      text[position..<position + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt32(String(decoding: text[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw unexpected("four hexadecimal digits") }
    position += 4
    return value
  }
}

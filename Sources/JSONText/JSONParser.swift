// Source: RFC 8259.
// Procedure: recursive descent over the bytes, to a bounded depth; strings must be well-formed UTF-8
//   and their escapes well-formed UTF-16.
// Complexity: O(n).

import Diagnostics

/// Parses JSON of any bytes into a value, or an error with its position.
package struct JSONParser {
  /// Deeper nesting is rejected: no valid file comes near it, and the stack is finite.
  package static let deepestNesting = 64

  /// SAFETY: the parser lives only in ``parse(_:)``, during which the text stays in place, and a
  /// byte is read only after its position has been found to lie before the end.
  let text: UnsafeBufferPointer<UInt8>
  var position = 0

  /// The keys whose values become tables where their shape allows it.
  private let tables: [[UInt8]]

  private init(_ text: UnsafeBufferPointer<UInt8>, tables: [[UInt8]]) {
    self.text = text
    self.tables = tables
  }

  /// Parses one document.
  ///
  /// - Parameters:
  ///   - text: The document.
  ///   - tables: The keys, of objects within at most two others, whose values become tables where
  ///     they have the shape of one.
  /// - Returns: The value.
  /// - Throws: ``InvalidData`` with the line and byte where the text stops being JSON.
  package static func parse(_ text: [UInt8], tables: [String] = []) throws -> JSONValue {
    try text.withUnsafeBufferPointer { text in
      var parser = JSONParser(text, tables: tables.map { Array($0.utf8) })
      let value = try parser.value(depth: 0)
      parser.skipSpace()
      guard parser.position == text.count else { throw parser.unexpected("the end of the file") }
      return value
    }
  }

  func unexpected(_ expected: String) -> InvalidData {
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

  mutating func skipSpace() {
    while position < text.count {
      switch text[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  mutating func take(_ byte: Unicode.Scalar) -> Bool {
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
    if let integer = smallInteger() { return .number(Double(integer)) }
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

  /// A whole number of up to 15 digits and nothing else, as ids are; otherwise nil, with nothing
  /// read.
  mutating func smallInteger() -> Int? {
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
      return value
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
      // Objects of settings are small; the reader of a vocabulary finds duplicates itself.
      if members.count < 64, members.contains(where: { $0.key == key }) {
        position = start
        throw InvalidData(
          place: "byte \(position)",
          "the key '\(String(decoding: key, as: UTF8.self))' stands twice"
        )
      }
      guard take(":") else { throw unexpected("':'") }
      if depth < 2, tables.contains(key), let table = table() {
        members.append(JSONMember(key: key, value: .table(table)))
      } else {
        members.append(JSONMember(key: key, value: try value(depth: depth + 1)))
      }
    } while take(",")
    guard take("}") else { throw unexpected("',' or '}'") }
    return members
  }
}

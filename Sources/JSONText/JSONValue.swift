import Diagnostics

/// A JSON document, with strings as UTF-8 bytes and objects in file order.
///
/// Foundation's coder keys objects by `String`, for which canonically equivalent texts are equal,
/// so it merges tokens that differ in their bytes.
package enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string([UInt8])
  case array([JSONValue])
  case object([JSONMember])
  /// An object or an array in little memory, where the parser was asked for it.
  case table(JSONTable)
}

/// One key and its value.
package struct JSONMember: Equatable, Sendable {
  package let key: [UInt8]
  package let value: JSONValue

  package init(key: [UInt8], value: JSONValue) {
    self.key = key
    self.value = value
  }

  package init(_ key: String, _ value: JSONValue) {
    self.init(key: Array(key.utf8), value: value)
  }
}

extension JSONValue {
  /// A string value.
  package static func text(_ text: String) -> JSONValue { .string(Array(text.utf8)) }

  /// The value of a key, the first if it is duplicated; nil if this is not an object.
  package subscript(_ key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key.elementsEqual(key.utf8) }?.value
  }

  /// The text of a string, nil for anything else.
  package var text: String? {
    guard case .string(let bytes) = self else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The value as a whole number from 0 up to `limit`, nil for anything else.
  package func integer(below limit: Int) -> Int? {
    guard case .number(let value) = self, value >= 0, value < Double(limit) else { return nil }
    return Int(exactly: value)
  }

  /// A Boolean setting.
  ///
  /// - Parameters:
  ///   - key: The setting.
  ///   - place: The position of the object, for the message.
  ///   - fallback: The value if the setting is missing or null.
  /// - Returns: The setting.
  /// - Throws: ``InvalidData`` if it is neither true nor false.
  package func flag(_ key: String, at place: String, default fallback: Bool = false) throws -> Bool
  {
    switch self[key] ?? .null {
    case .null: return fallback
    case .bool(let value): return value
    case let value:
      throw InvalidData(
        place: "\(place).\(key)",
        "found \(value.kind) where true or false was expected"
      )
    }
  }

  /// The kind of the value, in words, for messages.
  package var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a truth value"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    case .table(let table): table.value.kind
    }
  }
}

extension JSONValue {
  /// Appends the document: indented by two spaces, pairs of strings (merges) on one line.
  package func write(to output: inout [UInt8], indent: Int = 0) {
    switch self {
    case .null: output += Array("null".utf8)
    case .bool(let value): output += Array((value ? "true" : "false").utf8)
    case .number(let value):
      let text = Int(exactly: value).map(String.init) ?? "\(value)"
      output += Array(text.utf8)
    case .string(let bytes): JSONValue.writeString(bytes, to: &output)
    case .array(let elements) where isPairOfStrings:
      output.append(UInt8(ascii: "["))
      elements[0].write(to: &output)
      output += Array(", ".utf8)
      elements[1].write(to: &output)
      output.append(UInt8(ascii: "]"))
    case .array(let elements):
      JSONValue.writeList(elements, "[", "]", indent, &output) { element, output in
        element.write(to: &output, indent: indent + 1)
      }
    case .object(let members):
      JSONValue.writeList(members, "{", "}", indent, &output) { member, output in
        JSONValue.writeString(member.key, to: &output)
        output += Array(": ".utf8)
        member.value.write(to: &output, indent: indent + 1)
      }
    case .table(let table): table.value.write(to: &output, indent: indent)
    }
  }

  private var isPairOfStrings: Bool {
    guard case .array(let elements) = self, elements.count == 2 else { return false }
    return elements.allSatisfy { if case .string = $0 { true } else { false } }
  }

  private static func writeList<Element>(
    _ elements: [Element],
    _ opening: Unicode.Scalar,
    _ closing: Unicode.Scalar,
    _ indent: Int,
    _ output: inout [UInt8],
    _ write: (Element, inout [UInt8]) -> Void
  ) {
    output.append(UInt8(ascii: opening))
    for (index, element) in elements.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      startLine(indent + 1, &output)
      write(element, &output)
    }
    if !elements.isEmpty { startLine(indent, &output) }
    output.append(UInt8(ascii: closing))
  }

  private static func startLine(_ indent: Int, _ output: inout [UInt8]) {
    output.append(UInt8(ascii: "\n"))
    output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * indent))
  }

  /// Appends a string in quotation marks, with control characters escaped.
  package static func writeString(_ bytes: some Sequence<UInt8>, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        output.append(UInt8(ascii: "\\"))
        output.append(byte)
      case UInt8(ascii: "\n"): output += Array("\\n".utf8)
      case UInt8(ascii: "\t"): output += Array("\\t".utf8)
      case UInt8(ascii: "\r"): output += Array("\\r".utf8)
      case 0..<0x20:
        let hex = String(byte, radix: 16)
        output += Array("\\u00\(hex.utf8.count < 2 ? "0" : "")\(hex)".utf8)
      default: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }
}

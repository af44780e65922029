// Source: Protocol Buffers, "Encoding" (protobuf.dev): a message is a sequence of fields, each a
//   varint of number << 3 | wire type, and a value.
// Procedure: fields keep their order, and those of unknown numbers are kept, so that a message is
//   written as it was read, but for varints that are longer than necessary.
// Complexity: O(size of the message); values share its memory.

import Diagnostics

/// A message of the protobuf wire format.
struct ProtobufMessage: Equatable {
  /// A field's value, by its wire type.
  enum Value: Equatable {
    case varint(UInt64)
    case fixed64(UInt64)
    case bytes(ArraySlice<UInt8>)
    case fixed32(UInt32)
  }

  /// A field.
  struct Field: Equatable {
    let number: Int
    let value: Value
  }

  private static let largestNumber: UInt64 = 1 << 29 - 1
  private static let longestVarint = 10

  /// The fields in the order of the message.
  private(set) var fields: [Field] = []

  /// No fields.
  init() {}

  // MARK: - Reading

  /// - Parameter bytes: The message.
  /// - Throws: ``InvalidData`` with the byte offset in the file, which the slice's indices are.
  init(_ bytes: ArraySlice<UInt8>) throws {
    var rest = bytes
    while !rest.isEmpty {
      let start = rest.startIndex
      let key = try Self.varint(&rest)
      guard case let number = key >> 3, number > 0, number <= Self.largestNumber else {
        throw Self.invalid(start, "a field number from 1 to \(Self.largestNumber) was expected")
      }
      let value: Value
      switch key & 7 {
      case 0: value = .varint(try Self.varint(&rest))
      case 1: value = .fixed64(try Self.fixed(8, &rest))
      case 2:
        let length = try Self.varint(&rest)
        guard length <= UInt64(rest.count) else {
          throw Self.invalid(start, "a field of \(length) bytes ends behind its message")
        }
        value = .bytes(rest.prefix(Int(length)))
        rest = rest.dropFirst(Int(length))
      case 5: value = .fixed32(UInt32(truncatingIfNeeded: try Self.fixed(4, &rest)))
      case let type: throw Self.invalid(start, "the wire type \(type) is not supported")
      }
      fields.append(Field(number: Int(number), value: value))
    }
  }

  private static func invalid(_ offset: Int, _ message: String) -> InvalidData {
    InvalidData(place: "byte \(offset)", message)
  }

  private static func varint(_ rest: inout ArraySlice<UInt8>) throws -> UInt64 {
    let start = rest.startIndex
    var value: UInt64 = 0
    for index in 0..<UInt64(longestVarint) {
      guard let byte = rest.popFirst() else { break }
      value |= UInt64(byte & 0x7F) << (7 * index)
      if byte < 0x80 {
        // Of the tenth byte only one bit is left.
        guard index < UInt64(longestVarint) - 1 || byte <= 1 else { break }
        return value
      }
    }
    throw invalid(start, "a number of at most 64 bits was expected")
  }

  private static func fixed(_ count: Int, _ rest: inout ArraySlice<UInt8>) throws -> UInt64 {
    guard rest.count >= count else {
      throw invalid(rest.startIndex, "\(count) bytes were expected, but \(rest.count) are left")
    }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  // MARK: - Fields

  /// The last value of a field, which counts if it stands several times; nil if it is absent.
  private func last(_ number: Int) -> Value? { fields.last { $0.number == number }?.value }

  /// A number or a truth value.
  ///
  /// - Throws: ``InvalidData`` if the field is there and is no varint.
  func number(_ field: Int, default fallback: UInt64) throws -> UInt64 {
    switch last(field) {
    case nil: return fallback
    case .varint(let value): return value
    default: throw InvalidData(place: "field \(field)", "a varint was expected")
    }
  }

  /// A truth value.
  ///
  /// - Throws: ``InvalidData`` if the field is there and is no varint.
  func flag(_ field: Int, default fallback: Bool) throws -> Bool {
    try number(field, default: fallback ? 1 : 0) != 0
  }

  /// A number with 32 bits and a point.
  ///
  /// - Throws: ``InvalidData`` if the field is there and has not 32 bits.
  func float(_ field: Int) throws -> Float {
    switch last(field) {
    case nil: return 0
    case .fixed32(let bits): return Float(bitPattern: bits)
    default: throw InvalidData(place: "field \(field)", "32 bits were expected")
    }
  }

  /// A text or a message.
  ///
  /// - Throws: ``InvalidData`` if the field is there and has no length.
  func bytes(_ field: Int) throws -> ArraySlice<UInt8>? {
    switch last(field) {
    case nil: return nil
    case .bytes(let bytes): return bytes
    default: throw InvalidData(place: "field \(field)", "bytes were expected")
    }
  }

  // MARK: - Writing

  /// Appends a field.
  mutating func append(_ number: Int, _ value: Value) {
    fields.append(Field(number: number, value: value))
  }

  /// Appends a truth value.
  mutating func append(_ number: Int, _ flag: Bool) { append(number, .varint(flag ? 1 : 0)) }

  /// Appends bytes, a text or a message.
  mutating func append(_ number: Int, _ bytes: [UInt8]) { append(number, .bytes(bytes[...])) }

  /// The message as bytes.
  var serialized: [UInt8] {
    var bytes: [UInt8] = []
    for field in fields {
      let key = UInt64(field.number) << 3
      switch field.value {
      case .varint(let value):
        Self.append(varint: key, to: &bytes)
        Self.append(varint: value, to: &bytes)
      case .fixed64(let value):
        Self.append(varint: key | 1, to: &bytes)
        Self.append(value, count: 8, to: &bytes)
      case .bytes(let value):
        Self.append(varint: key | 2, to: &bytes)
        Self.append(varint: UInt64(value.count), to: &bytes)
        bytes += value
      case .fixed32(let value):
        Self.append(varint: key | 5, to: &bytes)
        Self.append(UInt64(value), count: 4, to: &bytes)
      }
    }
    return bytes
  }

  private static func append(varint value: UInt64, to bytes: inout [UInt8]) {
    var value = value
    while value >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: value))
  }

  private static func append(_ value: UInt64, count: Int, to bytes: inout [UInt8]) {
    for index in 0..<count {
      bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index)))
    }
  }
}

// Source: the GGUF specification of ggml, versions 2 and 3 (docs/gguf.md): little-endian numbers; a
//   string is its length in 64 bits and its bytes; keys and typed values precede all tensors.
// Complexity: O(size of the metadata); values are slices of the file.

import Diagnostics

/// The keys and values at the front of a GGUF file whose keys begin with `tokenizer.`.
struct GGUFMetadata {
  /// A value; those that no tokenizer has are not kept.
  enum Value {
    case text(ArraySlice<UInt8>)
    case number(Int)
    case texts([ArraySlice<UInt8>])
    case numbers([Int])
    /// Numbers of single precision.
    case floats([Float])
    case other
  }

  static let signature = Array("GGUF".utf8)
  private static let prefix = Array("tokenizer.".utf8)
  private static let deepest = 4

  private(set) var values: [[UInt8]: Value] = [:]
  private var reader: Reader

  /// - Parameter bytes: The front of a file, with all metadata.
  /// - Throws: ``InvalidData`` with the byte.
  init(_ bytes: [UInt8]) throws {
    reader = Reader(bytes)
    try read(keeping: true)
  }

  /// Whether some bytes of a file reach to the end of its metadata.
  ///
  /// - Parameters:
  ///   - bytes: The front of a file.
  ///   - size: The size of the whole file; nil if it is not known.
  /// - Returns: True also for what is malformed.
  static func isWhole(_ bytes: [UInt8], of size: Int?) -> Bool {
    var scan = GGUFMetadata(scanning: bytes)
    do { try scan.read(keeping: false) } catch {
      return scan.reader.missing.map { $0 > (size ?? .max) } ?? true
    }
    return true
  }

  private init(scanning bytes: [UInt8]) { reader = Reader(bytes) }

  private mutating func read(keeping keeps: Bool) throws {
    guard try reader.take(4).elementsEqual(Self.signature) else {
      throw reader.failure("'GGUF' was expected")
    }
    let version = try reader.integer(4)
    guard version == 2 || version == 3 else {
      throw reader.failure("version \(version) of GGUF is not supported (2 and 3 are)")
    }
    _ = try reader.integer(8)
    let count = try reader.integer(8)
    var index = 0
    while index < count {
      index += 1
      let key = try reader.text()
      let type = try reader.integer(4)
      let isKept = keeps && key.starts(with: Self.prefix)
      let value = try value(type, keeping: isKept, depth: 0)
      if isKept, values.updateValue(value, forKey: Array(key)) != nil {
        throw reader.failure("the key '\(String(decoding: key, as: UTF8.self))' stands twice")
      }
    }
  }

  private mutating func value(_ type: Int, keeping keeps: Bool, depth: Int) throws -> Value {
    switch type {
    case 8: return .text(try reader.text())
    case 9: return try array(keeping: keeps, depth: depth)
    default:
      guard let size = Self.size(of: type) else {
        throw reader.failure("the type \(type) of a value is not known")
      }
      let isFloat = type == 6 || type == 12
      let bytes = try reader.take(size)
      return isFloat ? .other : .number(Self.integer(bytes))
    }
  }

  private mutating func array(keeping keeps: Bool, depth: Int) throws -> Value {
    let type = try reader.integer(4)
    let count = try reader.integer(8)
    if let size = Self.size(of: type) {
      let (length, overflow) = count.multipliedReportingOverflow(by: size)
      let bytes = try reader.take(overflow ? .max : length)
      guard keeps, type != 12 else { return .other }
      if type == 6 {
        return .floats(
          stride(from: bytes.startIndex, to: bytes.endIndex, by: size).map {
            let bits = Self.integer(bytes[$0..<$0 + size])
            return Float(bitPattern: UInt32(truncatingIfNeeded: bits))
          }
        )
      }
      return .numbers(
        stride(from: bytes.startIndex, to: bytes.endIndex, by: size).map {
          Self.integer(bytes[$0..<$0 + size])
        }
      )
    }
    guard type == 8 || type == 9, depth < Self.deepest else {
      throw reader.failure("the type \(type) of an array is not known, or it is too deep")
    }
    var texts: [ArraySlice<UInt8>] = []
    var index = 0
    while index < count {
      index += 1
      if type == 9 {
        _ = try array(keeping: false, depth: depth + 1)
      } else {
        let text = try reader.text()
        if keeps { texts.append(text) }
      }
    }
    return keeps && type == 8 ? .texts(texts) : .other
  }

  /// The bytes of a number; nil for other types.
  private static func size(of type: Int) -> Int? {
    switch type {
    case 0, 1, 7: 1
    case 2, 3: 2
    case 4, 5, 6: 4
    case 10, 11, 12: 8
    default: nil
    }
  }

  fileprivate static func integer(_ bytes: ArraySlice<UInt8>) -> Int {
    var value: UInt64 = 0
    for byte in bytes.reversed() { value = value << 8 | UInt64(byte) }
    return Int(clamping: value)
  }

  /// Takes bytes from the front.
  private struct Reader {
    private let bytes: [UInt8]
    private var position = 0
    /// The size that the file must have for what was asked for last, if it is longer than the bytes.
    private(set) var missing: Int?

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
      guard count >= 0, count <= bytes.count - position else {
        let (end, overflow) = position.addingReportingOverflow(count)
        missing = overflow || count < 0 ? .max : end
        throw failure("\(count) more bytes were expected, but the metadata ends")
      }
      defer { position += count }
      return bytes[position..<position + count]
    }

    mutating func integer(_ size: Int) throws -> Int { GGUFMetadata.integer(try take(size)) }

    mutating func text() throws -> ArraySlice<UInt8> { try take(try integer(8)) }

    func failure(_ message: String) -> InvalidData {
      InvalidData(place: "byte \(position)", message)
    }
  }
}

/// The oracle of event files: reads them as TensorBoard does, and refuses what it would refuse.
///
/// Written from the descriptions of the format alone: checksums bit by bit, messages field by field.
public struct TensorBoardFile {
  /// What one record says.
  public struct Event {
    /// Seconds since 1970.
    public var wallTime = 0.0
    /// 0 where the message does not say.
    public var step = 0
    /// `brain.Event:2` in the first record, nil in all others.
    public var version: String?
    /// Numbers by their tags, in order.
    public var scalars: [(tag: String, value: Float)] = []

    /// The number of a tag.
    public func value(_ tag: String) -> Float? { scalars.first { $0.tag == tag }?.value }
  }

  /// Where a file is not what it should be.
  public struct Fault: Error {
    /// What is wrong.
    public let text: String
  }

  /// In the order of the file.
  public private(set) var events: [Event] = []

  /// Reads a whole file.
  ///
  /// - Throws: ``Fault`` where there is a byte too many or too few, or a checksum is wrong.
  public init(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let head = try Self.take(8, &rest)
      guard try Self.number(Self.take(4, &rest)) == Self.masked(head) else {
        throw Fault(text: "checksum of the length")
      }
      let data = try Self.take(Int(Self.number(head)), &rest)
      guard try Self.number(Self.take(4, &rest)) == Self.masked(data) else {
        throw Fault(text: "checksum of the data")
      }
      events.append(try Self.event(data))
    }
    guard events.first?.version == "brain.Event:2" else { throw Fault(text: "no version") }
    guard events.dropFirst().allSatisfy({ $0.version == nil }) else {
      throw Fault(text: "a version in the middle")
    }
  }

  /// CRC-32C by its definition: the remainder of the message, bits reversed, by the polynomial.
  public static func crc32c(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var remainder = UInt32.max
    for byte in bytes {
      for bit in 0..<8 {
        let isSet = remainder >> 31 != UInt32(byte >> bit & 1)
        remainder <<= 1
        if isSet { remainder ^= 0x1EDC_6F41 }
      }
    }
    var reversed: UInt32 = 0
    for bit in 0..<32 where remainder >> UInt32(bit) & 1 == 1 { reversed |= 1 << UInt32(31 - bit) }
    return ~reversed
  }

  private static func masked(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    let value = UInt64(crc32c(bytes))
    let rotated = (value >> 15 | value << 17) % 0x1_0000_0000
    return (rotated + 0xA282_EAD8) % 0x1_0000_0000
  }

  // MARK: - Messages

  private static func take(
    _ count: Int,
    _ rest: inout ArraySlice<UInt8>
  ) throws -> ArraySlice<UInt8> {
    guard count >= 0 && rest.count >= count else { throw Fault(text: "the file ends in a record") }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var number: UInt64 = 0
    for byte in bytes.reversed() { number = number << 8 | UInt64(byte) }
    return number
  }

  private static func varint(_ rest: inout ArraySlice<UInt8>) throws -> UInt64 {
    var (value, shift) = (UInt64(0), UInt64(0))
    while true {
      guard let byte = try take(1, &rest).first, shift < 64 else { throw Fault(text: "varint") }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
  }

  /// The fields of a message: number, kind of wire, number or bytes.
  private static func fields(
    _ message: ArraySlice<UInt8>
  ) throws -> [(number: UInt64, wire: UInt64, value: UInt64, bytes: ArraySlice<UInt8>)] {
    var rest = message
    var fields: [(number: UInt64, wire: UInt64, value: UInt64, bytes: ArraySlice<UInt8>)] = []
    while !rest.isEmpty {
      let tag = try varint(&rest)
      switch tag & 7 {
      case 0: fields.append((tag >> 3, 0, try varint(&rest), []))
      case 1: fields.append((tag >> 3, 1, number(try take(8, &rest)), []))
      case 2: fields.append((tag >> 3, 2, 0, try take(Int(varint(&rest)), &rest)))
      case 5: fields.append((tag >> 3, 5, number(try take(4, &rest)), []))
      default: throw Fault(text: "wire \(tag & 7)")
      }
    }
    return fields
  }

  private static func event(_ message: ArraySlice<UInt8>) throws -> Event {
    var event = Event()
    for field in try fields(message) {
      switch (field.number, field.wire) {
      case (1, 1): event.wallTime = Double(bitPattern: field.value)
      case (2, 0): event.step = Int(field.value)
      case (3, 2): event.version = String(decoding: field.bytes, as: UTF8.self)
      case (5, 2):
        for value in try fields(field.bytes) where value.number == 1 {
          let parts = try fields(value.bytes)
          guard let tag = parts.first(where: { $0.number == 1 && $0.wire == 2 }),
            let number = parts.first(where: { $0.number == 2 && $0.wire == 5 })
          else { throw Fault(text: "a value without tag or number") }
          event.scalars.append(
            (
              String(decoding: tag.bytes, as: UTF8.self),
              Float(bitPattern: UInt32(truncatingIfNeeded: number.value))
            )
          )
        }
      default: throw Fault(text: "field \(field.number)")
      }
    }
    return event
  }
}

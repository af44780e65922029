// Source: the messages `Event` and `Summary` of TensorBoard (event.proto, summary.proto), and the
//   records of TensorFlow (record_writer.cc).
// Procedure: a record is the length of its data in eight bytes, the masked CRC-32C of these, the
//   data, and the masked CRC-32C of the data; numbers are little-endian. The data are one message:
//   wall_time = 1 (double), step = 2 (varint), file_version = 3 (text) or summary = 5, which has
//   for each value = 1 a tag = 1 (text) and a simple_value = 2 (float).
// Complexity: O(bytes).
// Determinism: a function of the event; times come from outside.

/// One event of a file that TensorBoard reads.
public struct TensorBoardEvent: Sendable {
  /// The content of an event.
  public enum Content: Sendable {
    /// The version of the format; the first event of every file.
    case version
    /// Numbers by their tags, such as `loss/training`.
    case scalars([(tag: String, value: Double)])
  }

  /// Seconds since 1970.
  public let wallTime: Double
  /// The step that the event belongs to, at least 0.
  public let step: Int
  /// A version or scalars.
  public let content: Content

  /// - Parameters:
  ///   - wallTime: Seconds since 1970.
  ///   - step: The step that the event belongs to, at least 0.
  ///   - content: A version or scalars.
  public init(wallTime: Double, step: Int, content: Content) {
    (self.wallTime, self.step, self.content) = (wallTime, step, content)
  }

  /// The event as a record of the file.
  public var record: [UInt8] {
    let data = message
    let length = Self.bytes(UInt64(data.count))
    return length + Self.bytes(CRC32C.masked(length)) + data + Self.bytes(CRC32C.masked(data))
  }

  private var message: [UInt8] {
    var message = [Self.tag(1, .fixed64)] + Self.bytes(wallTime.bitPattern)
    message += [Self.tag(2, .varint)] + Self.varint(UInt64(step))
    switch content {
    case .version: message += Self.field(3, Array("brain.Event:2".utf8))
    case .scalars(let values):
      let summary = values.flatMap { tag, value in
        let number = [Self.tag(2, .fixed32)] + Self.bytes(Float(value).bitPattern)
        return Self.field(1, Self.field(1, Array(tag.utf8)) + number)
      }
      message += Self.field(5, summary)
    }
    return message
  }

  // MARK: - Protocol buffers

  private enum Wire: UInt8 {
    case varint = 0
    case fixed64 = 1
    case bytes = 2
    case fixed32 = 5
  }

  private static func tag(_ number: UInt8, _ wire: Wire) -> UInt8 { number << 3 | wire.rawValue }

  private static func field(_ number: UInt8, _ content: [UInt8]) -> [UInt8] {
    [tag(number, .bytes)] + varint(UInt64(content.count)) + content
  }

  private static func varint(_ value: UInt64) -> [UInt8] {
    var (rest, bytes) = (value, [UInt8]())
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  /// The bytes of a number, the lowest first.
  private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
    stride(from: 0, to: value.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}

extension TensorBoardEvent {
  /// The length of the part of a file that a resumed run keeps.
  ///
  /// - Parameters:
  ///   - file: Records whose steps do not fall, as this package writes them.
  ///   - step: The first step that is written again.
  /// - Returns: The length in bytes of the leading records that are complete, have correct checksums
  ///   and belong to lower steps.
  public static func length(of file: [UInt8], belowStep step: Int) -> Int {
    var end = 0
    while let next = recordEnd(in: file, from: end),
      let found = self.step(of: file[end + 12..<next - 4]), found < step
    {
      end = next
    }
    return end
  }

  /// The end of the record that begins at `start`; nil where it is incomplete or damaged.
  private static func recordEnd(in file: [UInt8], from start: Int) -> Int? {
    guard file.count - start >= 16 else { return nil }
    let length = number(file[start..<start + 8])
    guard length <= UInt64(file.count - start - 16),
      number(file[start + 8..<start + 12]) == UInt64(CRC32C.masked(file[start..<start + 8]))
    else { return nil }
    let end = start + 16 + Int(length)
    let data = file[start + 12..<end - 4]
    return number(file[end - 4..<end]) == UInt64(CRC32C.masked(data)) ? end : nil
  }

  /// The step of a message that begins with its time; nil where it does not.
  private static func step(of message: ArraySlice<UInt8>) -> Int? {
    let rest = message.dropFirst(9)
    guard message.first == tag(1, .fixed64), rest.first == tag(2, .varint) else { return nil }
    var (value, shift) = (0, 0)
    for byte in rest.dropFirst().prefix(8) {
      value |= Int(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

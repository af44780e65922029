// Format: frames, one for each batch, all numbers little-endian. A frame begins with 32 bytes: the
//   letters BPDB, the version 1, the epoch, the number of arrays (32 bits each), the step, and the
//   bytes of all that follows (64 bits each). An array begins with 32 bytes: its name (16 bytes,
//   zeros behind it), its type as NumPy writes it (4 bytes), rows, columns and 0 (32 bits each),
//   then rows · columns numbers of 32 bits.

extension Batch {
  /// The batch as a frame.
  func frame(_ layout: BatchLayout) -> [UInt8] {
    var frame: [UInt8] = []
    frame.append(text: "BPDB", count: 4)
    frame.append(numbers: [1, epoch, UInt32(layout.parts.count)])
    frame.append(number: UInt64(step))
    let head = frame.count + 8
    frame.append(number: 0)
    for part in layout.parts {
      let (numbers, columns) = part.values(self)
      frame.append(text: part.name, count: 16)
      frame.append(text: part.type, count: 4)
      frame.append(numbers: [rows, columns, 0].map { UInt32(truncatingIfNeeded: $0) })
      frame.append(numbers: numbers)
    }
    var size: [UInt8] = []
    size.append(number: UInt64(frame.count - head))
    frame.replaceSubrange(head - 8..<head, with: size)
    return frame
  }
}

extension [UInt8] {
  fileprivate mutating func append(number: UInt64) {
    append(numbers: [UInt32(truncatingIfNeeded: number), UInt32(number >> 32)])
  }

  fileprivate mutating func append(text: String, count: Int) {
    append(contentsOf: text.utf8.prefix(count))
    append(contentsOf: repeatElement(0, count: count - Swift.min(text.utf8.count, count)))
  }
}

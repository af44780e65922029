// Format: frames, one for each batch, all numbers little-endian. A frame begins with 32 bytes: the letters BPDB,
//   the version 1, the epoch, the number of arrays (32 bits each), the step, and the bytes of all that follows
//   (64 bits each). An array begins with 32 bytes: its name (16 bytes, zeros behind it), its type as
//   NumPy writes it (4 bytes), rows, columns and 0 (32 bits each), then rows · columns numbers of 32 bits.

extension Batch {
  /// The batch as a frame.
  func frame(_ layout: BatchLayout) -> [UInt8] {
    var arrays: [UInt8] = []
    for part in layout.parts {
      let (numbers, columns) = part.values(self)
      arrays.append(text: part.name, count: 16)
      arrays.append(text: part.type, count: 4)
      arrays.append(numbers: [rows, columns, 0].map { UInt32(truncatingIfNeeded: $0) })
      arrays.append(numbers: numbers)
    }
    var frame: [UInt8] = []
    frame.append(text: "BPDB", count: 4)
    frame.append(numbers: [1, epoch, UInt32(layout.parts.count)])
    for number in [UInt64(step), UInt64(arrays.count)] {
      frame.append(numbers: [UInt32(truncatingIfNeeded: number), UInt32(number >> 32)])
    }
    return frame + arrays
  }
}

extension [UInt8] {
  fileprivate mutating func append(text: String, count: Int) {
    append(contentsOf: text.utf8.prefix(count))
    append(contentsOf: repeatElement(0, count: count - Swift.min(text.utf8.count, count)))
  }
}

import Diagnostics
import Files

/// Little-endian numbers at given offsets.
enum TokenFileNumbers {
  @inline(__always)
  static func number<Number: FixedWidthInteger>(
    _ bytes: [UInt8],
    at place: Int,
    _: Number.Type
  ) -> Number {
    var value: Number = 0
    for index in 0..<Number.bitWidth / 8 {
      value |= Number(truncatingIfNeeded: bytes[place + index]) << Number(8 * index)
    }
    return value
  }
}

extension TokenShard {
  private static func expect(
    _ condition: Bool,
    _ file: RandomAccessFile,
    _ place: Int,
    _ message: @autoclosure () -> String
  ) throws {
    guard condition else { throw InvalidData(path: file.path, place: "byte \(place)", message()) }
  }

  /// Checks that `count` ids of `width` bytes extend from `offset` to the end of the file.
  private static func expect(
    _ count: Int,
    ofWidth width: Int,
    from offset: Int,
    _ file: RandomAccessFile
  ) throws {
    let (length, overflow) = count.multipliedReportingOverflow(by: width)
    try expect(
      !overflow && count >= 0 && file.size - offset == length,
      file,
      offset,
      "found \(file.size - offset) bytes where \(count) numbers of \(width) bytes were expected"
    )
  }

  static func nanogpt(_ file: RandomAccessFile, _ vocabularySize: Int) throws -> Layout {
    let width = vocabularySize <= 65_536 ? 2 : 4
    try expect(
      file.size % width == 0,
      file,
      file.size,
      "found \(file.size) bytes where a multiple of \(width) was expected"
    )
    return Layout(offset: 0, width: width, count: file.size / width)
  }

  static func llmc(_ file: RandomAccessFile) throws -> Layout {
    let length = 1024
    try expect(
      file.size >= length,
      file,
      file.size,
      "found the end of the file where a header of \(length) bytes was expected"
    )
    let header = try file.read(at: 0, count: 12)
    let magic = TokenFileNumbers.number(header, at: 0, Int32.self)
    let version = TokenFileNumbers.number(header, at: 4, Int32.self)
    let count = TokenFileNumbers.number(header, at: 8, Int32.self)
    let width =
      switch (magic, version) {
      case (20_240_520, 1): 2
      case (20_240_801, 7): 4
      default: 0
      }
    try expect(
      width > 0,
      file,
      0,
      "found magic \(magic), version \(version) where 20240520, 1 or 20240801, 7 was expected"
    )
    // The header's count has 31 bits; in a longer file it is the largest such number.
    let stored = (file.size - length) / width
    let tokens = count == .max && stored > Int(count) ? stored : Int(count)
    try expect(tokens, ofWidth: width, from: length, file)
    return Layout(offset: length, width: width, count: tokens)
  }

  static func numpy(_ file: RandomAccessFile) throws -> Layout {
    let types = ["<u2": (2, false), "<u4": (4, false), "<i4": (4, true)]
    let (type, offset, count) = try numpyHeader(file)
    guard let (width, isSigned) = types[type] else {
      throw InvalidData(
        path: file.path,
        place: "byte 10",
        "found numbers of type '\(type)' where '<u2', '<u4' or '<i4' was expected"
      )
    }
    try expect(count, ofWidth: width, from: offset, file)
    return Layout(offset: offset, width: width, count: count, isSigned: isSigned)
  }

  /// The type of the numbers, their offset, and their count.
  private static func numpyHeader(_ file: RandomAccessFile) throws -> (String, Int, Int) {
    let front = try file.read(at: 0, count: min(file.size, 12))
    try expect(
      front.count >= 10 && front.starts(with: [0x93] + Array("NUMPY".utf8)) && front[6] == 1,
      file,
      0,
      "found no header of NumPy's format 1.0"
    )
    let length = Int(TokenFileNumbers.number(front, at: 8, UInt16.self))
    try expect(
      file.size >= 10 + length,
      file,
      file.size,
      "found the end of the file where a header of \(length) bytes was expected"
    )
    let text = String(decoding: try file.read(at: 10, count: length), as: UTF8.self)
    let type = text.firstMatch(of: /'descr': *'([^']{1,16})'/)
    let shape = text.firstMatch(of: /'shape': *\( *([0-9]{1,18}) *, *\)/)
    guard let type, let count = shape.flatMap({ Int($0.1) }) else {
      throw InvalidData(
        path: file.path,
        place: "byte 10",
        "found a header that does not describe one flat array"
      )
    }
    return (String(type.1), 10 + length, count)
  }

  static func numpyStarts(of path: String, tokens: Int) throws -> [Int]? {
    let stem = path.hasSuffix(".npy") ? String(path.dropLast(4)) : path
    let file: RandomAccessFile
    do {
      file = try RandomAccessFile(stem + ".offsets.npy")
    } catch let error as FileError where error.operation == .open {
      return nil
    }
    let (type, offset, count) = try numpyHeader(file)
    try expect(type == "<i8", file, 10, "found numbers of type '\(type)' where '<i8' was expected")
    try expect(count, ofWidth: 8, from: offset, file)
    let bytes = try file.read(at: offset, count: 8 * count)
    let starts = (0..<count).map { TokenFileNumbers.number(bytes, at: 8 * $0, Int.self) }
    try checkStarts(starts, upTo: tokens, file) { offset + 8 * $0 }
    return starts
  }

  /// Checks that starts rise from 0 to the end.
  private static func checkStarts(
    _ starts: [Int],
    upTo end: Int,
    _ file: RandomAccessFile,
    place: (Int) -> Int
  ) throws {
    var last = 0
    for (index, start) in starts.enumerated() {
      try expect(
        start >= last && start <= end && (index > 0 || start == 0),
        file,
        place(index),
        "found the start \(start) where one of \(index > 0 ? last...end : 0...0) was expected"
      )
      last = start
    }
    try expect(
      starts.last == end,
      file,
      place(max(starts.count - 1, 0)),
      "found the last end \(starts.last.map(String.init) ?? "missing") where \(end) was expected"
    )
  }

  static func megatron(
    _ index: RandomAccessFile,
    data: RandomAccessFile
  ) throws -> (Layout, [Int]) {
    let length = 34
    let front = try index.read(at: 0, count: min(index.size, length))
    try expect(
      front.count == length && front.starts(with: Array("MMIDIDX\0\0".utf8))
        && TokenFileNumbers.number(front, at: 9, UInt64.self) == 1,
      index,
      0,
      "found no header of a Megatron index of version 1"
    )
    let widths: [UInt8: Int] = [8: 2, 4: 4]
    let width = widths[front[17], default: 0]
    try expect(
      width > 0,
      index,
      17,
      "found ids of type \(front[17]) where 8 (uint16) or 4 (int32) was expected"
    )
    let sequences = TokenFileNumbers.number(front, at: 18, UInt64.self)
    let documents = TokenFileNumbers.number(front, at: 26, UInt64.self)
    let size = UInt64(index.size - length)
    try expect(
      sequences <= size / 12 && documents <= size / 8 && documents > 0
        && 12 * sequences + 8 * documents == size,
      index,
      18,
      "found \(size) bytes behind the header where \(sequences) sequences and \(documents) "
        + "documents were expected"
    )
    let bytes = try index.read(at: length, count: index.size - length)
    let pointers = 4 * Int(sequences)
    let numbers = 12 * Int(sequences)
    var starts = [0]
    for sequence in 0..<Int(sequences) {
      let count = TokenFileNumbers.number(bytes, at: 4 * sequence, Int32.self)
      let start = TokenFileNumbers.number(bytes, at: pointers + 8 * sequence, Int64.self)
      let expected = starts[sequence] * width
      try expect(
        count >= 0 && start == Int64(expected),
        index,
        length + 4 * sequence,
        "found a sequence of \(count) tokens at byte \(start) where one at \(expected) was expected"
      )
      starts.append(starts[sequence] + Int(count))
    }
    let tokens = starts[Int(sequences)]
    try expect(tokens, ofWidth: width, from: 0, data)
    let firsts = (0..<Int(documents)).map {
      TokenFileNumbers.number(bytes, at: numbers + 8 * $0, Int.self)
    }
    try checkStarts(firsts, upTo: Int(sequences), index) { length + numbers + 8 * $0 }
    let layout = Layout(offset: 0, width: width, count: tokens, isSigned: width == 4)
    return (layout, firsts.map { starts[$0] })
  }
}

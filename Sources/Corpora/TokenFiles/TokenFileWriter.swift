// Formats: npy: NumPy format 1.0, one array of ids, and `NAME.offsets.npy`, int64, the start of each
//   document and the end. llmc: 256 int32 numbers: magic 20240520, version 1, count (uint16 ids), or
//   20240801, version 7 (uint32). nanogpt: ids only. megatron: `NAME.bin` with the ids, and `NAME.idx`:
//   "MMIDIDX\0\0", uint64 version 1, uint8 type (8 uint16, 4 int32), uint64 sequences, uint64 documents
//   + 1, int32 lengths, int64 byte offsets, int64 document numbers. All little-endian.

import Files

/// Writes tokens to files in one of the formats.
public final class TokenFileWriter {
  private let formatter: TokenFormatter
  private let main: OutputFile
  private let index: OutputFile?
  private var tokenCounts: [Int] = []
  private var total = 0

  /// - Parameters:
  ///   - formatter: The format.
  ///   - path: `-` for standard output, which only text formats allow. Megatron's pair of files
  ///     adds the extensions `.bin` and `.idx` to the path.
  /// - Throws: ``FileError``.
  public init(_ formatter: TokenFormatter, path: String) throws {
    self.formatter = formatter
    let stem = { (ending: String) in path.hasSuffix(ending) ? String(path.dropLast(4)) : path }
    switch formatter.format {
    case .npy:
      main = try OutputFile(path)
      index = try OutputFile(stem(".npy") + ".offsets.npy")
    case .megatron:
      main = try OutputFile(stem(".bin") + ".bin")
      index = try OutputFile(stem(".bin") + ".idx")
    case .ids, .pieces, .jsonl, .counts, .llmc, .nanogpt:
      main = try OutputFile(path)
      index = nil
    }
    try main.write(header)
  }

  /// Appends the output of the formatter for some documents.
  ///
  /// - Throws: ``FileError``.
  public func write(_ bytes: [UInt8], tokenCounts: [Int]) throws {
    try main.write(bytes)
    total += tokenCounts.reduce(0, +)
    if index != nil { self.tokenCounts += tokenCounts }
  }

  /// Passes everything written so far to the system, for a reader at the other end of a pipe.
  ///
  /// - Throws: ``FileError``.
  public func flush() throws { try main.flush() }

  /// Completes the files and moves them into place.
  ///
  /// - Throws: ``FileError``.
  public func commit() throws {
    if !header.isEmpty { try main.overwriteFront(header) }
    try main.flush()
    if let index {
      try index.write(formatter.format == .npy ? numpyOffsets : megatronIndex)
      try index.commit()
    }
    try main.commit()
  }

  private var header: [UInt8] {
    switch formatter.format {
    case .npy: return Self.numpyHeader(type: formatter.isNarrow ? "<u2" : "<u4", shape: [total])
    case .llmc:
      let kind: [Int32] = formatter.isNarrow ? [20_240_520, 1] : [20_240_801, 7]
      let numbers = kind + [Int32(clamping: total)] + Array(repeating: 0, count: 253)
      return numbers.flatMap(Self.bytes)
    default: return []
    }
  }

  private var numpyOffsets: [UInt8] {
    var bytes = Self.numpyHeader(type: "<i8", shape: [tokenCounts.count + 1])
    var start: Int64 = 0
    bytes += Self.bytes(start)
    for count in tokenCounts {
      start += Int64(count)
      bytes += Self.bytes(start)
    }
    return bytes
  }

  private var megatronIndex: [UInt8] {
    var bytes = Array("MMIDIDX\0\0".utf8) + Self.bytes(UInt64(1))
    bytes.append(formatter.isNarrow ? 8 : 4)
    bytes += Self.bytes(UInt64(tokenCounts.count)) + Self.bytes(UInt64(tokenCounts.count + 1))
    for count in tokenCounts { bytes += Self.bytes(Int32(clamping: count)) }
    var start: Int64 = 0
    for count in tokenCounts {
      bytes += Self.bytes(start)
      start += Int64(count) * (formatter.isNarrow ? 2 : 4)
    }
    for number in 0...tokenCounts.count { bytes += Self.bytes(Int64(number)) }
    return bytes
  }

  /// A header of 128 bytes, whatever the shape of one or two dimensions.
  static func numpyHeader(type: String, shape: [Int]) -> [UInt8] {
    let shape = shape.count == 1 ? "\(shape[0])," : "\(shape[0]), \(shape[1])"
    let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(shape)), }"
    let padding = String(repeating: " ", count: 117 - text.utf8.count)
    return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array("\(text)\(padding)\n".utf8)
  }

  static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    // SAFETY: the bytes are those of a local number, and are copied immediately.
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}

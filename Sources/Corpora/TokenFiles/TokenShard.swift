// Formats: those of TokenFileWriter.swift.
// Procedure: the header gives the offset and width of the ids; sizes, ranges and sums are checked
//   against the length of the file before anything of that size is allocated. Ids are read block by
//   block and checked against the vocabulary.
// Complexity: opening O(documents); reading O(tokens read), in any order, from any thread.

import CTokenFiles
import Diagnostics
import Files

/// A file of tokens, open for random access.
public struct TokenShard: Sendable {
  /// The position of the ids in a file, and their width.
  struct Layout {
    var offset: Int
    var width: Int
    var count: Int
    /// Whether the ids are signed, so that an error can name a negative one.
    var isSigned = false
  }

  /// The file with the ids.
  public var path: String { file.path }
  /// The number of tokens.
  public var count: Int { layout.count }
  /// Exclusive upper bound of ids.
  public let vocabularySize: Int
  /// The start of each document and the end, in tokens; nil if the format does not record them.
  public let documentStarts: [Int]?

  private let file: RandomAccessFile
  private let layout: Layout
  /// The bytes of all ids, if they are held in memory.
  private var held: [UInt8]?

  /// Opens a file of tokens and checks everything but its ids.
  ///
  /// - Parameters:
  ///   - path: The path given to ``TokenFileWriter``.
  ///   - format: One of `npy`, `llmc`, `nanogpt`, `megatron`.
  ///   - vocabularySize: Exclusive upper bound of ids; it also determines the width of `nanogpt`
  ///     ids.
  /// - Throws: ``FileError``; ``InvalidData`` with the file, the offset, and what was expected.
  public init(_ path: String, format: TokenFormat, vocabularySize: Int) throws {
    precondition(
      (1...Int(Int32.max)).contains(vocabularySize),
      "a vocabulary has 1 through 2^31 - 1 ids, but \(vocabularySize) are given"
    )
    self.vocabularySize = vocabularySize
    switch format {
    case .ids, .pieces, .jsonl, .counts:
      throw InvalidData(path: path, "tokens are not read from \(format.rawValue), but from files")
    case .nanogpt:
      file = try RandomAccessFile(path)
      layout = try Self.nanogpt(file, vocabularySize)
      documentStarts = nil
    case .llmc:
      file = try RandomAccessFile(path)
      layout = try Self.llmc(file)
      documentStarts = nil
    case .npy:
      file = try RandomAccessFile(path)
      layout = try Self.numpy(file)
      documentStarts = try Self.numpyStarts(of: path, tokens: layout.count)
    case .megatron:
      let stem = path.hasSuffix(".bin") ? String(path.dropLast(4)) : path
      file = try RandomAccessFile(stem + ".bin")
      let index = try RandomAccessFile(stem + ".idx")
      (layout, documentStarts) = try Self.megatron(index, data: file)
    }
  }

  /// The same shard with its ids in memory, all checked against the vocabulary.
  ///
  /// Reading is then several times as fast, and the file may change.
  ///
  /// - Returns: A shard that holds as many bytes as its ids take in the file.
  /// - Throws: As ``read(_:into:)``.
  public func inMemory() throws -> TokenShard {
    var shard = self
    shard.held = try file.read(at: layout.offset, count: layout.count * layout.width)
    try shard.validate()
    return shard
  }

  /// The size of the ids in the file, in bytes.
  public var byteCount: Int { layout.count * layout.width }

  /// Appends a range of tokens.
  ///
  /// - Parameters:
  ///   - range: Tokens within `0..<count`.
  ///   - ids: Grows by the tokens; unchanged if an error is thrown.
  /// - Throws: ``FileError``; ``InvalidData`` with the position of an id that is not in the
  ///   vocabulary.
  public func read(_ range: Range<Int>, into ids: inout [UInt32]) throws {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count,
      "tokens \(range) do not lie in 0..<\(count)"
    )
    let first = ids.count
    let start = range.lowerBound * layout.width
    let length = range.count * layout.width
    let largest: UInt32
    if let held {
      largest = held.withUnsafeBytes {
        append(UnsafeRawBufferPointer(rebasing: $0[start..<start + length]), to: &ids)
      }
    } else {
      largest = try withUnsafeTemporaryAllocation(byteCount: length, alignment: 4) {
        try file.read(at: layout.offset + start, into: $0)
        return append(UnsafeRawBufferPointer($0), to: &ids)
      }
    }
    guard largest >= UInt32(vocabularySize) else { return }
    let bad = ids[first...].firstIndex { $0 >= UInt32(vocabularySize) } ?? first
    let id = ids[bad]
    ids.removeLast(ids.count - first)
    let shown = layout.isSigned ? "\(Int32(bitPattern: id))" : "\(id)"
    throw InvalidData(
      path: path,
      place: "byte \(layout.offset + start + (bad - first) * layout.width)",
      "found the id \(shown) where one of 0..<\(vocabularySize) was expected"
    )
  }

  /// Appends ids given as bytes, and returns the largest.
  private func append(_ bytes: UnsafeRawBufferPointer, to ids: inout [UInt32]) -> UInt32 {
    let count = bytes.count / layout.width
    guard count > 0, let source = bytes.baseAddress else { return 0 }
    var largest: UInt32 = 0
    ids.append(addingCapacity: count) { span in
      span.withUnsafeMutableBufferPointer { free, written in
        guard let place = free.baseAddress else { return }
        // SAFETY: there are `count` ids of that width to read, and as many free elements.
        largest = bpd_read_ids(source, layout.width, count, place + written)
        written += count
      }
    }
    return largest
  }

  /// Reads all ids once, to find an invalid one before a long run does.
  ///
  /// - Throws: As ``read(_:into:)``.
  public func validate() throws {
    let block = 1 << 16
    var ids: [UInt32] = []
    for start in stride(from: 0, to: count, by: block) {
      ids.removeAll(keepingCapacity: true)
      try read(start..<min(start + block, count), into: &ids)
    }
  }
}

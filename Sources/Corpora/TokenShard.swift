// Formats: those of TokenFileWriter.swift.
// Procedure: the header gives the place and width of the ids; sizes, ranges and sums are held
//   against the length of the file before anything of that size is allocated. Ids are read block by
//   block and held against the vocabulary.
// Complexity: opening O(documents); reading O(tokens asked for), in any order, by any thread.

import Files

/// A file of tokens, open for reading at any place.
public struct TokenShard: Sendable {
  /// Where the ids lie in a file, and how wide they are.
  struct Layout {
    var offset: Int
    var width: Int
    var count: Int
    /// Whether the ids are signed: then a negative one is named so.
    var isSigned = false
  }

  /// The file with the ids.
  public var path: String { file.path }
  /// The number of tokens.
  public var count: Int { layout.count }
  /// Ids lie below this.
  public let vocabularySize: Int
  /// The start of each document and the end, in tokens; nil where the format does not say.
  public let documentStarts: [Int]?

  private let file: RandomAccessFile
  private let layout: Layout

  /// Opens a file of tokens and checks all but its ids.
  ///
  /// - Parameters:
  ///   - path: As it was given to ``TokenFileWriter``.
  ///   - format: One of `npy`, `llmc`, `nanogpt`, `megatron`.
  ///   - vocabularySize: Ids must lie below it; it decides the width of `nanogpt` ids, too.
  /// - Throws: ``FileError``; ``InvalidData`` with the file, the place, and what was expected.
  public init(_ path: String, format: TokenFormat, vocabularySize: Int) throws {
    precondition(
      (1...Int(Int32.max)).contains(vocabularySize),
      "a vocabulary has 1 through 2^31 - 1 ids, but \(vocabularySize) are given"
    )
    self.vocabularySize = vocabularySize
    switch format {
    case .ids, .pieces, .jsonl:
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

  /// Appends some tokens.
  ///
  /// - Parameters:
  ///   - range: Which tokens, inside `0..<count`.
  ///   - ids: Grows by them; unchanged where an error is thrown.
  /// - Throws: ``FileError``; ``InvalidData`` with the place of an id that is not in the vocabulary.
  public func read(_ range: Range<Int>, into ids: inout [UInt32]) throws {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count,
      "tokens \(range) do not lie in 0..<\(count)"
    )
    let start = layout.offset + range.lowerBound * layout.width
    let first = ids.count
    var largest: UInt32 = 0
    // SAFETY: the scratch has `width` bytes for each token, and the array as many places from `first` on.
    try withUnsafeTemporaryAllocation(byteCount: range.count * layout.width, alignment: 4) {
      try file.read(at: start, into: $0)
      ids.append(contentsOf: repeatElement(0, count: range.count))
      let bytes = UnsafeRawBufferPointer($0)
      ids.withUnsafeMutableBufferPointer { ids in
        let ids = UnsafeMutableBufferPointer(rebasing: ids[first...])
        if layout.width == 2 {
          for (index, id) in bytes.bindMemory(to: UInt16.self).enumerated() {
            ids[index] = UInt32(UInt16(littleEndian: id))
            largest = max(largest, ids[index])
          }
        } else {
          for (index, id) in bytes.bindMemory(to: UInt32.self).enumerated() {
            ids[index] = UInt32(littleEndian: id)
            largest = max(largest, ids[index])
          }
        }
      }
    }
    guard largest >= UInt32(vocabularySize) else { return }
    let bad = ids[first...].firstIndex { $0 >= UInt32(vocabularySize) } ?? first
    let id = ids[bad]
    ids.removeLast(ids.count - first)
    let shown = layout.isSigned ? "\(Int32(bitPattern: id))" : "\(id)"
    throw InvalidData(
      path: path,
      place: "byte \(start + (bad - first) * layout.width)",
      "found the id \(shown) where one of 0..<\(vocabularySize) was expected"
    )
  }

  /// Reads all ids once, to find a bad one before a long run does.
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

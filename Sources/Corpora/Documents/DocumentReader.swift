// Procedure: files are read in blocks; a block is cut after its last line feed, or its last blank
//   line, and the rest begins the next block. Documents stay in place in the block, so nothing is
//   copied.
// Complexity: O(n); memory for one block, or for the longest document if it is longer, which the
//   reader's limit bounds.
// Determinism: the running number of a document depends on the inputs in the given order, not on
//   how they are read.

import Compression
public import Diagnostics
import Files
import Glibc
import UnicodeText

/// The extent of one document.
public enum DocumentUnit: String, CaseIterable, Sendable {
  /// A line, ended by LF (a carriage return is text).
  case line
  /// The lines up to a blank one, which has nothing but a line end; the document ends with its last
  /// line.
  case block
  /// A whole file.
  case file
}

/// The treatment of the line feed at the end of a line.
public enum LineFeed: String, CaseIterable, Sendable {
  /// It belongs to the document, as in Hugging Face's training from files.
  case keep
  /// It only separates documents.
  case drop
}

/// Consecutive documents, as ranges of one block of bytes.
public struct DocumentBatch: Sendable {
  /// The block: the documents and their separators.
  public let bytes: [UInt8]
  /// The range of each document in `bytes`, in order; empty documents have empty ranges.
  public let ranges: [Range<Int>]
  /// The running number of the first document over all inputs, counting empty ones.
  public let firstNumber: UInt64
  /// The file that they all come from; `-` is standard input.
  public let path: String
  /// The offset of `bytes` in that file.
  public let offset: Int
  /// The number of the line that `bytes` begins with, from 1, where lines are JSON; else 1.
  public let firstLine: Int

  /// The first byte of the batch that is not UTF-8, as an error; nil if there is none.
  public func firstInvalidByte() -> InvalidData? {
    guard let position = bytes.withUnsafeBufferPointer(UTF8Text.firstInvalidByte) else {
      return nil
    }
    return InvalidData(
      path: path,
      place: "byte \(offset + position)",
      "found the byte 0x\(String(bytes[position], radix: 16)) where UTF-8 was expected"
    )
  }

  /// The error of a line of JSON.
  ///
  /// - Parameters:
  ///   - position: Where the line begins in `bytes`.
  ///   - message: What was found, and what was expected.
  /// - Returns: The error, with the file, the number of the line, and its place in bytes.
  func invalidLine(at position: Int, _ message: String) -> InvalidData {
    let line = firstLine + bytes[..<position].count { $0 == 0x0A }
    return InvalidData(path: path, place: "line \(line), byte \(offset + position)", message)
  }
}

/// Reads documents from files and standard input, batch by batch.
public final class DocumentReader {
  private static let blockLength = 1 << 18

  private let unit: DocumentUnit
  private let lineFeed: LineFeed
  private let reading: DocumentReading
  private var paths: ArraySlice<String>
  private var file: TextFile?
  private var rest: [UInt8] = []
  private var offset = 0
  private var line = 1
  /// Whether the beginning of the file has yet to be examined.
  private var isAtFront = false
  private var number: UInt64

  /// The bytes of the files read so far, compressed ones as stored.
  public private(set) var bytesRead = 0
  /// Whether lines are JSON: then blank lines are not documents, and a byte-order mark at the start
  /// of a file is not part of its first line.
  ///
  /// Set it before the first batch is read. It has no effect on documents other than lines.
  public var readsJSONLines = false
  /// The bytes of all inputs; nil unless each is a file.
  public let totalBytes: Int?

  /// - Parameters:
  ///   - paths: Files, folders and patterns in order, as ``FileNames`` expands them; `-` is standard
  ///     input, and so is no path at all.
  ///   - unit: The extent of one document.
  ///   - lineFeed: The treatment of the line feed at the end of a line.
  ///   - firstNumber: The running number of the first document.
  ///   - reading: The limits and rules for reading files.
  /// - Throws: ``FileError`` if a file cannot be opened; all are tried before any is read.
  public init(
    paths: [String],
    unit: DocumentUnit = .line,
    lineFeed: LineFeed = .drop,
    firstNumber: UInt64 = 0,
    reading: DocumentReading = DocumentReading()
  ) throws {
    self.paths = try paths.isEmpty ? ["-"] : FileNames.expanded(paths)[...]
    self.unit = unit
    self.lineFeed = lineFeed
    self.reading = reading
    number = firstNumber
    var total: Int? = 0
    for path in self.paths {
      let size = try InputFile.check(path)
      total = total.flatMap { total in size.map { total + $0 } }
    }
    totalBytes = total
  }

  /// The next documents, or nil at the end.
  ///
  /// - Throws: ``FileError``; ``InvalidData`` if a compressed file is broken, a document is larger
  ///   than accepted, or a file's byte order mark is of UTF-16 or UTF-32.
  public func next() throws -> DocumentBatch? {
    while true {
      if file == nil {
        guard let path = paths.popFirst() else { return nil }
        file = try TextFile(path)
        (offset, line) = (0, 1)
        isAtFront = true
      }
      if let file, let batch = try next(from: file) { return batch }
      file = nil
    }
  }

  private func next(from file: TextFile) throws -> DocumentBatch? {
    var block = rest
    rest = []
    var searched = 0
    while true {
      let before = file.bytesRead
      block.reserveRoom(for: Self.blockLength, limit: reading.largestDocument)
      let received = try file.read(upTo: Self.blockLength, into: &block)
      bytesRead += file.bytesRead - before
      if isAtFront {
        if received > 0 && ByteOrderMark.isUndecided(block) { continue }
        isAtFront = false
        var reading = reading
        // A mark before JSON is no text in any case.
        if readsJSONLines { reading.noteMark = nil }
        offset = try reading.markLength(of: block, path: file.path)
        block.removeFirst(offset)
      }
      if received == 0 {
        guard !block.isEmpty || (unit == .file && offset == 0) else { return nil }
        return try batch(block, path: file.path)
      }
      if let end = cut(of: block, from: searched) {
        rest = Array(block[end...])
        block.removeLast(block.count - end)
        return try batch(block, path: file.path)
      }
      if block.count > reading.largestDocument {
        throw reading.tooLong(path: file.path, offset: offset)
      }
      searched = block.count
    }
  }

  /// Where a block that begins with a document can be cut between documents; nil for nowhere.
  ///
  /// - Parameters:
  ///   - block: The bytes read so far.
  ///   - start: No such position precedes it.
  /// - Returns: A position above 0.
  private func cut(of block: [UInt8], from start: Int) -> Int? {
    switch unit {
    case .file: return nil
    case .line: return block[start...].lastIndex(of: 0x0A).map { $0 + 1 }
    case .block:
      // A blank line may begin before the newly read bytes.
      let first = max(start - 2, 0)
      var end = block.count
      while let feed = block[first..<end].lastIndex(of: 0x0A) {
        if Self.endsBlank(block[...feed]) { return feed + 1 }
        end = feed
      }
      return nil
    }
  }

  /// Whether the last line of a text is blank.
  private static func endsBlank(_ text: ArraySlice<UInt8>) -> Bool {
    var line = text.dropLast()
    if line.last == 0x0D { line = line.dropLast() }
    return line.isEmpty || line.last == 0x0A
  }

  private func batch(_ block: [UInt8], path: String) throws -> DocumentBatch {
    let ranges: [Range<Int>]
    switch unit {
    case .file: ranges = [0..<block.count]
    case .line where readsJSONLines: ranges = records(of: block)
    case .line: ranges = lines(of: block, lineFeed)
    case .block: ranges = blocks(of: block)
    }
    if block.count > reading.largestDocument,
      let long = ranges.first(where: { $0.count > reading.largestDocument })
    {
      throw reading.tooLong(path: path, offset: offset + long.lowerBound)
    }
    let batch = DocumentBatch(
      bytes: block,
      ranges: ranges,
      firstNumber: number,
      path: path,
      offset: offset,
      firstLine: line
    )
    if readsJSONLines { line += block.count { $0 == 0x0A } }
    number &+= UInt64(ranges.count)
    offset += block.count
    // A whole file is returned once; the next call finds its end.
    if unit == .file { offset = max(offset, 1) }
    return batch
  }

  private func blocks(of block: [UInt8]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start: Int?
    for line in lines(of: block, .keep) {
      if !Self.endsBlank(block[line]) || block[line.upperBound - 1] != 0x0A {
        if start == nil {
          start = line.lowerBound
          ranges.append(line)
        }
        let hasFeed = block[line.upperBound - 1] == 0x0A
        let end = line.upperBound - (hasFeed && lineFeed == .drop ? 1 : 0)
        ranges[ranges.count - 1] = (start ?? 0)..<end
      } else {
        start = nil
      }
    }
    return ranges
  }

  /// The lines that are not blank, without a byte-order mark.
  private func records(of block: [UInt8]) -> [Range<Int>] {
    var ranges = lines(of: block, lineFeed)
    if offset == 0, block.starts(with: [0xEF, 0xBB, 0xBF]), let first = ranges.first {
      ranges[0] = 3..<first.upperBound
    }
    ranges.removeAll { block[$0].allSatisfy { $0 <= 0x20 } }
    return ranges
  }

  private func lines(of block: [UInt8], _ lineFeed: LineFeed) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    block.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      var start = 0
      while start < bytes.count {
        // SAFETY: the search covers the rest of the block.
        let found = memchr(base + start, 0x0A, bytes.count - start)
        let end = found.map { base.distance(to: UnsafeRawPointer($0)) }
        let next = end.map { $0 + 1 } ?? bytes.count
        ranges.append(start..<(lineFeed == .keep ? next : end ?? next))
        start = next
      }
    }
    return ranges
  }
}

import BytePairEncoding
public import Diagnostics
import Noise
public import Tokenization

/// Documents held in memory, in order.
public struct DocumentStore: Sendable {
  /// All documents and their separators.
  public private(set) var bytes: [UInt8] = []
  /// The range of each document in `bytes`.
  public private(set) var ranges: [Range<Int>] = []
  /// The running number of the first document.
  public private(set) var firstNumber: UInt64 = 0
  /// The length of the separator after each document in bytes: 1 for a line feed, at most 255.
  private(set) var separatorBytes: [UInt8] = []
  /// The number of parts of a document: 1, or the number of fields that it was read from.
  public private(set) var fieldCount = 1
  /// The class of each document, ``DocumentFields/noLabel`` if it has none; empty if no document
  /// has one.
  public private(set) var labels: [Int32] = []
  /// The end of each field of each document in `bytes`, if there are several fields.
  private var fieldEnds: [Int] = []

  /// No documents.
  public init() {}

  /// Stores documents, each followed by a line feed.
  public init(_ documents: [[UInt8]]) {
    for document in documents {
      ranges.append(bytes.count..<bytes.count + document.count)
      bytes += document + [0x0A]
      separatorBytes.append(1)
    }
  }

  /// Reads all documents of a reader.
  ///
  /// - Parameters:
  ///   - reader: Read to its end.
  ///   - isStrict: Whether text that is not UTF-8 is an error.
  /// - Throws: ``FileError``; ``InvalidData`` with the position of the first byte that is not
  ///   UTF-8.
  public init(_ reader: DocumentReader, isStrict: Bool = false) throws {
    bytes.reserveCapacity(min(reader.totalBytes ?? 0, 1 << 30))
    while let batch = try reader.next() {
      if isStrict, let invalid = batch.firstInvalidByte() { throw invalid }
      if ranges.isEmpty { firstNumber = batch.firstNumber }
      append(batch)
    }
  }

  /// Reads all documents of a reader of JSON Lines.
  ///
  /// - Parameters:
  ///   - reader: Yields lines without their ends; read to its end.
  ///   - fields: The fields to read from each line.
  ///   - isStrict: Whether text that is not UTF-8 is an error.
  /// - Throws: ``FileError``; ``InvalidData`` with the position of a line that is not such an
  ///   object, or of the first byte that is not UTF-8.
  public init(_ reader: DocumentReader, fields: DocumentFields, isStrict: Bool = false) throws {
    fieldCount = fields.texts.count
    reader.readsJSONLines = true
    while let batch = try reader.next() {
      if isStrict, let invalid = batch.firstInvalidByte() { throw invalid }
      if ranges.isEmpty { firstNumber = batch.firstNumber }
      for range in batch.ranges {
        let line = batch.bytes[range]
        let (texts, label) = try fields.read(line, of: batch, at: range.lowerBound)
        let start = bytes.count
        for text in texts {
          bytes += text
          if fieldCount > 1 { fieldEnds.append(bytes.count) }
        }
        ranges.append(start..<bytes.count)
        separatorBytes.append(0)
        if fields.label != nil { labels.append(label) }
      }
    }
  }

  /// The ranges of a document's fields in it, back to back; its whole range if it has no fields.
  public func fields(of document: Int) -> [Range<Int>] {
    let range = ranges[document]
    if fieldCount == 1 { return [0..<range.count] }
    var start = 0
    return (0..<fieldCount).map { field in
      let end = fieldEnds[document * fieldCount + field] - range.lowerBound
      defer { start = end }
      return start..<end
    }
  }

  /// A digest that identifies the documents and their fields, whatever files they were read from.
  ///
  /// Complexity: O(bytes).
  public var digest: UInt64 {
    var digest = Digest()
    digest.add(bytes.withUnsafeBufferPointer { WordHash.of($0) })
    for (range, separator) in zip(ranges, separatorBytes) {
      digest.add(UInt64(range.lowerBound))
      digest.add(UInt64(range.upperBound))
      digest.add(UInt64(separator))
    }
    digest.add(UInt64(fieldCount))
    for end in fieldEnds { digest.add(UInt64(end)) }
    return digest.value
  }

  private mutating func append(_ batch: DocumentBatch) {
    let start = bytes.count
    bytes += batch.bytes
    for (index, range) in batch.ranges.enumerated() {
      let next =
        index + 1 < batch.ranges.count
        ? batch.ranges[index + 1].lowerBound : batch.bytes.count
      separatorBytes.append(UInt8(clamping: next - range.upperBound))
      ranges.append(start + range.lowerBound..<start + range.upperBound)
    }
  }

  /// Takes the last documents away.
  ///
  /// - Parameter first: The place of the first document to take, in `0...count`.
  /// - Returns: The documents from that place on, under their running numbers.
  public mutating func removeLast(from first: Int) -> DocumentStore {
    let start = first < count ? ranges[first].lowerBound : bytes.count
    var rest = DocumentStore()
    rest.bytes = Array(bytes[start...])
    rest.ranges = ranges[first...].map { $0.lowerBound - start..<$0.upperBound - start }
    rest.firstNumber = firstNumber &+ UInt64(first)
    rest.separatorBytes = Array(separatorBytes[first...])
    rest.fieldCount = fieldCount
    rest.labels = Array(labels.dropFirst(first))
    let fields = fieldEnds.isEmpty ? 0 : first * fieldCount
    rest.fieldEnds = fieldEnds[fields...].map { $0 - start }
    bytes.removeLast(bytes.count - start)
    ranges.removeLast(count - first)
    separatorBytes.removeLast(separatorBytes.count - first)
    if !labels.isEmpty { labels.removeLast(labels.count - first) }
    fieldEnds.removeLast(fieldEnds.count - fields)
    return rest
  }

  /// Cuts a document in two at the start of a line.
  ///
  /// - Parameter share: The share of all bytes that lie before the line, about, in 0...1.
  /// - Returns: The place of the document that begins with the line; nil where there is no such
  ///   line. Labels and fields must be none.
  public mutating func splitAtLine(behind share: Double) -> Int? {
    let position = min(Int(Double(bytes.count) * share), bytes.count)
    guard fieldCount == 1, labels.isEmpty,
      let document = ranges.lastIndex(where: { $0.lowerBound <= position && !$0.isEmpty })
    else { return nil }
    let range = ranges[document]
    let lineFeed = UInt8(ascii: "\n")
    let behind = bytes[min(max(position, range.lowerBound), range.upperBound)..<range.upperBound]
    let before = bytes[range.lowerBound..<behind.startIndex]
    let inner = behind.dropLast()
    guard
      let end = inner.firstIndex(of: lineFeed) ?? before.dropLast().lastIndex(of: lineFeed)
    else { return nil }
    ranges.replaceSubrange(
      document...document,
      with: [range.lowerBound..<end + 1, end + 1..<range.upperBound]
    )
    separatorBytes.insert(0, at: document)
    return document + 1
  }

  /// The bytes of the documents from a place on.
  ///
  /// - Parameter first: The place, in `0...count`.
  /// - Returns: Their bytes, without what separates them.
  public func byteCount(from first: Int) -> Int { ranges[first...].reduce(0) { $0 + $1.count } }

  /// Whether a document has anything but line ends.
  public var hasText: Bool {
    ranges.contains { bytes[$0].contains { $0 != 0x0A && $0 != 0x0D } }
  }

  /// The number of documents.
  public var count: Int { ranges.count }

  /// The length of a document and its separator in bytes.
  public func byteCountWithSeparator(of document: Int) -> Int {
    ranges[document].count + Int(separatorBytes[document])
  }

  /// The error for a word that is too long, with its document.
  ///
  /// - Parameters:
  ///   - error: As the encoder threw it.
  ///   - document: The index of the document.
  /// - Returns: The same error with a position.
  public func located(_ error: TokenizerEncoder.WordTooLong, in document: Int) -> InvalidData {
    InvalidData(place: "document \(firstNumber &+ UInt64(document))", error.description)
  }

  /// A range of the bytes of a document.
  ///
  /// - Parameters:
  ///   - document: The index of the document.
  ///   - range: Relative to the start of the document.
  /// - Returns: A copy.
  public func bytes(of document: Int, _ range: Range<Int>) -> [UInt8] {
    let start = ranges[document].lowerBound
    return Array(bytes[start + range.lowerBound..<start + range.upperBound])
  }
}

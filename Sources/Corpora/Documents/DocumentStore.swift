import BytePairEncoding
public import Diagnostics
import Noise
public import Tokenization

/// Documents held in memory, in order.
public struct DocumentStore: Sendable {
  /// All documents, with what separates them.
  public private(set) var bytes: [UInt8] = []
  /// Where each document lies in `bytes`.
  public private(set) var ranges: [Range<Int>] = []
  /// The running number of the first document.
  public private(set) var firstNumber: UInt64 = 0
  /// For each document the bytes that separate it from the next: 1 for a line feed, at most 255.
  private(set) var separatorBytes: [UInt8] = []
  /// The parts of a document: 1, or the fields that it was read from.
  public private(set) var fieldCount = 1
  /// The class of each document, ``DocumentFields/noLabel`` where it has none; empty if none has.
  public private(set) var labels: [Int32] = []
  /// Where each field of each document ends in `bytes`, where there are several.
  private var fieldEnds: [Int] = []

  /// No documents.
  public init() {}

  /// Documents, each with a line feed behind it.
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
  /// - Throws: ``FileError``; ``InvalidData`` with the place of the first byte that is not UTF-8.
  public init(_ reader: DocumentReader, isStrict: Bool = false) throws {
    bytes.reserveCapacity(min(reader.totalBytes ?? 0, 1 << 30))
    while let batch = try reader.next() {
      if isStrict, let invalid = batch.firstInvalidByte() { throw invalid }
      if ranges.isEmpty { firstNumber = batch.firstNumber }
      append(batch)
    }
  }

  /// Reads all documents of a reader of lines of JSON.
  ///
  /// - Parameters:
  ///   - reader: Of lines, without their ends; read to its end.
  ///   - fields: What is read of each line.
  ///   - isStrict: Whether text that is not UTF-8 is an error.
  /// - Throws: ``FileError``; ``InvalidData`` with the place of a line that is no such object, or of the first
  ///   byte that is not UTF-8.
  public init(_ reader: DocumentReader, fields: DocumentFields, isStrict: Bool = false) throws {
    fieldCount = fields.texts.count
    reader.readsJSONLines = true
    while let batch = try reader.next() {
      if isStrict, let invalid = batch.firstInvalidByte() { throw invalid }
      if ranges.isEmpty { firstNumber = batch.firstNumber }
      for range in batch.ranges {
        let line = batch.bytes[range]
        let place = batch.offset + range.lowerBound
        let (texts, label) = try fields.read(line, path: batch.path, offset: place)
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

  /// Where the fields of a document lie in it, one behind the other; all of it where it has no fields.
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

  /// A number by which the documents and their fields are known again, whatever files they were read from.
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

  /// The number of documents.
  public var count: Int { ranges.count }

  /// The bytes of a document and of what separates it from the next.
  public func byteCountWithSeparator(of document: Int) -> Int {
    ranges[document].count + Int(separatorBytes[document])
  }

  /// The error of a word that is too long, with the document that it is in.
  ///
  /// - Parameters:
  ///   - error: As the encoder threw it.
  ///   - document: The document's place, from 0.
  /// - Returns: The same, with a place.
  public func located(_ error: TokenizerEncoder.WordTooLong, in document: Int) -> InvalidData {
    InvalidData(place: "document \(firstNumber &+ UInt64(document))", error.description)
  }

  /// The bytes of a part of a document.
  ///
  /// - Parameters:
  ///   - document: Its place, from 0.
  ///   - range: Inside the document, which begins at 0.
  /// - Returns: A copy.
  public func bytes(of document: Int, _ range: Range<Int>) -> [UInt8] {
    let start = ranges[document].lowerBound
    return Array(bytes[start + range.lowerBound..<start + range.upperBound])
  }
}

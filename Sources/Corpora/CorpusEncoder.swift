// Procedure: workers encode and format batches of documents; the results are handed on in order. A
//   document of many megabytes is itself cut, where that changes nothing, and its parts go over threads.
// Complexity: O(n) over the threads; memory for a few batches.
// Determinism: the same bytes for any number of threads and any size of batches and caches.

public import BytePairEncoding
import Execution
public import Tokenization

/// Encodes all documents of a reader, in parallel and in order.
public struct CorpusEncoder: Sendable {
  /// The tokenizer that all threads share.
  public let tokenizer: Tokenizer
  /// What each encoding contains, and its noise.
  public let options: EncodingOptions
  /// How many threads encode; at least 1, of no effect on the output.
  public let threads: Int
  /// The most memory for remembered words of each thread, in bytes.
  public let cacheCapacity: Int
  /// Whether text that is not UTF-8 is an error.
  public let isStrict: Bool

  /// - Parameters:
  ///   - tokenizer: Shared by all threads.
  ///   - options: What each encoding contains, and its noise.
  ///   - threads: At least 1.
  ///   - cacheCapacity: The most memory for remembered words of each thread, in bytes; 0 for none.
  ///   - isStrict: Whether text that is not UTF-8 is an error.
  public init(
    _ tokenizer: Tokenizer,
    options: EncodingOptions,
    threads: Int,
    cacheCapacity: Int = BPEEncoder.defaultCacheCapacity,
    isStrict: Bool = false
  ) {
    self.tokenizer = tokenizer
    self.options = options
    self.threads = threads
    self.cacheCapacity = cacheCapacity
    self.isStrict = isStrict
  }

  /// Encodes, formats and hands on.
  ///
  /// - Parameters:
  ///   - reader: Read to its end.
  ///   - formatter: What becomes of each document.
  ///   - consume: Takes the bytes of some documents, and how many tokens each has, in order.
  /// - Throws: ``FileError``, ``UnicodeTextError``, ``InvalidData``, or what `consume` throws.
  public func run(
    _ reader: DocumentReader,
    formatter: TokenFormatter,
    consume: ([UInt8], [Int]) throws -> Void
  ) throws {
    try OrderedMap(threads: threads).run(
      next: { try reader.next() },
      makeScratch: {
        (TokenizerEncoder(tokenizer, cacheCapacity: cacheCapacity), EncodedDocument())
      },
      transform: { scratch, batch in
        if isStrict, let invalid = batch.firstInvalidByte() { throw invalid }
        var output: [UInt8] = []
        var counts: [Int] = []
        try batch.bytes.withUnsafeBufferPointer { bytes in
          for (index, range) in batch.ranges.enumerated() {
            let document = UnsafeBufferPointer(rebasing: bytes[range])
            let number = batch.firstNumber &+ UInt64(index)
            do {
              if document.count > Self.longDocument && threads > 1 && !options.wantsOffsets {
                let place = batch.offset + range.lowerBound
                try encodeParts(document, number, batch.path, place, &scratch.1)
              } else {
                try scratch.0.encode(document, number: number, options: options, into: &scratch.1)
              }
            } catch let error as TokenizerEncoder.WordTooLong {
              throw error.inFile(batch.path, offset: batch.offset + range.lowerBound)
            }
            formatter.append(scratch.1, of: document, to: &output)
            counts.append(scratch.1.ids.count)
          }
        }
        return (output, counts)
      },
      consume: { try consume($0.0, $0.1) }
    )
  }

  /// Beyond so many bytes a document is encoded in parts of at least an eighth.
  private static let longDocument = 8 << 20

  private func encodeParts(
    _ document: UnsafeBufferPointer<UInt8>,
    _ number: UInt64,
    _ path: String,
    _ place: Int,
    _ result: inout EncodedDocument
  ) throws {
    let cuts = DocumentCuts(tokenizer, allowsSpecial: options.allowsSpecial)
    var start = 0
    result.removeAll()
    try OrderedMap(threads: threads).run(
      next: {
        guard start < document.count else { return nil as Range<Int>? }
        let end = cuts.first(in: document, from: start + Self.longDocument / 8) ?? document.count
        defer { start = end }
        return start..<end
      },
      makeScratch: { TokenizerEncoder(tokenizer, cacheCapacity: cacheCapacity) },
      transform: { encoder, range in
        var part = EncodedDocument()
        var options = options
        if range.upperBound < document.count { options.appended = nil }
        do {
          try encoder.encode(
            UnsafeBufferPointer(rebasing: document[range]),
            number: number,
            origin: range.lowerBound,
            options: options,
            into: &part
          )
        } catch let error as TokenizerEncoder.WordTooLong {
          throw error.inFile(path, offset: place + range.lowerBound)
        }
        return part
      },
      consume: { result.append($0) }
    )
  }
}

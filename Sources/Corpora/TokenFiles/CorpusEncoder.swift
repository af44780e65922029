// Procedure: workers encode and format batches of documents; the results are passed on in order. A
//   document of many megabytes is itself cut where that changes nothing, and its parts are encoded
//   in parallel.
// Complexity: O(n) over the threads; memory for a few batches.
// Determinism: the same bytes for any number of threads and any size of batches and caches.

import BytePairEncoding
import Diagnostics
import Execution
public import Noise
public import Tokenization

/// Encodes all documents of a reader, in parallel and in order.
public struct CorpusEncoder: Sendable {
  /// The tokenizer that all threads share.
  public let tokenizer: Tokenizer
  /// The content of each encoding, and its noise.
  public let options: EncodingOptions
  /// The number of threads, at least 1; it does not affect the output.
  public let threads: Int
  /// The most memory for cached words of each thread, in bytes; 0 for none.
  public var cacheCapacity = BPEEncoder.defaultCacheCapacity
  /// Whether text that is not UTF-8 is an error.
  public var isStrict = false
  /// The number of draws of each document.
  public var draws = DocumentDraws()
  /// The fields of JSON objects that hold the documents; nil if a document is text.
  public var fields: RecordFields?
  /// Whether a document is a pair of texts, divided by its first tab.
  public var dividesPairs = false
  /// The dropout rate of a document by its number; nil if all have that of the options.
  ///
  /// It needs a noise in the options. A rate in the document's own field takes precedence.
  public var rate: (@Sendable (UInt64) -> DropoutRate)?

  /// - Parameters:
  ///   - tokenizer: Shared by all threads.
  ///   - options: The content of each encoding, and its noise.
  ///   - threads: At least 1.
  public init(_ tokenizer: Tokenizer, options: EncodingOptions, threads: Int) {
    self.tokenizer = tokenizer
    self.options = options
    self.threads = threads
  }

  /// Encodes and formats all documents, and passes the results on.
  ///
  /// - Parameters:
  ///   - reader: Read to its end.
  ///   - formatter: Formats each document.
  ///   - consume: Takes the bytes of some documents and the number of tokens in each, in order.
  /// - Throws: ``FileError``, ``UnicodeTextError``, ``InvalidData``, or any error of `consume`.
  public func run(
    _ reader: DocumentReader,
    formatter: TokenFormatter,
    consume: ([UInt8], [Int]) throws -> Void
  ) throws {
    try start(reader)
    try OrderedMap(threads: threads).run(
      next: { try reader.next() },
      makeScratch: {
        (TokenizerEncoder(tokenizer, cacheCapacity: cacheCapacity), EncodedDocument())
      },
      transform: { scratch, batch in
        var output: [UInt8] = []
        var counts: [Int] = []
        try forEachDocument(of: batch) { document, _, place in
          try draws.run(
            noise: place.noise,
            encode: { noise in
              var options = options
              options.noise = noise
              try encode(document, at: place, options, with: &scratch)
              return scratch.1
            },
            ids: \.ids,
            consume: { encoded, draw in
              let label = draws.count > 1 ? (place.number, draw) : nil
              formatter.append(encoded, of: document, draw: label, to: &output)
              counts.append(encoded.ids.count)
            }
          )
        }
        return (output, counts)
      },
      consume: { try consume($0.0, $0.1) }
    )
  }

  /// The number of a document, where it was found, and its noise.
  struct Place {
    let number: UInt64
    let path: String
    /// The offset of the document in the file.
    let offset: Int
    /// The offset of the document in its batch.
    let position: Int
    let noise: SegmentationNoise?
  }

  func start(_ reader: DocumentReader) throws {
    precondition(
      options.noise != nil || rate == nil && fields?.rate == nil,
      "a document has a rate of its own, but the options have no noise"
    )
    reader.readsJSONLines = fields != nil
  }

  /// Calls with each document of a batch, and the second text if it is a pair.
  ///
  /// - Throws: ``InvalidData`` if a document is not as the fields and the division say.
  func forEachDocument(
    of batch: DocumentBatch,
    _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>?, Place) throws -> Void
  ) throws {
    if isStrict, let invalid = batch.firstInvalidByte() { throw invalid }
    try batch.bytes.withUnsafeBufferPointer { bytes in
      for (index, range) in batch.ranges.enumerated() {
        let line = UnsafeBufferPointer(rebasing: bytes[range])
        let record = try fields?.read(line, of: batch, at: range.lowerBound)
        let number = batch.firstNumber &+ UInt64(index)
        let place = Place(
          number: number,
          path: batch.path,
          offset: batch.offset + range.lowerBound,
          position: range.lowerBound,
          noise: noise(record?.rate, of: number)
        )
        guard dividesPairs else {
          try (record?.text).withDocument(or: line) { text in
            guard let second = record?.second else { return try body(text, nil, place) }
            try second.withUnsafeBufferPointer { try body(text, $0, place) }
          }
          continue
        }
        guard let tab = line.firstIndex(of: UInt8(ascii: "\t")) else {
          throw InvalidData(
            path: place.path,
            place: "byte \(place.offset)",
            "found a document without a tab where a pair of texts divided by a tab was expected"
          )
        }
        try body(
          UnsafeBufferPointer(rebasing: line[..<tab]),
          UnsafeBufferPointer(rebasing: line[(tab + 1)...]),
          place
        )
      }
    }
  }

  private typealias Scratch = (TokenizerEncoder, EncodedDocument)

  private func noise(_ own: DropoutRate?, of number: UInt64) -> SegmentationNoise? {
    guard let rate = own ?? rate?(number) else { return options.noise }
    return options.noise?.at(rate)
  }

  private func encode(
    _ document: UnsafeBufferPointer<UInt8>,
    at place: Place,
    _ options: EncodingOptions,
    with scratch: inout Scratch
  ) throws {
    do {
      if document.count > Self.longDocument && threads > 1 && !options.wantsOffsets {
        try encodeParts(document, place, options, &scratch.1)
      } else {
        try scratch.0.encode(document, number: place.number, options: options, into: &scratch.1)
      }
    } catch let error as TokenizerEncoder.WordTooLong {
      throw error.inFile(place.path, offset: place.offset)
    }
  }

  /// A document of more bytes is encoded in parts of at least an eighth of this.
  private static let longDocument = 8 << 20

  private func encodeParts(
    _ document: UnsafeBufferPointer<UInt8>,
    _ place: Place,
    _ options: EncodingOptions,
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
            number: place.number,
            origin: range.lowerBound,
            options: options,
            into: &part
          )
        } catch let error as TokenizerEncoder.WordTooLong {
          throw error.inFile(place.path, offset: place.offset + range.lowerBound)
        }
        return part
      },
      consume: { result.append($0) }
    )
  }
}

extension Optional where Wrapped == [UInt8] {
  /// Calls with its own bytes, or with others if it has none; they must not escape.
  fileprivate func withDocument(
    or other: UnsafeBufferPointer<UInt8>,
    _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
  ) rethrows {
    if let bytes = self { try bytes.withUnsafeBufferPointer(body) } else { try body(other) }
  }
}

import Diagnostics
public import Tokenization

/// A held-out text that measures a tokenizer's compression during learning.
public struct CompressionMeter {
  /// The file of the text.
  public let path: String
  private var documents: [[UInt8]] = []
  private let byteCount: Int
  /// The vocabulary size of the next measurement.
  private var next = 1000

  /// Reads a text with a document on each line.
  ///
  /// - Throws: ``FileError``; ``InvalidData`` if there is no text.
  public init(_ path: String) throws {
    self.path = path
    let reader = try DocumentReader(paths: [path])
    while let batch = try reader.next() {
      documents += batch.ranges.map { Array(batch.bytes[$0]) }
    }
    byteCount = documents.reduce(0) { $0 + $1.count }
    guard byteCount > 0 else {
      throw InvalidData(path: path, "no text: there is nothing to measure")
    }
  }

  /// Whether the vocabulary has doubled since the last measurement.
  public mutating func isDue(at size: Int) -> Bool {
    guard size >= next else { return false }
    while next <= size { next *= 2 }
    return true
  }

  /// Encodes the text.
  ///
  /// - Parameter tokenizer: The tokenizer to measure.
  /// - Returns: The mean number of bytes per token.
  /// - Throws: Any error of encoding.
  public func bytesPerToken(_ tokenizer: Tokenizer) throws -> Double {
    var encoder = TokenizerEncoder(tokenizer)
    var tokens = 0
    for document in documents { tokens += try encoder.encode(document).tokens.count }
    return Double(byteCount) / Double(tokens)
  }
}

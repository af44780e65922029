import Corpora
import Diagnostics
import Tokenization

/// A text that is not learned from, and how well it is compressed meanwhile.
struct HeldOutText {
  private let path: String
  private var documents: [[UInt8]] = []
  private var byteCount = 0
  /// The vocabulary size at which it is measured next.
  private var next = 1000

  init(_ path: String) throws {
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
  mutating func isDue(at size: Int) -> Bool {
    guard size >= next else { return false }
    while next <= size { next *= 2 }
    return true
  }

  /// Says how many bytes a token has.
  func report(_ tokenizer: Tokenizer) throws {
    var encoder = TokenizerEncoder(tokenizer)
    var tokens = 0
    for document in documents { tokens += try encoder.encode(document).tokens.count }
    Terminal.note(
      "bpedrop: \(tokenizer.vocabularySize) tokens: "
        + "\(decimal(Double(byteCount) / Double(tokens), digits: 3)) bytes a token in \(path)"
    )
  }
}

import BytePairEncoding
import Reports
import Tokenization
import UnicodeText

/// Facts about the tokens and merges of a tokenizer.
struct VocabularyReport {
  /// How many merges across characters are shown.
  private static let shown = 8

  private let tokenizer: Tokenizer

  init(_ tokenizer: Tokenizer) { self.tokenizer = tokenizer }

  func rendered() -> String {
    let vocabulary = tokenizer.vocabulary
    let tokens = (0..<vocabulary.count).map { Array(vocabulary.bytes(of: TokenID($0))) }
    var table = TextTable(["what", "count"])
    table.append(["entries", "\(tokenizer.vocabularySize)"])
    table.append(["special tokens", "\(tokenizer.addedTokens.filter(\.isSpecial).count)"])
    table.append(["longest token, bytes", "\(tokens.map(\.count).max() ?? 0)"])
    table.append(["tokens that hold part of a character", "\(tokens.filter(isTorn).count)"])
    guard case .bpe(let model) = tokenizer.model else { return table.rendered() }
    let crossing = model.merges.merges.indices.filter { rank in
      let bytes = Array(vocabulary.bytes(of: model.merges.merges[rank].product))
      return isTorn(bytes) && bytes.dropFirst().contains { $0 & 0xC0 != 0x80 }
    }
    table.append(["merges", "\(model.merges.merges.count)"])
    table.append(["merges that cross a character and tear another", "\(crossing.count)"])
    return table.rendered() + list(crossing, model.merges.merges)
  }

  /// The merges of the lowest ranks, which the learner met most often.
  private func list(_ ranks: [Int], _ merges: [Merge]) -> String {
    let view = SegmentationView(tokenizer)
    var text = ranks.isEmpty ? "" : "\nThe first of them: bytes in ‹› are parts of characters.\n"
    for rank in ranks.prefix(Self.shown) {
      let labels = view.labels(of: [merges[rank].left, merges[rank].right])
      text += "  rank \(rank): \(labels.joined(separator: " + "))\n"
    }
    return text
  }

  private func isTorn(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBufferPointer(UTF8Text.firstInvalidByte) != nil
  }
}

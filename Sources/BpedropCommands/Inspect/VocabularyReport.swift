import BytePairEncoding
import Reports
import Tokenization
import UnicodeText

/// Statistics of the tokens and merges of a tokenizer.
struct VocabularyReport {
  /// The number of merges across characters that are shown.
  private static let shown = 8

  private let tokenizer: Tokenizer

  init(_ tokenizer: Tokenizer) { self.tokenizer = tokenizer }

  /// Labels and counts.
  var facts: [[String]] {
    let vocabulary = tokenizer.vocabulary
    let tokens = (0..<vocabulary.count).map { Array(vocabulary.bytes(of: TokenID($0))) }
    var facts = [
      ["entries", "\(tokenizer.vocabularySize)"],
      ["special tokens", "\(tokenizer.addedTokens.filter(\.isSpecial).count)"],
      ["longest token, bytes", "\(tokens.map(\.count).max() ?? 0)"],
      ["tokens that hold part of a character", "\(tokens.filter(isTorn).count)"],
    ]
    if !tokenizer.merges.isEmpty { facts.append(["merges", "\(tokenizer.merges.count)"]) }
    guard let model = tokenizer.model as? BPEModel else { return facts }
    facts.append(["merges that cross a character and tear another", "\(crossing(model).count)"])
    return facts
  }

  func rendered() -> String {
    var table = TextTable(["what", "count"])
    for fact in facts { table.append(fact) }
    guard let model = tokenizer.model as? BPEModel else { return table.rendered() }
    return table.rendered() + list(crossing(model), model.merges.merges)
  }

  /// The ranks of merges that join across one character boundary and cut another character.
  private func crossing(_ model: BPEModel) -> [Int] {
    model.merges.merges.indices.filter { rank in
      let bytes = Array(model.vocabulary.bytes(of: model.merges.merges[rank].product))
      return isTorn(bytes) && bytes.dropFirst().contains { $0 & 0xC0 != 0x80 }
    }
  }

  /// The merges of the lowest ranks, which occurred most often during learning.
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

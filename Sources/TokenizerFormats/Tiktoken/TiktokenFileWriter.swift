// Source: tiktoken 0.14 (load.py, dump_tiktoken_bpe): a line for each token, by rank.
// Procedure: ids are ranks, so they are kept where the products of a list of merges ascend. Where
//   they do not, tokens that no merge makes come first, and the others in the order of their first
//   merge.
// Complexity: O(bytes of the tokens).

import BytePairEncoding
import Diagnostics
import Tokenization

/// Writes a table of ranks.
enum TiktokenFileWriter {
  /// The lines of a `.tiktoken` file; tokens that are added tokens are left out.
  ///
  /// - Throws: ``InvalidData`` if the model is not byte-level BPE.
  static func ranks(of tokenizer: Tokenizer) throws -> [UInt8] {
    guard let model = tokenizer.model as? BPEModel else {
      throw InvalidData(
        ".tiktoken has no form for \(tokenizer.model.name): it takes byte-level BPE"
      )
    }
    guard !model.vocabulary.hasCopies else { throw InvalidData(GPT2FileWriter.copies) }
    let added = Set(tokenizer.addedTokens.map(\.id))
    let tokens = (0..<model.vocabulary.count).map { TokenID($0) }
      .filter { model.vocabulary.byteCount(of: $0) > 0 && !added.contains($0) }
    let isInOrder = zip(model.merges.merges, model.merges.merges.dropFirst())
      .allSatisfy { $0.product <= $1.product }
    let ranked = isInOrder ? tokens.map { ($0, $0.index) } : byMerges(tokens, model)
    guard !ranked.isEmpty else { throw InvalidData("the vocabulary has no tokens to rank") }
    var lines: [UInt8] = []
    for (token, rank) in ranked {
      lines += Base64.text(of: Array(model.vocabulary.bytes(of: token)))
      lines += Array(" \(rank)\n".utf8)
    }
    return lines
  }

  /// The tokens by their first merge, those without one first.
  private static func byMerges(_ tokens: [TokenID], _ model: BPEModel) -> [(TokenID, Int)] {
    var firstRank = [Int](repeating: -1, count: model.vocabulary.count)
    for (rank, merge) in model.merges.merges.enumerated().reversed() {
      firstRank[merge.product.index] = rank
    }
    return tokens.sorted { (firstRank[$0.index], $0) < (firstRank[$1.index], $1) }
      .enumerated().map { ($1, $0) }
  }
}

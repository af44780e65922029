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
      appendBase64(model.vocabulary.bytes(of: token), to: &lines)
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

  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
  )

  private static func appendBase64(_ bytes: ArraySlice<UInt8>, to text: inout [UInt8]) {
    for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.endIndex)]
      var bits: UInt32 = 0
      for byte in group { bits = bits << 8 | UInt32(byte) }
      bits <<= UInt32(8 * (3 - group.count))
      for index in 0...3 {
        let isPadding = index > group.count
        let digit = Int(bits >> UInt32(18 - 6 * index) & 63)
        text.append(isPadding ? UInt8(ascii: "=") : digits[digit])
      }
    }
  }
}

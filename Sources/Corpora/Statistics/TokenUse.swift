// Complexity: O(k log k) for k tokens.

public import BytePairEncoding
public import Tokenization

/// Which tokens of a tokenizer a text uses, and how often.
public struct TokenUse: Sendable {
  /// The number of tokens of the text.
  public let tokens: Int
  /// The tokens that the text never uses, by id; added tokens are not among them.
  public let unseen: [TokenID]
  /// The tokens that it uses, the most frequent first, and then by id.
  public let byUse: [TokenID]
  /// The number of occurrences of each token, by id.
  public let counts: [UInt64]

  /// The share of unseen tokens among all but added ones, in 0...1; 0 if there are none.
  public var unseenShare: Double {
    let all = unseen.count + ownUsed
    return all == 0 ? 0 : Double(unseen.count) / Double(all)
  }
  private let ownUsed: Int

  /// Takes the counts of a text's measure.
  ///
  /// - Parameters:
  ///   - measure: Of the text under `tokenizer`.
  ///   - tokenizer: The tokenizer.
  public init(_ measure: TextMeasure, _ tokenizer: Tokenizer) {
    let counts = measure.tokenCounts
    let added = Set(tokenizer.addedTokens.map(\.id))
    let own = (0..<tokenizer.vocabulary.count).lazy.map { TokenID($0) }.filter {
      (tokenizer.vocabulary.contains($0) || !tokenizer.bytes(of: $0).isEmpty) && !added.contains($0)
    }
    tokens = measure.tokens
    self.counts = counts
    unseen = Array(own.filter { counts[$0.index] == 0 })
    ownUsed = own.count { counts[$0.index] > 0 }
    byUse = counts.indices.filter { counts[$0] > 0 }
      .sorted { counts[$0] == counts[$1] ? $0 < $1 : counts[$0] > counts[$1] }
      .map { TokenID($0) }
  }
}

public import BytePairEncoding
public import Tokenization

/// Which ids are ordinary tokens, and which are special: noise neither picks these nor puts them
/// in.
public struct TokenClasses: Sendable {
  /// A bit for each id, set where it is ordinary; the last word has bits beyond the vocabulary, not
  /// set.
  let bits: [UInt64]
  /// The ids of ordinary tokens, ascending.
  public let ordinary: [UInt32]

  /// - Parameters:
  ///   - vocabularySize: One more than the largest id.
  ///   - special: All ids that are not ordinary.
  public init(vocabularySize: Int, special: some Sequence<TokenID>) {
    var isOrdinary = [Bool](repeating: true, count: vocabularySize)
    for token in special where token.index < vocabularySize { isOrdinary[token.index] = false }
    ordinary = (0..<vocabularySize).filter { isOrdinary[$0] }.map { UInt32($0) }
    var bits = [UInt64](repeating: 0, count: (vocabularySize + 63) / 64)
    for id in ordinary { bits[Int(id >> 6)] |= 1 << UInt64(id & 63) }
    self.bits = bits
  }

  /// The classes of a tokenizer's ids: its special tokens, ids without a token, and more.
  ///
  /// - Parameters:
  ///   - tokenizer: Whose ids they are.
  ///   - more: Further special tokens: mask, padding, separator.
  public init(_ tokenizer: Tokenizer, special more: [TokenID] = []) {
    let added = Set(tokenizer.addedTokens.map(\.id))
    let others = (0..<tokenizer.vocabularySize).map { TokenID($0) }.filter { id in
      tokenizer.isSpecial(id) || !(tokenizer.vocabulary.contains(id) || added.contains(id))
    }
    self.init(vocabularySize: tokenizer.vocabularySize, special: others + more)
  }

  /// Whether an id is special; ids beyond the vocabulary are.
  @inline(__always)
  public func isSpecial(_ id: UInt32) -> Bool {
    Int(id >> 6) >= bits.count || bits[Int(id >> 6)] >> UInt64(id & 63) & 1 == 0
  }
}

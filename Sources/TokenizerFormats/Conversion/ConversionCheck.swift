// Procedure: both tokenizers encode the same generated texts. A text is cut otherwise if the ranges
//   of its tokens differ; it may be cut alike and have other ids.
// Complexity: that of encoding.
// Determinism: the texts depend on the seed alone.

import Diagnostics
public import Tokenization

/// What two tokenizers make of the same generated texts.
public struct ConversionCheck: Sendable {
  /// A text that they encode differently.
  public struct Example: Sendable {
    /// The text.
    public let text: [UInt8]
    /// The tokens by each, as files spell them.
    public let pieces: [[String]]
  }

  private static let exampleCount = 3

  /// The number of texts.
  public let count: Int
  /// The number of texts whose tokens have other ranges of bytes.
  public private(set) var otherCuts = 0
  /// The number of texts with other ids.
  public private(set) var otherIDs = 0
  /// The first texts that are cut otherwise, or else those that have other ids.
  public private(set) var examples: [Example] = []

  /// Encodes texts with both.
  ///
  /// - Parameters:
  ///   - first: A tokenizer, whose tokens are among the texts.
  ///   - second: The other one.
  ///   - count: The number of texts.
  ///   - seed: The seed of the texts.
  /// - Throws: ``InvalidData`` or ``UnicodeTextError`` if a text cannot be encoded.
  public init(_ first: Tokenizer, _ second: Tokenizer, count: Int, seed: UInt64) throws {
    self.count = count
    let texts = GeneratedTexts(first, seed: seed)
    var encoders = [first, second].map { TokenizerEncoder($0, cacheCapacity: 1 << 22) }
    var options = EncodingOptions()
    options.wantsOffsets = true
    var relabelled: [Example] = []
    for number in 0..<UInt64(count) {
      let text = texts.text(number)
      let encoded = try encoders.indices.map { try encoders[$0].encode(text, options: options) }
      let isCutAlike = encoded[0].offsets == encoded[1].offsets
      if !isCutAlike { otherCuts += 1 }
      if encoded[0].ids == encoded[1].ids && isCutAlike { continue }
      if encoded[0].ids != encoded[1].ids { otherIDs += 1 }
      let list = isCutAlike ? relabelled : examples
      guard list.count < Self.exampleCount else { continue }
      let pieces = zip(encoded, [first, second]).map { encoding, tokenizer in
        encoding.tokens.map { tokenizer.piece(of: $0) }
      }
      let example = Example(text: text, pieces: pieces)
      if isCutAlike { relabelled.append(example) } else { examples.append(example) }
    }
    if examples.isEmpty { examples = relabelled }
  }
}

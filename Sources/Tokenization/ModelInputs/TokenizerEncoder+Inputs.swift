// Procedure: texts are encoded, cut into parts, put together by the post-processor, and then written
//   out as rows.
// Complexity: that of encoding, and O(tokens of all rows).
// Determinism: the second text of pair n has the noise of document n + 2^63, so the first has that
//   which it has alone.

import BytePairEncoding
import Diagnostics

/// What rows of a model's input contain.
public struct ModelInputOptions: Sendable {
  /// Special tokens, truncation and padding.
  public var rules: InputRules
  /// Whether the post-processor adds special tokens.
  public var addsSpecialTokens = true
  /// Whether what truncation cuts off gives further rows.
  public var wantsOverflow = false
  /// The unit of offsets; nil for rows without offsets and word ids.
  public var offsetUnit: OffsetUnit?
  /// Noise, and what else concerns the tokens of a text; offsets are those of the unit.
  public var encoding = EncodingOptions()

  /// - Parameter rules: Special tokens, truncation and padding; usually the tokenizer's.
  public init(_ rules: InputRules) { self.rules = rules }

  /// The number of special tokens that a row has.
  public func addedTokenCount(isPair: Bool) -> Int {
    addsSpecialTokens ? rules.postProcessor.addedTokenCount(isPair: isPair) : 0
  }

  /// Says early what would fail for any text.
  ///
  /// - Throws: ``InvalidData`` if rows have no room for special tokens, or the stride is too large.
  public func check(isPair: Bool) throws {
    _ = try rules.truncation?.room(beside: addedTokenCount(isPair: isPair))
  }
}

extension TokenizerEncoder {
  /// The difference between the document numbers of a pair's second text and the first: 2^63.
  public static let secondText: UInt64 = 1 << 63

  /// Makes a model's input of a text, or of a pair.
  ///
  /// It is not padded, since that takes a batch.
  ///
  /// - Parameters:
  ///   - text: Any bytes.
  ///   - second: The second text of a pair; nil for a single text.
  ///   - number: The running number of the text or pair, which determines its noise.
  ///   - options: What to produce.
  /// - Returns: The row, and then those of the tokens that truncation cut off, if requested: of a
  ///   pair all combinations of parts.
  /// - Throws: ``UnicodeTextError`` or ``WordTooLong``; ``InvalidData`` for noise that the model
  ///   does not support, and for texts that options cannot make a row of.
  public mutating func inputs(
    _ text: UnsafeBufferPointer<UInt8>,
    second: UnsafeBufferPointer<UInt8>? = nil,
    number: UInt64 = 0,
    options: ModelInputOptions
  ) throws -> [ModelInput] {
    var texts = [try encodeText(text, number, options)]
    if let second { texts.append(try encodeText(second, number ^ Self.secondText, options)) }
    let counts = texts.map(\.encoded.ids.count)
    var parts = counts.map { [0..<$0] }
    if let truncation = options.rules.truncation {
      let added = options.addedTokenCount(isPair: second != nil)
      let kept = try truncation.keptCounts(counts, room: truncation.room(beside: added))
      parts = try zip(counts, kept).map {
        try truncation.parts(of: $0, keeping: $1, wantsOverflow: options.wantsOverflow)
      }
    }
    var assembly = InputAssembly(parts, addsTokens: options.addsSpecialTokens)
    try assembly.apply(options.rules.postProcessor)
    return try assembly.rows().map { row in
      var input = ModelInput(hasOffsets: options.offsetUnit != nil)
      for element in row { input.append(element, of: texts) }
      return input
    }
  }

  /// Makes a model's input of a text, or of a pair.
  ///
  /// It is not padded, since that takes a batch.
  ///
  /// - Parameters:
  ///   - text: Any bytes.
  ///   - second: The second text of a pair; nil for a single text.
  ///   - number: The running number of the text or pair, which determines its noise.
  ///   - options: What to produce.
  /// - Returns: The row, and then those of the tokens that truncation cut off, if requested.
  /// - Throws: ``UnicodeTextError``, ``WordTooLong`` or ``InvalidData``.
  public mutating func inputs(
    _ text: [UInt8],
    second: [UInt8]? = nil,
    number: UInt64 = 0,
    options: ModelInputOptions
  ) throws -> [ModelInput] {
    try text.withUnsafeBufferPointer { text in
      guard let second else { return try inputs(text, number: number, options: options) }
      return try second.withUnsafeBufferPointer {
        try inputs(text, second: $0, number: number, options: options)
      }
    }
  }

  private mutating func encodeText(
    _ text: UnsafeBufferPointer<UInt8>,
    _ number: UInt64,
    _ options: ModelInputOptions
  ) throws -> EncodedText {
    var encoding = options.encoding
    encoding.wantsOffsets = options.offsetUnit != nil
    encoding.alignsByCharacters = options.offsetUnit == .chars
    var result = EncodedText()
    try encode(text, number: number, options: encoding, into: &result.encoded)
    guard let unit = options.offsetUnit else { return result }
    result.offsets = tokenizer.untrimmedOffsets(of: result.encoded, in: text, unit: unit)
    if !options.rules.postProcessor.trimmings.isEmpty {
      result.spaces = tokenizer.spaces(of: result.encoded, in: text, unit: unit)
    }
    return result
  }
}

/// The tokens of a text of a row.
struct EncodedText {
  var encoded = EncodedDocument()
  var offsets: [Range<Int>] = []
  /// The white space at the ends of each token; empty if nothing is trimmed.
  var spaces: [SpaceEnds] = []
}

extension ModelInput {
  /// Appends tokens of a text, or a special token.
  fileprivate mutating func append(_ element: InputElement, of texts: [EncodedText]) {
    switch element.content {
    case .special(let token): append(token, typeID: element.typeID)
    case .text(let index, let tokens):
      let text = texts[index]
      for place in tokens {
        if let found = text.encoded.foundTexts[place] { spellings[ids.count] = found }
        if hasOffsets {
          var range = text.offsets[place]
          for (trimming, isFirst) in element.trimmings {
            let isFirst = isFirst && place == tokens.lowerBound
            trimming.trim(&range, text.spaces[place], isFirst: isFirst)
          }
          offsets.append(range)
          wordIDs.append(text.encoded.wordIDs[place])
        }
        ids.append(text.encoded.ids[place])
      }
      typeIDs += repeatElement(element.typeID, count: tokens.count)
      attentionMask += repeatElement(1, count: tokens.count)
      specialTokensMask += repeatElement(0, count: tokens.count)
      sequenceIDs += repeatElement(Optional(UInt8(index)), count: tokens.count)
    }
  }
}

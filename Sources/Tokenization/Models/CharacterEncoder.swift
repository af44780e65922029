// Procedure: see CharacterModel.swift: a word is spelled in first symbols and encoded by the
//   byte-level model over these, and its tokens are mapped back.
// Complexity: that of BPEEncoder; O(n) more for a word whose spelling differs from its bytes.
// Determinism: as BPEEncoder.

import BytePairEncoding
import PreTokenization
import Noise

/// Encodes words by a model over characters; one for each thread.
struct CharacterEncoder: WordEncoder {
  private let model: CharacterModel
  private var encoder: BPEEncoder
  private var spelling: [UInt8] = []
  private var symbolLengths: [Int] = []

  init(_ model: CharacterModel, cacheCapacity: Int) {
    self.model = model
    encoder = BPEEncoder(model: model.byteLevel, cacheCapacity: cacheCapacity)
  }

  /// Appends the tokens of a pre-token, and for each the number of bytes that it stands for.
  mutating func encode(
    _ word: UnsafeBufferPointer<UInt8>,
    noise: SegmentationNoise?,
    at address: WordAddress,
    into tokens: inout [UInt32],
    lengths: inout [Int]
  ) {
    let start = tokens.count
    if model.isSpelledAlike(word) {
      encoder.encode(word, noise: noise, at: address, into: &tokens)
      for token in tokens[start...] {
        lengths.append(model.vocabulary.byteCount(of: TokenID(token)))
      }
      return
    }
    if let token = wholeToken(word, noise) {
      tokens.append(token.rawValue)
      lengths.append(word.count)
      return
    }
    encodeSpelled(word, noise, address, &tokens)
    var symbol = 0
    for index in start..<tokens.count {
      let bytes = model.byteLevel.vocabulary.bytes(of: TokenID(tokens[index]))
      let end = min(symbol + bytes.count { $0 & 0xC0 != 0x80 }, symbolLengths.count)
      lengths.append(symbolLengths[symbol..<end].reduce(0, +))
      symbol = end
      tokens[index] = model.token(of: tokens[index])
    }
  }

  mutating func encode(
    _ words: WordBatch,
    noise: SegmentationNoise?,
    into tokens: inout [UInt32]
  ) {
    let origin = words.origin
    let end = words.ranges[words.count - 1].upperBound
    var index = 0
    while index < words.count {
      let start = index
      let first = words.ranges[index].lowerBound
      // Each byte is looked at once: as far as the text is its own spelling, its words are, too.
      let alike = first + model.alikeLength(UnsafeBufferPointer(rebasing: words.text[first..<end]))
      while index < words.count, words.ranges[index].upperBound <= alike,
        !words.ranges[index].isEmpty
      { index += 1 }
      if start < index {
        encoder.encode(start..<index, of: words, at: origin, noise: noise, into: &tokens)
      }
      if index < words.count { encodeUnlike(index, words, noise, &tokens) }
      index += 1
    }
  }

  /// Appends the tokens of a word that is not its own spelling.
  private mutating func encodeUnlike(
    _ index: Int,
    _ words: WordBatch,
    _ noise: SegmentationNoise?,
    _ tokens: inout [UInt32]
  ) {
    let word = words[index]
    if let token = wholeToken(word, noise) {
      tokens.append(token.rawValue)
      return
    }
    let start = tokens.count
    encodeSpelled(word, noise, words.address(of: index), &tokens)
    for index in start..<tokens.count { tokens[index] = model.token(of: tokens[index]) }
  }

  /// The token that a word is taken for as a whole, though some of its characters are unknown.
  private func wholeToken(
    _ word: UnsafeBufferPointer<UInt8>,
    _ noise: SegmentationNoise?
  ) -> TokenID? {
    guard model.settings.ignoresMerges, noise == nil || noise?.rate == .zero else { return nil }
    return model.vocabulary.id(of: Array(word))
  }

  /// Appends the inner model's tokens of a word that is not its own spelling.
  private mutating func encodeSpelled(
    _ word: UnsafeBufferPointer<UInt8>,
    _ noise: SegmentationNoise?,
    _ address: WordAddress,
    _ tokens: inout [UInt32]
  ) {
    model.spell(word, into: &spelling, lengths: &symbolLengths)
    spelling.withUnsafeBufferPointer {
      encoder.encode($0, noise: noise, at: address, into: &tokens)
    }
  }
}

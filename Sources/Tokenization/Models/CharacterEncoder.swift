// Procedure: see CharacterModel.swift: a word is spelled in first symbols and encoded by the
//   byte-level model over these, and its tokens are mapped back.
// Complexity: that of BPEEncoder; O(n) more for a word whose spelling differs from its bytes.
// Determinism: as BPEEncoder.

import BytePairEncoding
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
    let isPlain = noise == nil || noise?.rate == .zero
    if model.settings.ignoresMerges, isPlain, let token = model.vocabulary.id(of: Array(word)) {
      tokens.append(token.rawValue)
      lengths.append(word.count)
      return
    }
    let start = tokens.count
    if model.isSpelledAlike(word) {
      encoder.encode(word, noise: noise, at: address, into: &tokens)
      for token in tokens[start...] {
        lengths.append(model.vocabulary.byteCount(of: TokenID(token)))
      }
      return
    }
    model.spell(word, into: &spelling, lengths: &symbolLengths)
    spelling.withUnsafeBufferPointer {
      encoder.encode($0, noise: noise, at: address, into: &tokens)
    }
    var symbol = 0
    for index in start..<tokens.count {
      let bytes = model.byteLevel.vocabulary.bytes(of: TokenID(tokens[index]))
      let end = symbol + bytes.count { $0 & 0xC0 != 0x80 }
      lengths.append(symbolLengths[symbol..<end].reduce(0, +))
      symbol = end
      tokens[index] = model.token(of: tokens[index])
    }
  }
}

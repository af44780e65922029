// Source: tokens that no text becomes: S. Land, M. Bartolo, "Fishing for Magikarp", EMNLP 2024 (arXiv
//   2405.05417), which decodes and encodes each; merges as V. Zouhar et al., "A Formal Perspective on
//   Byte-Pair Encoding", ACL Findings 2023. The argument below is ours.
// Procedure: if a token stands among those of a word, no merge crossed its ends, so the merges
//   inside it were the first candidates (rank, position) of its own bytes alone: it is made of these
//   alone, between any neighbours that merge with nothing. A token that is not is made by no text.
//   Marks of position need neighbours: the byte FF, which is in no token of a model over
//   characters. (A model that takes known words whole applies merges in longer words, if some byte
//   merges with nothing.)
// Complexity: O(bytes of all tokens) for usual ones; see WordSegmenter.swift.

import BytePairEncoding
import UnicodeText

/// Tries which tokens a model makes.
struct ModelProbe {
  /// How a model makes a token.
  enum Making {
    /// Of no word.
    case never
    /// Only of a word that has its bytes, without merges.
    case whole
    /// Of words in which its bytes stand.
    case joined
  }

  private let model: any WordModel
  private var encoder: any WordEncoder
  /// An encoder that never takes a word whole.
  private var joining: any WordEncoder
  private let takesWhole: Bool
  /// What stands before and after a token where merges are tried.
  private let neighbours: [(before: [UInt8], after: [UInt8])]
  private var tokens: [UInt32] = []
  private var lengths: [Int] = []

  /// Whether a token that is not made of its own bytes is made by no text at all.
  let isProof: Bool

  /// - Parameter model: The model; of one that marks words, the model of marked words is tried.
  init(_ model: any WordModel) {
    let model = (model as? MarkedModel)?.marked ?? model
    self.model = model
    encoder = model.makeEncoder(cacheCapacity: 0)
    let none: (before: [UInt8], after: [UInt8]) = ([], [])
    let seam: [UInt8] = [0xFF]
    let seams = [(seam, seam), (seam, []), ([], seam)]
    joining = encoder
    switch model {
    case let model as BPEModel:
      takesWhole = model.ignoresMerges
      if takesWhole { joining = model.withoutWholeWords.makeEncoder(cacheCapacity: 0) }
      (neighbours, isProof) = ([none], true)
    case let model as CharacterModel:
      takesWhole = model.settings.ignoresMerges
      let isPlain = model.settings.prefix.isEmpty && model.settings.suffix.isEmpty
      neighbours = takesWhole ? seams : isPlain ? [none] : [none] + seams
      isProof = true
    case let model as SubwordModel:
      (takesWhole, neighbours, isProof) = (false, [none] + seams, model.glossaries.isEmpty)
    case is UnitModel:
      (takesWhole, neighbours, isProof) = (false, [none], true)
    default:
      (takesWhole, neighbours, isProof) = (false, [none], false)
    }
  }

  /// How each token of the model is made.
  ///
  /// - Returns: One for each id; ``Making/never`` for an id without a token.
  /// - Throws: What the model's encoder throws.
  mutating func makings() throws -> [Making] {
    let vocabulary = model.vocabulary
    var makings = [Making](repeating: .never, count: vocabulary.count)
    // Single bytes become tokens of bytes and of unknown characters, too.
    for byte in UInt8.min...UInt8.max {
      for (before, after) in neighbours {
        for token in try join(before + [byte] + after) where Int(token) < makings.count {
          makings[Int(token)] = .joined
        }
      }
    }
    for index in 0..<vocabulary.count where makings[index] == .never {
      let id = TokenID(index)
      guard vocabulary.contains(id) else { continue }
      let text = wordText(of: id)
      for (before, after) in neighbours {
        if try join(before + text + after).contains(id.rawValue) {
          makings[index] = .joined
          break
        }
      }
      guard takesWhole, makings[index] == .never else { continue }
      if try encode(text).contains(id.rawValue) { makings[index] = .whole }
    }
    return makings
  }

  /// The text of a token as a word of the model has it.
  func wordText(of id: TokenID) -> [UInt8] {
    let text = model.text(of: id)
    return isSpelled ? Array(ByteAlphabet.encode(text).utf8) : Array(text)
  }

  private var isSpelled: Bool { (model as? CharacterModel)?.settings.isSpelled ?? false }

  /// A text as a word of the model has it.
  func word(of text: [UInt8]) -> [UInt8] {
    isSpelled ? Array(ByteAlphabet.encode(text).utf8) : text
  }

  /// The tokens of a word; none of a word that is empty or too long.
  ///
  /// - Throws: What the model's encoder throws.
  mutating func encode(_ word: [UInt8]) throws -> [UInt32] {
    try Self.encode(word, model.longestWord, &encoder, &tokens, &lengths)
    return tokens
  }

  /// The tokens of a word that is not taken whole.
  private mutating func join(_ word: [UInt8]) throws -> [UInt32] {
    try Self.encode(word, model.longestWord, &joining, &tokens, &lengths)
    return tokens
  }

  private static func encode(
    _ word: [UInt8],
    _ longest: Int,
    _ encoder: inout any WordEncoder,
    _ tokens: inout [UInt32],
    _ lengths: inout [Int]
  ) throws {
    tokens.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    guard !word.isEmpty, word.count <= longest else { return }
    try word.withUnsafeBufferPointer {
      try encoder.encode($0, noise: nil, at: WordAddress(), into: &tokens, lengths: &lengths)
    }
  }
}

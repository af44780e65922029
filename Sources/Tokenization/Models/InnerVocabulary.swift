// Procedure: see CharacterModel.swift: the tokens as first symbols spell them, then the stand-ins of
//   bytes and unknown characters, then the parts of characters, whose merges put characters together.
// Complexity: O(bytes of the tokens); without marks, of the tokens of one character.

import BytePairEncoding
import Diagnostics

/// The vocabulary of the byte-level model that is equivalent to one over characters.
struct InnerVocabulary {
  /// The tokens; ids of the model over characters are kept.
  let tokens: Vocabulary
  /// The merges that put characters together.
  let merges: [Merge]

  /// - Throws: ``InvalidData`` if two tokens are spelled alike.
  init(_ vocabulary: Vocabulary, _ symbols: FirstSymbols) throws {
    var tokens = try Self.spelled(vocabulary, by: symbols)
    for (spelling, _) in symbols.standIns { tokens.append(spelling) }
    merges = Self.characterMerges(of: &tokens)
    self.tokens = tokens
  }

  /// The vocabulary as first symbols spell it, with gaps for what they do not spell.
  private static func spelled(
    _ vocabulary: Vocabulary,
    by symbols: FirstSymbols
  ) throws -> Vocabulary {
    // Without marks a token of known characters is its own spelling, and no text becomes another.
    if !symbols.hasMarks { return vocabulary }
    var spelled = Vocabulary()
    for id in (0..<vocabulary.count).map({ TokenID($0) }) {
      if let spelling = symbols.spelling(of: vocabulary.bytes(of: id)) {
        spelled.append(spelling)
      } else {
        spelled.appendGap()
      }
      guard spelled.count == id.index + 1 else {
        throw InvalidData(place: "model.vocab", "the token \(id) is spelled like another")
      }
    }
    return spelled
  }

  /// The merges that assemble characters from bytes; parts of characters are added to the
  /// vocabulary.
  private static func characterMerges(of vocabulary: inout Vocabulary) -> [Merge] {
    var merges: [Merge] = []
    for character in characters(of: vocabulary) {
      for byte in character { vocabulary.append([byte]) }
      for length in 2..<max(character.count + 1, 2) {
        let part = Array(character[..<length])
        let known = vocabulary.count
        let product = vocabulary.append(part)
        guard product.index >= known || length == character.count,
          let left = vocabulary.id(of: Array(part.dropLast())),
          let right = vocabulary.id(of: [part[length - 1]])
        else { continue }
        merges.append(Merge(left: left, right: right, product: product))
      }
    }
    return merges
  }

  /// The tokens of one character, and those that begin like one.
  private static func characters(of vocabulary: Vocabulary) -> [[UInt8]] {
    vocabulary.withUnsafeTokens { pool, starts in
      (0..<vocabulary.count).compactMap { id in
        let token = pool[Int(starts[id])..<Int(starts[id + 1])]
        guard token.count <= 4, let first = token.first,
          token.count == (first < 0x80 ? 1 : (~first).leadingZeroBitCount)
        else { return nil }
        return Array(token)
      }
    }
  }
}

// Source: words: Hugging Face's WordLevelTrainer: special tokens, then words by falling count, and
//   of equal counts by ascending bytes. Characters: Hugging Face's alphabet: the most frequent
//   characters, numbered by code point.
// Determinism: a function of the counts and the recipe.

import BytePairEncoding
import Diagnostics

extension TokenizerRecipe {
  /// The number of occurrences of a word or a character.
  struct Frequency {
    let unit: [UInt8]
    let count: UInt64
  }

  static func frequencies(ofWords counts: WordCounts) -> [Frequency] {
    (0..<counts.count).map {
      Frequency(unit: Array(counts.word($0)), count: counts.occurrences($0))
    }
  }

  static func frequencies(ofCharacters counts: WordCounts) -> [Frequency] {
    CharacterAlphabet.occurrences(in: counts).map {
      Frequency(unit: Array(String($0.key).utf8), count: $0.value)
    }
  }

  func learnUnits(_ unit: UnitModel.Unit, _ units: [Frequency]) throws -> Tokenizer {
    let specials =
      specialTokens.contains(unknownToken) ? specialTokens : specialTokens + [unknownToken]
    var vocabulary = Vocabulary()
    var added: [AddedToken] = []
    for token in specials {
      let id = TokenID(vocabulary.count)
      guard !token.isEmpty, vocabulary.append(Array(token.utf8)) == id else {
        throw InvalidData("the special token '\(token)' is empty or stands twice")
      }
      added.append(AddedToken(id: id, content: Array(token.utf8)))
    }
    let size = vocabularySize ?? .max
    guard size > specials.count else {
      throw InvalidData(
        "a vocabulary of \(size) cannot hold more than its \(specials.count) special tokens"
      )
    }
    var kept = units.filter { $0.count >= minimumFrequency && vocabulary.id(of: $0.unit) == nil }
    kept.sort {
      $0.count != $1.count ? $0.count > $1.count : $0.unit.lexicographicallyPrecedes($1.unit)
    }
    kept = Array(kept.prefix(size - specials.count))
    if unit == .character { kept.sort { $0.unit.lexicographicallyPrecedes($1.unit) } }
    for frequency in kept { vocabulary.append(frequency.unit) }
    let unknown = vocabulary.id(of: Array(unknownToken.utf8))
    let model = UnitModel(
      unit: unit,
      vocabulary: vocabulary,
      unknown: unknown,
      reserved: Set(added.map(\.id)).subtracting([unknown].compactMap { $0 })
    )
    return Tokenizer(
      normalizer: normalizer,
      preTokenizer: preTokenizer,
      model: model,
      addedTokens: added
    )
  }
}

import BytePairEncoding
public import PreTokenization
public import Tokenization
public import UnicodeText

/// Learns from a text, as one document.
public func learnedTokenizer(_ recipe: TokenizerRecipe, from text: String) throws -> Tokenizer {
  let bytes = Array(text.utf8)
  let normalized = try recipe.normalizer.normalize(bytes)?.bytes ?? bytes
  var words: [[UInt8]: UInt64] = [:]
  for word in try recipe.countingPreTokenizer.split(normalized) { words[word, default: 0] += 1 }
  var counts = WordCounts()
  for (word, count) in words.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
    counts.append(word, occurrences: count)
  }
  return try recipe.learn(from: counts)
}

/// Some words of several scripts, some of them many times.
public let sampleText = """
  The cat sat on the mat and the other cat sat on the other mat. Там кот, а тут другой кот. \
  ไทยไทยไทย กากากา 中文中文中文 ééé cafe\u{301} café 😀😀😀 don't won't can't 1999 2024 2024
  """

/// A tokenizer learned from ``sampleText``.
public func sampleTokenizer(
  normalizer: TextNormalizer = .none,
  preTokenizer: PreTokenizer = .gpt2,
  size: Int = 330
) throws -> Tokenizer {
  var recipe = TokenizerRecipe(normalizer: normalizer, preTokenizer: preTokenizer)
  recipe.vocabularySize = size
  return try learnedTokenizer(recipe, from: sampleText)
}

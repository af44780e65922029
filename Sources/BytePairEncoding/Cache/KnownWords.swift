// Procedure: a batch of words passes through the cache twice. The first pass computes keys and
//   prefetches slots, the second looks words up and writes their tokens.
// Complexity: O(n) for cached words.
// Determinism: as WordCache.swift.

/// The words that one encoder has cached, and the keys of the current batch.
struct KnownWords {
  /// Their plain segmentations.
  var cache: WordCache
  /// The keys of the batch.
  private(set) var keys: [HashedKey]
  /// Tokens before they are appended to the caller's.
  var scratch = TokenScratch()

  /// - Parameters:
  ///   - capacity: The most memory for cached words, in bytes.
  ///   - batch: The most words of a batch.
  init(capacity: Int, batch: Int) {
    cache = WordCache(capacity: capacity)
    keys = Array(repeating: .none, count: batch)
  }

  /// Computes the keys of some words of a batch and prefetches their slots.
  ///
  /// - Parameters:
  ///   - range: The words.
  ///   - words: The batch.
  ///   - isWhole: Whether words in the vocabulary are taken whole.
  mutating func makeKeys(_ range: Range<Int>, _ words: WordsOfText, isWhole: Bool) {
    Self.makeKeys(range, words, WordKey.mark(isWhole: isWhole), cache.view, &keys)
  }

  /// The same on borrowed parts, so that nothing is retained.
  private static func makeKeys(
    _ range: Range<Int>,
    _ words: WordsOfText,
    _ mark: UInt64,
    _ view: WordCache.View,
    _ keys: inout [HashedKey]
  ) {
    let starts = words.starts.span
    let ends = words.ends.span
    let text = words.base
    let lastPacked = words.length &- 16
    var keys = keys.mutableSpan
    var index = range.lowerBound
    while index < range.upperBound {
      // SAFETY: the words lie in the text, and there is an element for the key of each.
      let start = starts[unchecked: index]
      let length = ends[unchecked: index] &- start
      let key =
        length <= WordKey.longestPacked && start <= lastPacked
        ? WordKey(packing: text + start, length: length, mark: mark)
        : WordKey(text + start, length: length, mark: mark)
      let hashed = HashedKey(key)
      keys[unchecked: index] = hashed
      view.prefetch(hashed.hash)
      index &+= 1
    }
  }

  /// Appends the plain tokens of words up to the first uncached one.
  ///
  /// - Parameters:
  ///   - range: The words.
  ///   - words: The batch.
  ///   - tokens: Grows by the words' tokens.
  /// - Returns: The index of the first uncached word, or the end of the range.
  mutating func append(
    _ range: Range<Int>,
    _ words: WordsOfText,
    to tokens: inout [UInt32]
  ) -> Int {
    Self.append(range, words, keys, cache, &scratch, &tokens)
  }

  /// The same on borrowed parts, so that nothing is copied.
  private static func append(
    _ range: Range<Int>,
    _ words: WordsOfText,
    _ keys: [HashedKey],
    _ cache: WordCache,
    _ scratch: inout TokenScratch,
    _ tokens: inout [UInt32]
  ) -> Int {
    let view = cache.view
    let starts = words.starts.span
    let keys = keys.span
    return scratch.append(range, byteCount: words.length(of: range), to: &tokens) { index, target in
      // SAFETY: the index is that of a word.
      let entry = keys[unchecked: index]
      guard
        let place = view.place(entry.key, entry.hash)
          ?? cache.find(entry.key, hash: entry.hash, word: words.base + starts[unchecked: index])
      else { return -1 }
      return cache.write(view[place], to: target)
    }
  }
}

// Procedure: words are looked up in a cache as in BPEEncoder.swift; events are replayed for words
//   that are not cached and, under dropout, for all words.
// Complexity: O(n) for cached words; see EventReplay.swift for the others.
// Determinism: as EventReplay.swift; results do not depend on the cache.

import Noise

/// Turns words into tokens by replaying events; one for each thread.
struct ReplayEncoder: Sendable {
  private var replay: EventReplay
  private var known: KnownWords

  /// The steps of the last uncached word.
  var steps: Int { replay.steps }

  init(_ events: MergeEvents, cacheCapacity: Int) {
    replay = EventReplay(events)
    known = KnownWords(capacity: cacheCapacity, batch: BPEEncoder.longestBatch)
  }

  /// Appends the tokens of a word, which must not be empty.
  mutating func encode(
    _ word: UnsafeBufferPointer<UInt8>,
    noise: SegmentationNoise?,
    at address: WordAddress,
    into tokens: inout [UInt32]
  ) throws(PrunedEncoder.TooManyEvents) {
    if let noise, noise.rate != .zero {
      return try replay.encode(word, noise: noise, at: address, into: &tokens)
    }
    guard let base = word.baseAddress else { return }
    let entry = HashedKey(WordKey(base, length: word.count, readable: word.count))
    if let place = known.cache.find(entry.key, hash: entry.hash, word: base) {
      return known.cache.appendTokens(of: known.cache.view[place], to: &tokens)
    }
    let start = tokens.count
    try replay.encode(word, noise: nil, at: address, into: &tokens)
    known.cache.insert(
      word,
      entry,
      tokens: tokens,
      from: start,
      derivation: WordSegmenter.Derivation(characterSteps: 0, byteSteps: 0)
    )
  }

  /// Appends the tokens of the words of a batch, none of them empty.
  mutating func encode(
    _ words: WordsOfText,
    noise: SegmentationNoise?,
    origin: WordOrigin,
    into tokens: inout [UInt32]
  ) throws(PrunedEncoder.TooManyEvents) {
    let isPlain = noise == nil || noise?.rate == .zero
    if isPlain { known.makeKeys(0..<words.count, words, isWhole: false) }
    var next = 0
    while next < words.count {
      if isPlain {
        next = known.append(next..<words.count, words, to: &tokens)
        guard next < words.count else { break }
      }
      var address = origin.address
      address.position += origin.places?[next] ?? words.starts[next]
      try encode(words[next], noise: noise, at: address, into: &tokens)
      next += 1
    }
  }
}

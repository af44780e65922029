// Procedure: words are looked up in a cache as in BPEEncoder.swift, and their events are gone through where
//   they are not there, or under dropout.
// Complexity: O(n) for words that are remembered; see EventReplay.swift for the others.
// Determinism: as EventReplay.swift; the cache never shows.

import Noise

/// Turns words into tokens by events; one for each thread.
struct ReplayEncoder: Sendable {
  private var replay: EventReplay
  private var cache: WordCache
  private var keys = [BPEEncoder.HashedKey](
    repeating: BPEEncoder.HashedKey(key: .none, hash: 0),
    count: BPEEncoder.longestBatch
  )
  /// Tokens on their way to the caller.
  private var known: [UInt32] = []

  /// The steps of the last word that was not remembered.
  var steps: Int { replay.steps }

  init(_ events: MergeEvents, cacheCapacity: Int) {
    replay = EventReplay(events)
    cache = WordCache(capacity: cacheCapacity)
  }

  /// Appends the tokens of a word that is not empty.
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
    let key = WordKey(base, length: word.count, readable: word.count)
    let hash = key.hash
    if let place = cache.find(key, hash: hash, word: base) {
      return cache.appendTokens(of: cache.view[place], to: &tokens)
    }
    let start = tokens.count
    try replay.encode(word, noise: nil, at: address, into: &tokens)
    cache.insert(
      word,
      key: key,
      hash: hash,
      tokens: tokens,
      from: start,
      derivation: WordSegmenter.Derivation(characterSteps: 0, byteSteps: 0)
    )
  }

  /// Appends the tokens of some words of one text, at most ``BPEEncoder/longestBatch``, none of them empty.
  mutating func encode(
    _ words: WordsOfText,
    count: Int,
    noise: SegmentationNoise?,
    origin: WordAddress,
    into tokens: inout [UInt32]
  ) throws(PrunedEncoder.TooManyEvents) {
    precondition(
      count <= min(BPEEncoder.longestBatch, words.starts.count, words.ends.count)
        && words.ends[count - 1] <= words.length,
      "a batch has at most \(BPEEncoder.longestBatch) words of its text, but this has \(count)"
    )
    let isPlain = noise == nil || noise?.rate == .zero
    if isPlain {
      BPEEncoder.makeKeys(0..<count, words, false, cache.view, &keys)
      let room = words.length(of: 0..<count) + WordCache.Slot.packedTokens
      if known.count < room { known = Array(repeating: 0, count: 2 * room) }
    }
    var next = 0
    while next < count {
      if isPlain {
        next = BPEEncoder.appendKnown(next..<count, words, keys, cache, &known, &tokens)
        guard next < count else { break }
      }
      try encode(words[next], noise: noise, at: words.address(of: next, origin), into: &tokens)
      next += 1
    }
  }
}

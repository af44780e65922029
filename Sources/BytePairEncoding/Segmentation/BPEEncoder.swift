// Procedure: a batch of words goes through the cache in two passes: the first makes keys and asks the
//   processor for the slots, the second looks up and writes tokens. A word that is not remembered is
//   segmented in between.
// Complexity: O(n) for words that are remembered; see WordSegmenter.swift for the others.
// Determinism: as WordSegmenter.swift; the cache never shows.

import Noise

/// Turns words into tokens, plain or under dropout; one for each thread.
///
/// The model is shared, the scratch memory and the word cache are this encoder's own. Its answers
/// depend on the model, the word, the noise and the word's address alone.
public struct BPEEncoder: Sendable {
  /// The default memory of the word cache, in bytes: it grows to this only where a text has so many
  /// different words.
  public static let defaultCacheCapacity = 64 << 20
  /// The most words of one batch.
  package static let longestBatch = 256

  let model: BPEModel
  let cacheCapacity: Int
  var segmenter: WordSegmenter
  var cache: WordCache
  package internal(set) var work = DropoutWork()
  private var laws: LawSampler

  struct HashedKey {
    var key: WordKey
    var hash: UInt64
  }

  /// How many words have their slots asked for before the first of them is looked at.
  private static let partLength = 128

  /// The keys of a batch.
  private(set) var keys = [HashedKey](
    repeating: HashedKey(key: .none, hash: 0),
    count: Self.longestBatch
  )
  /// Tokens on their way to the caller.
  var known: [UInt32] = []
  var draws = PartDraws(batch: Self.longestBatch, part: Self.partLength)

  /// - Parameters:
  ///   - model: The vocabulary and merges.
  ///   - cacheCapacity: The most memory for remembered words, in bytes; 0 for none.
  public init(model: BPEModel, cacheCapacity: Int = Self.defaultCacheCapacity) {
    self.model = model
    self.cacheCapacity = cacheCapacity
    segmenter = WordSegmenter(model)
    cache = WordCache(capacity: cacheCapacity)
    laws = LawSampler(model)
  }

  /// Appends the tokens of a word.
  ///
  /// - Parameters:
  ///   - word: A pre-token: any bytes, at most ``WordLimits/longestWord`` of them.
  ///   - noise: The dropout, or nil for plain BPE.
  ///   - address: Which word it is; of no effect without noise.
  ///   - tokens: Grows by the word's tokens.
  public mutating func encode(
    _ word: UnsafeBufferPointer<UInt8>,
    noise: SegmentationNoise?,
    at address: WordAddress = WordAddress(),
    into tokens: inout [UInt32]
  ) {
    guard let base = word.baseAddress, !word.isEmpty else { return }
    let noise = noise?.rate == .zero ? nil : noise
    let isWhole = takesWhole(noise)
    let key = WordKey(base, length: word.count, readable: word.count, isWhole: isWhole)
    encode(word, key, key.hash, noise, address, &tokens)
  }

  /// Appends the tokens of some words of one text.
  ///
  /// - Parameters:
  ///   - text: What the words are parts of.
  ///   - starts: Where they start.
  ///   - ends: Where they end.
  ///   - count: How many there are, at most ``longestBatch``; none is empty or longer than
  ///     ``WordLimits/longestWord``.
  ///   - noise: The dropout, or nil for plain BPE.
  ///   - origin: The address of the text's first byte: a word has that of its own first byte.
  ///   - tokens: Grows by the words' tokens.
  package mutating func encode(
    _ text: UnsafeBufferPointer<UInt8>,
    starts: [Int],
    ends: [Int],
    count: Int,
    noise: SegmentationNoise?,
    origin: WordAddress,
    into tokens: inout [UInt32]
  ) {
    guard let base = text.baseAddress, count > 0 else { return }
    precondition(
      count <= min(Self.longestBatch, starts.count, ends.count) && ends[count - 1] <= text.count,
      "a batch has at most \(Self.longestBatch) words of its text, but this has \(count)"
    )
    let noise = noise?.rate == .zero ? nil : noise
    let words = WordsOfText(base: base, length: text.count, starts: starts, ends: ends)
    let isWhole = takesWhole(noise)
    var made = 0
    var next = 0
    while next < count {
      // Slots are asked for at least one part of the batch before they are looked at.
      let part = next / Self.partLength * Self.partLength
      let wanted = min(part + 2 * Self.partLength, count)
      if made < wanted {
        Self.makeKeys(made..<wanted, words, isWhole, cache.view, &keys)
        if let noise, noise.law == .paper {
          PartDraws.makeBlocks(
            starts[made..<wanted],
            noise,
            origin,
            0..<1,
            stride: 1,
            &draws.first,
            from: made
          )
        }
        made = wanted
      }
      let end = min(part + Self.partLength, count)
      if let noise, noise.law == .paper {
        let sampled = SampledWords(words: words, noise: noise, origin: origin)
        next = append(next..<end, sampled, &tokens)
      } else if noise == nil {
        makeRoom(for: words.length(of: next..<end))
        next = Self.appendKnown(next..<end, words, keys, cache, &known, &tokens)
      }
      guard next < end else { continue }
      let entry = keys[next]
      encode(words[next], entry.key, entry.hash, noise, words.address(of: next, origin), &tokens)
      next += 1
    }
  }

  private func takesWhole(_ noise: SegmentationNoise?) -> Bool {
    // A word taken whole is remembered under a key of its own: under dropout it is not.
    model.ignoresMerges && noise == nil
  }

  /// Makes the keys of some words of a batch and asks for their slots.
  static func makeKeys(
    _ range: Range<Int>,
    _ words: WordsOfText,
    _ isWhole: Bool,
    _ cache: WordCache.View,
    _ keys: inout [HashedKey]
  ) {
    let starts = words.starts.span
    let ends = words.ends.span
    var keys = keys.mutableSpan
    for index in range {
      // SAFETY: the caller has checked that there are so many words and that they lie in the text.
      let start = starts[unchecked: index]
      let key = WordKey(
        words.base + start,
        length: ends[unchecked: index] &- start,
        readable: words.length &- start,
        isWhole: isWhole
      )
      let hash = key.hash
      keys[unchecked: index] = HashedKey(key: key, hash: hash)
      cache.prefetch(hash)
    }
  }

  /// Appends the tokens of words up to the first that is not remembered, and returns its index.
  static func appendKnown(
    _ range: Range<Int>,
    _ words: WordsOfText,
    _ keys: [HashedKey],
    _ cache: WordCache,
    _ known: inout [UInt32],
    _ tokens: inout [UInt32]
  ) -> Int {
    let keys = keys.span
    let starts = words.starts.span
    let view = cache.view
    var index = range.lowerBound
    // SAFETY: indices are those of words; there is room for as many tokens as they have bytes.
    known.withUnsafeMutableBufferPointer { known in
      guard let base = known.baseAddress else { return }
      var next = base
      while index < range.upperBound {
        let entry = keys[unchecked: index]
        guard
          let place = view.place(entry.key, entry.hash)
            ?? cache.find(entry.key, hash: entry.hash, word: words.base + starts[unchecked: index])
        else { break }
        next += cache.write(view[place], to: next)
        index &+= 1
      }
      tokens.append(contentsOf: UnsafeBufferPointer(start: base, count: next - base))
    }
    return index
  }

  /// Makes room in ``known`` for the tokens of so many bytes.
  mutating func makeRoom(for length: Int) {
    let room = length + WordCache.Slot.packedTokens
    if known.count < room { known = Array(repeating: 0, count: 2 * room) }
  }

  /// Appends the tokens of one word whose key is known.
  private mutating func encode(
    _ word: UnsafeBufferPointer<UInt8>,
    _ key: WordKey,
    _ hash: UInt64,
    _ noise: SegmentationNoise?,
    _ address: WordAddress,
    _ tokens: inout [UInt32]
  ) {
    guard let base = word.baseAddress else { return }
    if let noise, noise.law != .paper {
      let start = tokens.count
      if noise.law.revisesPlainTokens { encode(word, noise: nil, into: &tokens) }
      laws.sample(word, noise, address, from: start, into: &tokens)
      return
    }
    if let place = cache.find(key, hash: hash, word: base) {
      let slot = cache.view[place]
      if let noise, let drop = firstDrop(slot.derivation, noise, address) {
        appendSampled(word, place, drop, noise, address, &tokens)
      } else {
        cache.appendTokens(of: slot, to: &tokens)
      }
      return
    }
    let start = tokens.count
    var derivation = WordSegmenter.Derivation(characterSteps: 0, byteSteps: 0)
    if takesWhole(noise), let whole = model.vocabulary.id(of: word) {
      tokens.append(whole.rawValue)
    } else if word.count > WordCache.longestWord {
      return encodeLong(word, noise, address, &tokens)
    } else {
      derivation = segmenter.segment(word, into: &tokens)
    }
    cache.insert(word, key: key, hash: hash, tokens: tokens, from: start, derivation: derivation)
    if let noise, let drop = firstDrop(derivation, noise, address) {
      // A word that comes up once is not worth a place in the memo.
      tokens.removeLast(tokens.count - start)
      simulate(word, drop, noise, address, &tokens)
    }
  }

  /// Appends the tokens of a word that is too long to be remembered, in one go.
  private mutating func encodeLong(
    _ word: UnsafeBufferPointer<UInt8>,
    _ noise: SegmentationNoise?,
    _ address: WordAddress,
    _ tokens: inout [UInt32]
  ) {
    // There are fewer steps than bytes; a step beyond the last of them drops nothing.
    let most = UInt32(truncatingIfNeeded: word.count)
    let derivation = WordSegmenter.Derivation(characterSteps: most, byteSteps: most)
    if let noise, let drop = firstDrop(derivation, noise, address) {
      simulate(word, drop, noise, address, &tokens)
    } else {
      segmenter.segmentLong(word, into: &tokens)
    }
  }
}

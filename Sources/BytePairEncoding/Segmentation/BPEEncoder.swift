// Procedure: a batch of words is looked up in the word cache part by part (KnownWords.swift); an
//   uncached word is segmented in between. A law with its own sampler takes the whole batch.
// Complexity: O(n) for cached words; see WordSegmenter.swift for the others.
// Determinism: as WordSegmenter.swift; results do not depend on the cache.

import Noise

/// Turns words into tokens, plain or under dropout; one for each thread.
///
/// The model is shared; the scratch memory and the word cache belong to this encoder. Its results
/// depend only on the model, the word, the noise and the word's address.
public struct BPEEncoder: Sendable {
  /// The default limit of the word cache, in bytes; it grows only with the distinct words of a
  /// text.
  public static let defaultCacheCapacity = 64 << 20
  /// The most words of one batch.
  package static let longestBatch = 256

  let model: BPEModel
  let cacheCapacity: Int
  var segmenter: WordSegmenter
  var known: KnownWords
  var draws = PartDraws(batch: Self.longestBatch, part: Self.partLength)
  package internal(set) var work = DropoutWork()
  /// The sampler of the most recent law.
  private var sampler: KeptSampler?

  /// The words whose slots are prefetched before the first of them is looked up.
  private static let partLength = 128

  /// - Parameters:
  ///   - model: The vocabulary and merges.
  ///   - cacheCapacity: The most memory for cached words, in bytes; 0 for none.
  public init(model: BPEModel, cacheCapacity: Int = Self.defaultCacheCapacity) {
    self.model = model
    self.cacheCapacity = cacheCapacity
    segmenter = WordSegmenter(model)
    known = KnownWords(capacity: cacheCapacity, batch: Self.longestBatch)
  }

  /// Appends the tokens of a word.
  ///
  /// - Parameters:
  ///   - word: A pre-token: any bytes, at most ``WordLimits/longestWord`` of them.
  ///   - noise: The dropout, or nil for plain BPE.
  ///   - address: The position of the word in its corpus; no effect without noise.
  ///   - tokens: Grows by the word's tokens.
  public mutating func encode(
    _ word: UnsafeBufferPointer<UInt8>,
    noise: SegmentationNoise?,
    at address: WordAddress = WordAddress(),
    into tokens: inout [UInt32]
  ) {
    guard let base = word.baseAddress, !word.isEmpty else { return }
    guard let noise, noise.rate != .zero else {
      let isWhole = model.ignoresMerges
      let key = WordKey(base, length: word.count, readable: word.count, isWhole: isWhole)
      return encode(word, HashedKey(key), nil, address, &tokens)
    }
    let key = HashedKey(WordKey(base, length: word.count, readable: word.count))
    if noise.isOfPaper {
      encode(word, key, noise, address, &tokens)
    } else if !appendUndropped(word, key, noise, address, &tokens) {
      sampler(of: noise)?.sample(word, noise, address, into: &tokens) {
        encode($0, noise: nil, into: &$1)
      }
    }
  }

  /// Appends the tokens of several words of one text.
  ///
  /// - Parameters:
  ///   - text: The text that contains the words.
  ///   - starts: Where they start.
  ///   - ends: Where they end.
  ///   - count: The number of words, at most ``longestBatch``; none is empty or longer than
  ///     ``WordLimits/longestWord``.
  ///   - noise: The dropout, or nil for plain BPE.
  ///   - origin: The address that the words' places count from.
  ///   - tokens: Grows by the words' tokens.
  package mutating func encode(
    _ text: UnsafeBufferPointer<UInt8>,
    starts: [Int],
    ends: [Int],
    count: Int,
    noise: SegmentationNoise?,
    origin: WordOrigin,
    into tokens: inout [UInt32]
  ) {
    guard let words = WordsOfText(text, starts: starts, ends: ends, count: count) else { return }
    guard let noise, noise.rate != .zero else { return encodePlain(words, &tokens) }
    let batch = SampledWords(
      words: words,
      noise: noise,
      origin: origin.address,
      places: origin.places ?? starts
    )
    if noise.isOfPaper { encodeSampled(batch, &tokens) } else { encodeByLaw(batch, &tokens) }
  }

  /// The end of the part that contains a word of a batch, and the end of the words to prefetch
  /// first.
  private static func part(of index: Int, _ count: Int) -> (end: Int, prefetched: Int) {
    let start = index / partLength * partLength
    // Slots are prefetched at least one part of the batch before they are looked up.
    return (min(start + partLength, count), min(start + 2 * partLength, count))
  }

  /// Appends the plain tokens of a batch.
  private mutating func encodePlain(_ words: WordsOfText, _ tokens: inout [UInt32]) {
    var made = 0
    var next = 0
    while next < words.count {
      let part = Self.part(of: next, words.count)
      if made < part.prefetched {
        known.makeKeys(made..<part.prefetched, words, isWhole: model.ignoresMerges)
        made = part.prefetched
      }
      next = known.append(next..<part.end, words, to: &tokens)
      guard next < part.end else { continue }
      encode(words[next], known.keys[next], nil, WordAddress(), &tokens)
      next += 1
    }
  }

  /// Appends the tokens of a batch under the paper's law.
  private mutating func encodeSampled(_ batch: SampledWords, _ tokens: inout [UInt32]) {
    let words = batch.words
    var made = 0
    var next = 0
    while next < words.count {
      let part = Self.part(of: next, words.count)
      if made < part.prefetched {
        known.makeKeys(made..<part.prefetched, words, isWhole: false)
        draws.makeFirst(made..<part.prefetched, batch)
        made = part.prefetched
      }
      next = append(next..<part.end, batch, &tokens)
      guard next < part.end else { continue }
      encode(words[next], known.keys[next], batch.noise, batch.address(of: next), &tokens)
      next += 1
    }
  }

  /// Appends the tokens of a batch under a law with a sampler.
  private mutating func encodeByLaw(_ batch: SampledWords, _ tokens: inout [UInt32]) {
    guard batch.noise.law.procedure.drawsOncePerMerge else {
      sampler(of: batch.noise)?.sample(batch, into: &tokens) { encode($0, noise: nil, into: &$1) }
      return
    }
    known.makeKeys(0..<batch.words.count, batch.words, isWhole: false)
    for index in 0..<batch.words.count {
      let (word, address) = (batch.words[index], batch.address(of: index))
      if !appendUndropped(word, known.keys[index], batch.noise, address, &tokens) {
        sampler(of: batch.noise)?.sample(word, batch.noise, address, into: &tokens) { _, _ in }
      }
    }
  }

  /// The sampler of a law; nil for the paper's law.
  private mutating func sampler(of noise: SegmentationNoise) -> KeptSampler? {
    // A copy of this encoder may be using the same one.
    if !isKnownUniquelyReferenced(&sampler) || sampler?.isOf(noise) != true {
      sampler = noise.law.procedure.makeSampler(model, noise.unit).map { KeptSampler($0, noise) }
    }
    return sampler
  }

  /// Appends the tokens of one word whose key is known, plain or by the paper's law.
  private mutating func encode(
    _ word: UnsafeBufferPointer<UInt8>,
    _ entry: HashedKey,
    _ noise: SegmentationNoise?,
    _ address: WordAddress,
    _ tokens: inout [UInt32]
  ) {
    guard let base = word.baseAddress else { return }
    if let place = known.cache.find(entry.key, hash: entry.hash, word: base) {
      let slot = known.cache.view[place]
      if let noise, let drop = firstDrop(slot.derivation, noise, address) {
        appendSampled(word, place, drop, noise, address, &tokens)
      } else {
        known.cache.appendTokens(of: slot, to: &tokens)
      }
      return
    }
    let start = tokens.count
    var derivation = WordSegmenter.Derivation(characterSteps: 0, byteSteps: 0)
    // A word taken whole has a cache key of its own, since it is not taken whole under noise.
    if model.ignoresMerges, noise == nil, let whole = model.vocabulary.id(of: word) {
      tokens.append(whole.rawValue)
    } else if word.count > WordCache.longestWord {
      return encodeLong(word, noise, address, &tokens)
    } else {
      derivation = segmenter.segment(word, into: &tokens)
    }
    known.cache.insert(word, entry, tokens: tokens, from: start, derivation: derivation)
    if let noise, let drop = firstDrop(derivation, noise, address) {
      // A word that occurs once is not worth a lattice.
      tokens.removeLast(tokens.count - start)
      simulate(word, drop, noise, address, &tokens)
    }
  }

  /// Appends the tokens of a word that is too long for the cache.
  private mutating func encodeLong(
    _ word: UnsafeBufferPointer<UInt8>,
    _ noise: SegmentationNoise?,
    _ address: WordAddress,
    _ tokens: inout [UInt32]
  ) {
    // There are fewer steps than bytes; a step beyond the last drops nothing.
    let most = UInt32(truncatingIfNeeded: word.count)
    let derivation = WordSegmenter.Derivation(characterSteps: most, byteSteps: most)
    if let noise, let drop = firstDrop(derivation, noise, address) {
      simulate(word, drop, noise, address, &tokens)
    } else {
      segmenter.segmentLong(word, into: &tokens)
    }
  }
}

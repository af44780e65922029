// Procedure: a batch of words goes through the cache part by part; see KnownWords.swift. A word that is
//   not remembered is segmented in between. A law that has a sampler of its own takes the whole batch.
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
  var known: KnownWords
  var draws = PartDraws(batch: Self.longestBatch, part: Self.partLength)
  package internal(set) var work = DropoutWork()
  /// The sampler that was used last, with its law and unit.
  private var sampler:
    (law: SegmentationNoise.Law, unit: SegmentationNoise.Unit, sampler: any LawSampler)?

  /// How many words have their slots asked for before the first of them is looked at.
  private static let partLength = 128

  /// - Parameters:
  ///   - model: The vocabulary and merges.
  ///   - cacheCapacity: The most memory for remembered words, in bytes; 0 for none.
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
    if let noise, var sampler = takeSampler(noise) {
      let start = tokens.count
      if type(of: sampler).revisesPlainTokens { encode(word, noise: nil, into: &tokens) }
      var stream = noise.stream(address)
      sampler.sample(word, noise, &stream, from: start, into: &tokens)
      self.sampler = (noise.law, noise.unit, sampler)
      return
    }
    let isWhole = takesWhole(noise)
    let key = WordKey(base, length: word.count, readable: word.count, isWhole: isWhole)
    encode(word, HashedKey(key), noise, address, &tokens)
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
    guard let words = WordsOfText(text, starts: starts, ends: ends, count: count) else { return }
    let noise = noise?.rate == .zero ? nil : noise
    let sampled = noise.map { SampledWords(words: words, noise: $0, origin: origin) }
    if let sampled, var sampler = takeSampler(sampled.noise) {
      sampler.sample(sampled, into: &tokens) { encode($0, noise: nil, into: &$1) }
      self.sampler = (sampled.noise.law, sampled.noise.unit, sampler)
      return
    }
    let isWhole = takesWhole(noise)
    var made = 0
    var next = 0
    while next < count {
      // Slots are asked for at least one part of the batch before they are looked at.
      let part = next / Self.partLength * Self.partLength
      let wanted = min(part + 2 * Self.partLength, count)
      if made < wanted {
        known.makeKeys(made..<wanted, words, isWhole: isWhole)
        if let sampled { draws.makeFirst(made..<wanted, sampled) }
        made = wanted
      }
      let end = min(part + Self.partLength, count)
      if let sampled {
        next = append(next..<end, sampled, &tokens)
      } else {
        next = known.append(next..<end, words, to: &tokens)
      }
      guard next < end else { continue }
      encode(words[next], known.keys[next], noise, words.address(of: next, origin), &tokens)
      next += 1
    }
  }

  /// Takes out the sampler of a law, which the caller puts back; nil for the law of the paper.
  private mutating func takeSampler(_ noise: SegmentationNoise) -> (any LawSampler)? {
    guard !noise.isOfPaper else { return nil }
    defer { sampler = nil }
    if let sampler, sampler.law == noise.law, sampler.unit == noise.unit { return sampler.sampler }
    return noise.law.procedure.makeSampler(model, noise.unit)
  }

  private func takesWhole(_ noise: SegmentationNoise?) -> Bool {
    // A word taken whole is remembered under a key of its own: under dropout it is not.
    model.ignoresMerges && noise == nil
  }

  /// Appends the tokens of one word whose key is known, plain or by the law of the paper.
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
    if takesWhole(noise), let whole = model.vocabulary.id(of: word) {
      tokens.append(whole.rawValue)
    } else if word.count > WordCache.longestWord {
      return encodeLong(word, noise, address, &tokens)
    } else {
      derivation = segmenter.segment(word, into: &tokens)
    }
    known.cache.insert(word, entry, tokens: tokens, from: start, derivation: derivation)
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

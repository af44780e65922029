// Procedure: a law that decides the merges of the plain derivation one draw at a time leaves a word
//   plain if no draw drops; so the draws of a cached word are made first, and only a word with a drop
//   is sampled from its bytes, with the same draws again.
// Complexity: O(merges) for a cached word without a drop.
// Determinism: the tokens are those of the law's sampler.

import Noise

extension BPEEncoder {
  /// Appends the plain tokens of a word if its law draws once for each merge and drops none.
  ///
  /// - Returns: Whether it did; false leaves the tokens as they are.
  mutating func appendUndropped(
    _ word: UnsafeBufferPointer<UInt8>,
    _ entry: HashedKey,
    _ noise: SegmentationNoise,
    _ address: WordAddress,
    _ tokens: inout [UInt32]
  ) -> Bool {
    guard noise.law.procedure.drawsOncePerMerge, let place = plainPlace(of: word, entry, &tokens)
    else { return false }
    let slot = known.cache.view[place]
    // Merges that only put characters together are certain.
    let steps =
      model.characterMergeCount > 0 ? slot.derivation.characterSteps : slot.derivation.byteSteps
    var stream = noise.stream(address)
    for _ in 0..<steps where noise.droppedRun.run(below: 1, from: &stream) == nil { return false }
    known.cache.appendTokens(of: slot, to: &tokens)
    return true
  }

  /// The cache slot of a word's plain tokens, which are made if they are not there; nil if the word
  /// cannot be cached.
  private mutating func plainPlace(
    of word: UnsafeBufferPointer<UInt8>,
    _ entry: HashedKey,
    _ tokens: inout [UInt32]
  ) -> Int? {
    guard let base = word.baseAddress, word.count <= WordCache.longestWord else { return nil }
    if let place = known.cache.find(entry.key, hash: entry.hash, word: base) { return place }
    let start = tokens.count
    let derivation = segmenter.segment(word, into: &tokens)
    known.cache.insert(word, entry, tokens: tokens, from: start, derivation: derivation)
    tokens.removeLast(tokens.count - start)
    return known.cache.find(entry.key, hash: entry.hash, word: base)
  }
}

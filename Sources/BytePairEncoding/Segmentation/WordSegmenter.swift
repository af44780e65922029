// Source: plain BPE: R. Sennrich, B. Haddow, A. Birch, ACL 2016, section 3.2. Dropout: I.
//   Provilkov, D. Emelianenko, E. Voita, "BPE-Dropout", ACL 2020 (arXiv 1910.13267), algorithm 1.
// Procedure: the candidates of a split are its merge occurrences in order (rank, position). Plain
//   BPE applies the first until none is left. Under dropout every step drops each candidate with
//   probability p, independently, and applies the first that is kept; a candidate inside one
//   character is protected and always kept. Two kinds of draws give exactly this law:
//   1. While the first candidate is kept, the steps are those of the plain derivation. One
//      geometric draw over its unprotected steps gives the step of the first drop, or none: the
//      plain result.
//   2. From there, one geometric draw per step gives the number of candidates dropped before one is
//      kept. The k-th is kept with probability p^k (1 - p), up to the first protected one.
//   ShortSplit.swift holds short words, LongSplit.swift long ones; WordSplit.swift has the loops.
// Complexity: O(n log n), plain and under dropout at any rate.
// Determinism: draw 1 is the first word of the stream, made only if the plain derivation has an
//   unprotected step; draw i + 1 belongs to the i-th step from the first drop on, and is made
//   whether or not a candidate is left. Nothing else is drawn, whatever is cached.

import Noise

/// Segments words, plain or under dropout; one for each thread.
struct WordSegmenter {
  let model: BPEModel
  /// The window of a long word that is being segmented.
  private(set) var window = SegmentedWindow()

  init(_ model: BPEModel) { self.model = model }

  /// The number of unprotected steps of a plain derivation, as returned by ``segment(_:into:)``.
  struct Derivation: Sendable {
    var characterSteps: UInt32
    var byteSteps: UInt32

    func unprotectedSteps(_ unit: SegmentationNoise.Unit) -> Int {
      Int(unit == .character ? characterSteps : byteSteps)
    }
  }

  /// Segments a word by plain BPE and appends its tokens.
  func segment(
    _ word: UnsafeBufferPointer<UInt8>,
    into tokens: inout [UInt32]
  ) -> Derivation {
    if word.count <= ShortSplit.longestWord {
      return ShortSplit.with(word, model, protects: true) { split in
        let derivation = split.mergeAll(model.merges)
        split.forEachToken { token, _ in model.emit(token, into: &tokens) }
        return derivation
      }
    }
    var split = LongSplit(word, model, protects: true)
    let derivation = split.mergeAll(model.merges)
    split.forEachToken { token, _ in model.emit(token, into: &tokens) }
    return derivation
  }

  /// Segments a word whose first drop is at a given step of the plain derivation.
  ///
  /// - Parameters:
  ///   - word: Its bytes.
  ///   - noise: The dropout.
  ///   - firstDrop: The number of unprotected candidates kept first; fewer than the derivation has.
  ///   - stream: The stream after its first draw.
  ///   - tokens: Grows by the word's tokens.
  func sample(
    _ word: UnsafeBufferPointer<UInt8>,
    noise: SegmentationNoise,
    firstDrop: Int,
    stream: inout RandomStream,
    into tokens: inout [UInt32]
  ) {
    let protects = noise.unit == .character
    if word.count <= ShortSplit.longestSample(noise) {
      return ShortSplit.with(word, model, protects: protects) { split in
        split.merge(model.merges, noise, firstDrop: firstDrop, &stream)
        split.forEachToken { token, _ in model.emit(token, into: &tokens) }
      }
    }
    var split = LongSplit(word, model, protects: protects)
    split.merge(model.merges, noise, firstDrop: firstDrop, &stream)
    split.forEachToken { token, _ in model.emit(token, into: &tokens) }
  }

  /// Segments a part of a word into ``window``.
  mutating func segmentWindow(_ part: UnsafeBufferPointer<UInt8>) {
    window.removeAll()
    if part.count <= ShortSplit.longestWord {
      return ShortSplit.with(part, model, protects: false) { split in
        _ = split.mergeAll(model.merges)
        split.forEachToken { token, start in window.append(token, at: start) }
      }
    }
    var split = LongSplit(part, model, protects: false)
    _ = split.mergeAll(model.merges)
    split.forEachToken { token, start in window.append(token, at: start) }
  }
}

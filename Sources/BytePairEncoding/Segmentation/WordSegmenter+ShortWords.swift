// Source, Determinism: as WordSegmenter.swift, with the same draws in the same order.
// Procedure: the split is held in masks (ShortSplit.swift).
// Complexity: O(n^2) plain and O(n^2 k) under dropout, where k candidates are dropped in a step; n is small.

import Noise

extension WordSegmenter {
  /// The longest word whose candidates are looked at one after another: where many are dropped in a step, a
  /// tree finds the one that is kept faster.
  static func longestShortSample(_ noise: SegmentationNoise) -> Int {
    noise.rate.value <= 0.5 ? ShortSplit.longestWord : 32
  }

  /// The same as ``segment(_:into:)``, for words of at most ``ShortSplit/longestWord`` bytes.
  func segmentShort(
    _ word: UnsafeBufferPointer<UInt8>,
    into tokens: inout [UInt32]
  ) -> Derivation {
    withShortSplit(word) { split in
      var derivation = Derivation(characterSteps: 0, byteSteps: 0)
      while split.candidates != 0 {
        let candidate = split.first(of: split.candidates)
        derivation.byteSteps += 1
        if !split.isProtected(candidate) { derivation.characterSteps += 1 }
        split.apply(candidate, model.merges)
      }
      split.forEachToken { token, _ in model.emit(token, into: &tokens) }
      return derivation
    }
  }

  /// The same as ``sample(_:noise:firstDrop:stream:into:)``, for words of at most
  /// ``longestShortSample(_:)`` bytes.
  func sampleShort(
    _ word: UnsafeBufferPointer<UInt8>,
    _ noise: SegmentationNoise,
    _ firstDrop: Int,
    _ stream: inout RandomStream,
    _ tokens: inout [UInt32]
  ) {
    let protects = noise.unit == .character
    withShortSplit(word) { split in
      var kept = 0
      while split.candidates != 0 {
        let candidate = split.first(of: split.candidates)
        if !(protects && split.isProtected(candidate)) {
          if kept == firstDrop { break }
          kept += 1
        }
        split.apply(candidate, model.merges)
      }
      // The first candidate of this step is dropped already.
      var dropped = 1
      while split.candidates.nonzeroBitCount > dropped {
        let run = noise.droppedRuns.run(of: stream.next64())
        guard let candidate = split.kept(behind: dropped + run, protects: protects) else { break }
        split.apply(candidate, model.merges)
        dropped = 0
      }
      split.forEachToken { token, _ in model.emit(token, into: &tokens) }
    }
  }

  /// Cuts a part of a word that is at most as long.
  func segmentShort(_ part: UnsafeBufferPointer<UInt8>, into window: inout SegmentedWindow) {
    withShortSplit(part) { split in
      while split.candidates != 0 { split.apply(split.first(of: split.candidates), model.merges) }
      split.forEachToken { token, start in window.append(token, at: start) }
    }
  }

  @inline(__always)
  private func withShortSplit<Result>(
    _ word: UnsafeBufferPointer<UInt8>,
    _ body: (inout ShortSplit) -> Result
  ) -> Result {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: ShortSplit.scratchLength) { scratch in
      guard let base = scratch.baseAddress else {
        preconditionFailure("scratch memory has a place")
      }
      var split = ShortSplit(word, model, scratch: base)
      return body(&split)
    }
  }
}

// Source, Determinism: as WordSegmenter.swift, with the same draws in the same order.
// Procedure: the split is held in masks (ShortSplit.swift).
// Complexity: O(n^2) plain and O(n^2 k) under dropout, where k candidates are dropped in a step; n is small.

import Noise

extension WordSegmenter {
  /// Beyond, a heap finds the k-th candidate faster where k is large.
  static let longestShortSample = 32

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

  /// The same as ``sample(_:noise:firstDrop:stream:into:)``, for words of at most ``longestShortSample``
  /// bytes.
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
        // A run that is longer than the candidates drops all of them.
        let count = split.candidates.nonzeroBitCount
        let run = noise.droppedRun.run(below: count, from: &stream) ?? count
        guard let candidate = split.kept(behind: dropped + run, protects: protects) else {
          break
        }
        split.apply(candidate, model.merges)
        dropped = 0
      }
      split.forEachToken { token, _ in model.emit(token, into: &tokens) }
    }
  }

  /// Cuts a word along its drops, as a derivation that has them and no others.
  ///
  /// - Parameters:
  ///   - drops: From left to right.
  ///   - word: At most ``ShortSplit/longestWord`` bytes.
  ///   - unit: What a merge must span to be droppable.
  ///   - tokens: Grows by the word's tokens.
  /// - Returns: The number of steps behind the last drop.
  func follow(
    _ drops: DropoutMemo.Drops,
    of word: UnsafeBufferPointer<UInt8>,
    _ unit: SegmentationNoise.Unit,
    into tokens: inout [UInt32]
  ) -> Int {
    let protects = unit == .character
    return withShortSplit(word) { split in
      var steps = 0
      var isOver = false
      for index in 0..<drops.count {
        let drop = drops[index]
        // Before the first drop protected steps do not count; it takes one candidate at least.
        var left = drop.step
        while split.candidates != 0 {
          let candidate = split.first(of: split.candidates)
          let counts = index > 0 || !(protects && split.isProtected(candidate))
          if counts && left == 0 { break }
          if counts { left -= 1 }
          split.apply(candidate, model.merges)
        }
        let run = index == 0 ? drop.run + 1 : drop.run
        if let candidate = split.kept(behind: run, protects: protects) {
          split.apply(candidate, model.merges)
        } else {
          isOver = true
        }
      }
      while !isOver && split.candidates != 0 {
        split.apply(split.first(of: split.candidates), model.merges)
        steps += 1
      }
      split.forEachToken { token, _ in model.emit(token, into: &tokens) }
      return steps
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

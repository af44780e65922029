// Source, Procedure, Determinism: as WordSegmenter.swift; the loops of all its procedures.
// Complexity: that of the split, times the number of merges.

import Noise

/// A split of a word into tokens, from its bytes on.
///
/// ``ShortSplit`` scans its candidates, ``LongSplit`` keeps them in trees.
protocol WordSplit: ~Copyable {
  associatedtype Candidate

  /// The first candidate in order (rank, position).
  func first() -> Candidate?

  /// Whether dropout may drop a candidate.
  func isDroppable(_ candidate: Candidate) -> Bool

  /// The number of candidates.
  var candidateCount: Int { get }

  /// The number of candidates that the next draw drops; any number above all candidates drops all
  /// of them.
  func drawDrops(_ noise: SegmentationNoise, _ stream: inout RandomStream) -> Int

  /// The candidate that is kept after a number of droppable ones: the next one, or the first
  /// protected one.
  ///
  /// - Parameter dropped: The number of dropped candidates.
  /// - Returns: Nil if all candidates are dropped.
  func kept(behind dropped: Int) -> Candidate?

  /// Merges a candidate with the token after it.
  mutating func apply(_ candidate: Candidate, _ table: MergeTable)

  /// Calls with each token, from left to right, and the byte at which it starts.
  func forEachToken(_ body: (_ token: UInt32, _ start: Int) -> Void)
}

extension WordSplit where Self: ~Copyable {
  /// Applies all merges of plain BPE.
  ///
  /// - Parameter table: The merges.
  /// - Returns: The number of steps; the split must distinguish candidates inside one character.
  @inline(__always)
  mutating func mergeAll(_ table: MergeTable) -> WordSegmenter.Derivation {
    var derivation = WordSegmenter.Derivation(characterSteps: 0, byteSteps: 0)
    while let candidate = first() {
      derivation.byteSteps += 1
      if isDroppable(candidate) { derivation.characterSteps += 1 }
      apply(candidate, table)
    }
    return derivation
  }

  /// Applies merges under dropout.
  ///
  /// - Parameters:
  ///   - table: The merges.
  ///   - noise: The dropout.
  ///   - firstDrop: The number of droppable candidates kept first.
  ///   - stream: The stream after its first draw.
  @inline(__always)
  mutating func merge(
    _ table: MergeTable,
    _ noise: SegmentationNoise,
    firstDrop: Int,
    _ stream: inout RandomStream
  ) {
    var kept = 0
    while let candidate = first() {
      if isDroppable(candidate) {
        if kept == firstDrop { break }
        kept += 1
      }
      apply(candidate, table)
    }
    // The first candidate of this step is already dropped.
    var dropped = 1
    while candidateCount > dropped {
      let drops = drawDrops(noise, &stream)
      guard let candidate = self.kept(behind: dropped + drops) else { break }
      apply(candidate, table)
      dropped = 0
    }
  }
}

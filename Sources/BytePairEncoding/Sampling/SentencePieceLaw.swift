// Source: SentencePiece, bpe_model.cc (SampleEncode). Written from its behaviour, without its code.
// Procedure: candidates are popped in order (rank, position); outdated ones are skipped. Each other
//   candidate is merged with probability 1 - p, or else discarded: the two tokens are not tried
//   again while both stand. Unlike in the paper's law, there is no second chance, so words fall
//   into more pieces. Merges that only put a character together are certain and draw nothing.
// Complexity: O(n log n) to sample. The states of the exact law are splits with their discarded
//   candidates.
// Determinism: one draw for each current candidate.

import Noise

extension SegmentationNoise.Law {
  /// SentencePiece: each candidate draws once; a dropped one is discarded, so more is dropped.
  public static var sentencepiece: Self { Self("sentencepiece", SentencePieceLaw.self) }
}

/// The law of SentencePiece.
struct SentencePieceLaw: MergeQueueLaw {
  static let drawsOncePerMerge = true

  let word: MergedWord

  static func sample(
    _ queue: inout MergeQueue,
    _ noise: SegmentationNoise,
    _ stream: inout RandomStream
  ) {
    while let entry = queue.pop() {
      guard queue.isCurrent(entry) else { continue }
      if queue.isCertain(entry) || noise.droppedRun.run(below: 1, from: &stream) != nil {
        queue.merge(entry)
      }
    }
  }

  /// Marks are the positions of discarded candidates.
  func level(of state: SplitState) -> Int {
    state.symbols.count * (state.length + 4) - state.marks.count
  }

  func branches(of state: SplitState) -> SplitState.Branches {
    let first = state.candidates(word.model).first {
      !state.marks.contains(UInt64(state.start(of: $0.index)))
    }
    guard let (entry, index) = first else { return ([], 1) }
    var dropped = state
    dropped.marks = (state.marks + [UInt64(state.start(of: index))]).sorted()
    var merged = state.joining(index, word.model)
    let changed = (max(index - 1, 0)...index + 1).map { UInt64(state.start(of: $0)) }
    merged.marks.removeAll { changed.contains($0) }
    if entry >> 32 < UInt64(word.model.characterMergeCount) { return ([(merged, 1)], 0) }
    return ([(merged, 1 - word.rate), (dropped, word.rate)], 0)
  }
}

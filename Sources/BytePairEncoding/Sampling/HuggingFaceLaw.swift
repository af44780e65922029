// Source: Hugging Face tokenizers, models/bpe/word.rs (merge_all); YouTokenToMe, bpe.cpp
//   (DropoutQueue): the same law. Written from their behaviour, without their code.
// Procedure: entries are popped in order (rank, position). Each is set aside with probability p,
//   *before* it is checked. The first that is kept brings all those set aside back; if it is
//   current, it is merged. The word is finished when all entries are set aside in a row. Unlike in
//   the paper's law, outdated entries give dropped candidates another chance.
// Complexity: O((n + drops) log n) to sample. The states of the exact law are splits with their
//   outdated entries.
// Determinism: one geometric draw for each kept entry: the number of entries set aside before it.

import Noise

extension SegmentationNoise.Law {
  /// Hugging Face tokenizers: outdated queue entries also draw, and a kept one brings the dropped
  /// ones back, so less is dropped.
  public static var huggingface: Self { Self("huggingface", HuggingFaceLaw.self) }

  /// YouTokenToMe: the law of ``huggingface``.
  public static var youtokentome: Self { Self("youtokentome", HuggingFaceLaw.self) }
}

/// The law of Hugging Face tokenizers and of YouTokenToMe.
struct HuggingFaceLaw: MergeQueueLaw {
  let word: MergedWord

  static func sample(
    _ queue: inout MergeQueue,
    _ noise: SegmentationNoise,
    _ stream: inout RandomStream
  ) {
    var aside: [UInt64] = []
    while queue.count > 0,
      let drops = noise.droppedRun.run(below: queue.count, from: &stream)
    {
      aside.removeAll(keepingCapacity: true)
      for _ in 0..<drops { if let entry = queue.pop() { aside.append(entry) } }
      let kept = queue.pop()
      for entry in aside { queue.push(entry) }
      if let kept, queue.isCurrent(kept) { queue.merge(kept) }
    }
  }

  /// Marks are outdated entries; each step removes one, or joins two tokens, which adds at most
  /// two.
  func level(of state: SplitState) -> Int {
    state.symbols.count * 4 * state.length + state.marks.count
  }

  func branches(of state: SplitState) -> SplitState.Branches {
    let candidates = state.candidates(word.model)
    let entries = candidates.map { (entry: $0.entry, index: Optional($0.index)) }
    let outdated = state.marks.map { (entry: $0, index: Int?.none) }
    var left = 1.0
    let next = (entries + outdated).sorted { $0.entry < $1.entry }.map { entry, index in
      defer { left *= word.rate }
      var next = state
      if let index {
        next = state.joining(index, word.model)
        let broken = candidates.filter { abs($0.index - index) == 1 }.map(\.entry)
        next.marks = (state.marks + broken).sorted()
      } else {
        next.marks.removeAll { $0 == entry }
      }
      return (next, left * (1 - word.rate))
    }
    return (next, left)
  }
}

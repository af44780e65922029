// Source: subword-nmt, apply_bpe.py (encode). Written from its behaviour, without its code.
// Procedure: every step drops each merge candidate with probability p, independently. The first
//   kept candidate determines the step's pair, and *all* kept occurrences of that pair are merged,
//   from left to right, without overlap. Unlike in the paper's law, one step applies several
//   merges.
// Complexity: O((n + drops) log n) to sample. The states of the exact law are splits with a pair
//   and the position up to which its occurrences are decided.
// Determinism: a step has one geometric draw for its first merge, then one draw for each further
//   occurrence of its pair that does not overlap a merged one.

import Noise

extension SegmentationNoise.Law {
  /// subword-nmt: one step merges all kept occurrences of the best pair.
  public static var subwordNMT: Self { Self("subword-nmt", SubwordNMTLaw.self) }
}

/// The law of subword-nmt.
struct SubwordNMTLaw: MergeQueueLaw {
  let word: MergedWord

  static func sample(
    _ queue: inout MergeQueue,
    _ noise: SegmentationNoise,
    _ stream: inout RandomStream
  ) {
    var aside: [UInt64] = []
    while queue.count > 0 {
      aside.removeAll(keepingCapacity: true)
      var drops = noise.droppedRun.run(below: queue.count, from: &stream) ?? .max
      var pair: (left: UInt32, right: UInt32)?
      var rank: UInt64 = 0
      while let entry = queue.pop() {
        guard queue.isCurrent(entry) else { continue }
        if let pair {
          // Products are longer than their parts, so no merge of this step recreates the pair.
          if entry >> 32 != rank {
            queue.push(entry)
            break
          }
          let isOther = queue.pair(of: entry) != pair
          if isOther || noise.droppedRun.run(below: 1, from: &stream) == nil {
            aside.append(entry)
            continue
          }
        } else if drops > 0 {
          drops -= 1
          aside.append(entry)
          continue
        } else {
          pair = queue.pair(of: entry)
          rank = entry >> 32
        }
        queue.merge(entry)
      }
      if pair == nil { return }
      for entry in aside { queue.push(entry) }
    }
  }

  /// Marks are empty between steps; within a step they are the pair and the next position to
  /// examine.
  func level(of state: SplitState) -> Int {
    let open = state.marks.isEmpty ? 0 : 1 + state.length - Int(state.marks[1])
    return state.symbols.count * (state.length + 3) + open
  }

  func branches(of state: SplitState) -> SplitState.Branches {
    guard !state.marks.isEmpty else {
      var left = 1.0
      let next = state.candidates(word.model).map { _, index in
        defer { left *= word.rate }
        return (joining(state, index), left * (1 - word.rate))
      }
      return (next, left)
    }
    var next = state
    let occurrence = state.symbols.indices.dropLast().first { index in
      state.start(of: index) >= Int(state.marks[1])
        && Self.pair(state, index) == state.marks[0]
    }
    guard let occurrence else {
      next.marks = []
      return ([(next, 1)], 0)
    }
    next.marks[1] = UInt64(state.start(of: occurrence) + 1)
    return ([(next, word.rate), (joining(state, occurrence), 1 - word.rate)], 0)
  }

  private func joining(_ state: SplitState, _ index: Int) -> SplitState {
    var next = state.joining(index, word.model)
    next.marks = [Self.pair(state, index), UInt64(next.ends[index])]
    return next
  }

  private static func pair(_ state: SplitState, _ index: Int) -> UInt64 {
    UInt64(state.symbols[index]) << 32 | UInt64(state.symbols[index + 1])
  }
}

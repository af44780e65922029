// Source: I. Provilkov, D. Emelianenko, E. Voita, ACL 2020 (arXiv 1910.13267), algorithm 1.
// Procedure: a split leads to the split in which its k-th candidate (from 0) is applied with
//   probability p^k (1 - p); a protected candidate takes all that remains. With the rest the split
//   is final. WordSegmenter.swift samples it.
// Complexity: up to 2^(n - 1) splits of a word of n bytes.

import CUnicode

extension SegmentationNoise.Law {
  /// Algorithm 1 of BPE-dropout (arXiv 1910.13267): at every step each merge candidate is dropped
  /// with probability p, drawn afresh, and the first that is kept is applied.
  public static var paper: Self { Self("paper", PaperLaw.self) }
}

/// The paper's law.
struct PaperLaw: LawProcedure {
  private let word: MergedWord
  /// The end of each byte's character; nil if merges inside characters are not protected.
  private let characterEnds: [Int]?

  static var steps: SplitSteps { .join }

  /// Nil: ``WordSegmenter`` samples it.
  static func makeSampler(
    _ model: BPEModel,
    _ unit: SegmentationNoise.Unit
  ) -> (any LawSampler)? { nil }

  init(_ word: [UInt8], _ model: BPEModel, _ noise: SegmentationNoise) {
    self.word = MergedWord(word, model, noise)
    characterEnds = noise.unit == .character ? Self.characterEnds(of: word) : nil
  }

  var starts: [(SplitState, Double)] { [(word.bytes, 1)] }

  func level(of state: SplitState) -> Int { state.symbols.count }

  func branches(of state: SplitState) -> SplitState.Branches {
    var next: [(SplitState, Double)] = []
    var left = 1.0
    for (_, index) in state.candidates(word.model) where left > 0 {
      let isProtected =
        characterEnds.map { state.ends[index + 1] <= $0[state.start(of: index)] } ?? false
      next.append((state.joining(index, word.model), isProtected ? left : left * (1 - word.rate)))
      left = isProtected ? 0 : left * word.rate
    }
    return (next, left)
  }

  /// The end of each byte's character.
  private static func characterEnds(of word: [UInt8]) -> [Int] {
    var ends: [Int] = []
    // SAFETY: each position is inside the word, and the decoder reads no more than the given
    // length.
    word.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      while ends.count < bytes.count {
        let start = ends.count
        let length = Int(bpd_decode_utf8(base + start, bytes.count - start).length)
        ends += Array(repeating: start + length, count: length)
      }
    }
    return ends
  }
}

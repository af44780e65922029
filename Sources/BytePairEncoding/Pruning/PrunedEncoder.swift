// Procedure: scaffold tokens: BPE, plain or under dropout, then splits (ScaffoldEncoder.swift).
//   Removals: the events are replayed (ReplayEncoder.swift).
// Complexity: that of BPEEncoder or ReplayEncoder.
// Determinism: as BPEEncoder; results do not depend on the cache.

import Noise

/// Turns words into tokens of a pruned model; one for each thread.
public struct PrunedEncoder: Sendable {
  /// Thrown for a word whose tokens a hostile model makes and removes without end.
  public struct TooManyEvents: Error, Sendable, CustomStringConvertible {
    /// The word's length in bytes.
    public let byteCount: Int

    /// The problem, as a sentence without a full stop.
    public var description: String {
      "the tokenizer makes and removes the same tokens again and again: a word of \(byteCount) bytes "
        + "takes more than \(EventReplay.mostSteps(byteCount)) steps"
    }
  }

  private var scaffold: ScaffoldEncoder?
  private var replay: ReplayEncoder?

  /// - Parameters:
  ///   - model: Shared.
  ///   - cacheCapacity: The most memory for cached words, in bytes; 0 for none.
  public init(_ model: PrunedModel, cacheCapacity: Int = BPEEncoder.defaultCacheCapacity) {
    switch model.procedure {
    case .splitting(let expanded, let splits):
      let bpe = BPEEncoder(model: expanded, cacheCapacity: cacheCapacity)
      scaffold = ScaffoldEncoder(bpe: bpe, kept: UInt32(model.vocabulary.count), splits: splits)
    case .replay(let events): replay = ReplayEncoder(events, cacheCapacity: cacheCapacity)
    }
  }

  /// The steps of the last uncached word, if the model removes tokens; see EventReplay.swift.
  package var steps: Int { replay?.steps ?? 0 }

  /// Appends the tokens of a word.
  ///
  /// - Parameters:
  ///   - word: A pre-token: any bytes, at most ``WordLimits/longestWord`` of them.
  ///   - noise: The dropout, which ``PrunedModel/knows(_:)``; nil for none.
  ///   - address: The position of the word in its corpus; no effect without noise.
  ///   - tokens: Grows by the word's tokens.
  /// - Throws: ``TooManyEvents``.
  public mutating func encode(
    _ word: UnsafeBufferPointer<UInt8>,
    noise: SegmentationNoise?,
    at address: WordAddress = WordAddress(),
    into tokens: inout [UInt32]
  ) throws(TooManyEvents) {
    guard !word.isEmpty else { return }
    scaffold?.encode(into: &tokens) {
      $0.encode(word, noise: noise, at: address, into: &$1)
    }
    try replay?.encode(word, noise: noise, at: address, into: &tokens)
  }

  /// Appends the tokens of some words of one text; see ``BPEEncoder``.
  package mutating func encode(
    _ text: UnsafeBufferPointer<UInt8>,
    starts: [Int],
    ends: [Int],
    count: Int,
    noise: SegmentationNoise?,
    origin: WordOrigin,
    into tokens: inout [UInt32]
  ) throws(TooManyEvents) {
    guard let words = WordsOfText(text, starts: starts, ends: ends, count: count) else { return }
    scaffold?.encode(into: &tokens) {
      $0.encode(
        text,
        starts: starts,
        ends: ends,
        count: count,
        noise: noise,
        origin: origin,
        into: &$1
      )
    }
    try replay?.encode(words, noise: noise, origin: origin, into: &tokens)
  }
}

extension PrunedModel {
  /// Whether the model supports a noise: scaffold tokens support every law that drops merges,
  /// removals only the paper's law.
  public func knows(_ noise: SegmentationNoise) -> Bool {
    switch pruning {
    case .scaffold: noise.law.procedure.steps == .join
    case .removals: noise.isOfPaper
    }
  }
}

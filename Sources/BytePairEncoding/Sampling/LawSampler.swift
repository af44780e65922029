// Determinism: a word has the same random stream under every law; each law documents its draws.

import Noise

/// Samples words by a law other than the paper's; one for each thread.
protocol LawSampler: Sendable {
  /// Whether it revises the plain tokens of a word instead of starting from its bytes.
  static var revisesPlainTokens: Bool { get }

  /// Appends the tokens of a word, or replaces its plain tokens.
  ///
  /// - Parameters:
  ///   - word: Its bytes, at least one.
  ///   - noise: The law at a rate above 0.
  ///   - stream: The word's stream, before its first draw.
  ///   - start: Where in `tokens` the word's plain tokens begin, for a law that revises them.
  ///   - tokens: Grows by the word's tokens, or has them replaced.
  mutating func sample(
    _ word: UnsafeBufferPointer<UInt8>,
    _ noise: SegmentationNoise,
    _ stream: inout RandomStream,
    from start: Int,
    into tokens: inout [UInt32]
  )

  /// Appends the tokens of all words of a batch.
  ///
  /// - Parameters:
  ///   - batch: The words and their noise.
  ///   - tokens: Grows by the words' tokens.
  ///   - encode: Appends the plain tokens of a word.
  mutating func sample(
    _ batch: SampledWords,
    into tokens: inout [UInt32],
    plain encode: (UnsafeBufferPointer<UInt8>, inout [UInt32]) -> Void
  )
}

extension LawSampler {
  static var revisesPlainTokens: Bool { false }

  mutating func sample(
    _ batch: SampledWords,
    into tokens: inout [UInt32],
    plain encode: (UnsafeBufferPointer<UInt8>, inout [UInt32]) -> Void
  ) {
    for index in 0..<batch.words.count {
      let word = batch.words[index]
      let start = tokens.count
      if Self.revisesPlainTokens { encode(word, &tokens) }
      var stream = batch.noise.stream(batch.address(of: index))
      sample(word, batch.noise, &stream, from: start, into: &tokens)
    }
  }
}

/// A sampler that an encoder keeps from one word to the next.
///
/// It is a reference so that moving an encoder takes registers, not value witnesses.
///
/// SAFETY of the unchecked conformance: an encoder uses it only while it holds the only reference.
final class KeptSampler: @unchecked Sendable {
  private let law: SegmentationNoise.Law
  private let unit: SegmentationNoise.Unit
  private var sampler: any LawSampler

  init(_ sampler: any LawSampler, _ noise: SegmentationNoise) {
    (law, unit, self.sampler) = (noise.law, noise.unit, sampler)
  }

  /// Whether it samples by the law and unit of a noise.
  func isOf(_ noise: SegmentationNoise) -> Bool { law == noise.law && unit == noise.unit }

  /// Appends the tokens of a word; see ``LawSampler``.
  func sample(
    _ word: UnsafeBufferPointer<UInt8>,
    _ noise: SegmentationNoise,
    _ address: WordAddress,
    into tokens: inout [UInt32],
    plain encode: (UnsafeBufferPointer<UInt8>, inout [UInt32]) -> Void
  ) {
    let start = tokens.count
    if type(of: sampler).revisesPlainTokens { encode(word, &tokens) }
    var stream = noise.stream(address)
    sampler.sample(word, noise, &stream, from: start, into: &tokens)
  }

  /// Appends the tokens of a batch; see ``LawSampler``.
  func sample(
    _ batch: SampledWords,
    into tokens: inout [UInt32],
    plain encode: (UnsafeBufferPointer<UInt8>, inout [UInt32]) -> Void
  ) {
    sampler.sample(batch, into: &tokens, plain: encode)
  }
}

extension BPEModel {
  /// Appends a symbol of a split: itself, or the stand-in for a byte that the vocabulary lacks.
  @inline(__always)
  func emit(_ symbol: UInt32, into tokens: inout [UInt32]) {
    if symbol != Self.absent {
      tokens.append(symbol)
    } else if let unknown {
      tokens.append(unknown.rawValue)
    }
  }
}

// Determinism: a word's stream is the one that the paper's law has at the same address. Each law says
//   what it draws from it.

import Noise

/// Cuts words by the laws that are not the paper's; one for each thread.
struct LawSampler: Sendable {
  private let model: BPEModel
  private var queue = MergeQueue()
  private var expansion: TokenExpansion?
  private var lattice: SegmentationLattice?

  init(_ model: BPEModel) { self.model = model }

  /// Appends the tokens of a word.
  ///
  /// - Parameters:
  ///   - word: Its bytes, at least one.
  ///   - noise: Of a rate above 0 and a law other than the paper's.
  ///   - address: Which word it is.
  ///   - start: Where in `tokens` the word's plain tokens begin, for a law that revises them.
  ///   - tokens: Grows by the word's tokens, or has them replaced.
  mutating func sample(
    _ word: UnsafeBufferPointer<UInt8>,
    _ noise: SegmentationNoise,
    _ address: WordAddress,
    from start: Int,
    into tokens: inout [UInt32]
  ) {
    var stream = noise.stream(address)
    switch noise.law {
    case .paper:
      preconditionFailure("the paper's law is sampled by the word segmenter")
    case .huggingface, .youtokentome:
      queue.start(word, model)
      HuggingFaceLaw.sample(&queue, noise, &stream)
      queue.emit(into: &tokens)
    case .subwordNMT:
      queue.start(word, model)
      SubwordNMTLaw.sample(&queue, noise, &stream)
      queue.emit(into: &tokens)
    case .sentencepiece:
      queue.start(word, model)
      SentencePieceLaw.sample(&queue, noise, &stream)
      queue.emit(into: &tokens)
    case .uniform:
      guard noise.droppedRun.run(below: 1, from: &stream) == nil else { return }
      tokens.removeLast(tokens.count - start)
      sampleLattice(word, noise, &stream, &tokens)
    case .stochastok:
      if expansion?.unit != noise.unit { expansion = TokenExpansion(model, noise.unit) }
      expansion?.sample(noise, &stream, from: start, &tokens)
    case .maxmatch:
      sampleLattice(word, noise, &stream, &tokens)
    }
  }

  private mutating func sampleLattice(
    _ word: UnsafeBufferPointer<UInt8>,
    _ noise: SegmentationNoise,
    _ stream: inout RandomStream,
    _ tokens: inout [UInt32]
  ) {
    var lattice = self.lattice ?? SegmentationLattice(model)
    self.lattice = nil
    lattice.start(word, unit: noise.unit)
    if noise.law == .uniform {
      UniformLaw.sample(lattice, &stream) { model.emit($0, into: &tokens) }
    } else {
      MaxMatchLaw.sample(lattice, noise, &stream) { model.emit($0, into: &tokens) }
    }
    self.lattice = lattice
  }
}

extension BPEModel {
  /// Appends a symbol of a split: itself, or what stands for a byte that the vocabulary lacks.
  @inline(__always)
  func emit(_ symbol: UInt32, into tokens: inout [UInt32]) {
    if symbol != Self.absent {
      tokens.append(symbol)
    } else if let unknown {
      tokens.append(unknown.rawValue)
    }
  }
}

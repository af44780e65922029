// Source: bits per byte as in compression: total nats over ln 2 and over the bytes of the original
//   text, whatever the tokens are; overlapping windows score only their new part, as is usual for
//   fixed-context models.
// Procedure: every token of the text is predicted once, the first from a start token. A model that
//   carries a state reads the text once from end to end. One with a context reads windows that
//   begin `stride` tokens apart, and each window counts the tokens that the previous window did not
//   reach.
// Complexity: one forward pass for a state; context / stride of them for windows.
// Determinism: no noise; sums in the order of the text.

public import BytePairEncoding
public import Collation
public import Corpora
import Glibc
public import LanguageModels
import NeuralLayers
public import TensorCore

/// The cost of a text under a model.
public struct Evaluation: Hashable, Sendable {
  /// -ln of the probability of the text.
  public var nats = 0.0
  /// The number of predicted tokens, separators of documents included.
  public var tokens = 0
  /// The bytes of the original text, line feeds between documents included.
  public var bytes = 0

  /// Bits per byte of the original text; comparable between tokenizers.
  public var bitsPerByte: Double { Self.bitsPerByte(nats: nats, bytes: Double(bytes)) }
  /// The mean number of nats per token.
  public var loss: Double { tokens > 0 ? nats / Double(tokens) : 0 }
  /// e to the power of ``loss``; comparable only if the tokens are the same.
  public var perplexity: Double { exp(loss) }

  /// Converts nats to bits per byte; 0 without bytes.
  package static func bitsPerByte(nats: Double, bytes: Double) -> Double {
    bytes > 0 ? nats / 0.693_147_180_559_945_3 / bytes : 0
  }
}

extension LanguageModel {
  /// Measures a model on held-out text in the way of its kind: a causal one predicts every token,
  /// an encoder finds hidden ones.
  ///
  /// - Parameters:
  ///   - text: Tokens with their byte counts.
  ///   - start: The token that precedes the text.
  ///   - collator: That of the training, for the masks of an encoder.
  ///   - pool: Runs the computation.
  /// - Returns: The cost of the text.
  /// - Throws: Any error of reading the tokens or of making batches.
  package func evaluate(
    heldOut text: TokenStream,
    start: TokenID?,
    collator: Collator,
    pool: ComputePool
  ) throws -> Evaluation {
    configuration.isCausal
      ? try evaluate(text, start: start, pool: pool)
      : try evaluateMasked(text, collator: collator, pool: pool)
  }

  /// Measures how well a causal model predicts a text.
  ///
  /// - Parameters:
  ///   - text: Tokens with their byte counts, each below the size of the vocabulary.
  ///   - start: The token that precedes the text: the separator of documents. If it is nil, the
  ///     first token of the text is not predicted, and its bytes do not count.
  ///   - stride: The distance between windows in tokens, for a model with a context; nil for half
  ///     of it.
  ///   - batch: The number of windows computed at a time.
  ///   - pool: Runs the computation.
  ///   - progress: Called with the number of tokens predicted so far.
  /// - Returns: The cost of the text.
  /// - Throws: Any error of reading the tokens.
  public func evaluate(
    _ text: TokenStream,
    start: TokenID?,
    stride: Int? = nil,
    batch: Int = 8,
    pool: ComputePool,
    progress: (Int) -> Void = { _ in }
  ) throws -> Evaluation {
    precondition(configuration.isCausal, "an encoder is measured on masked tokens")
    let separator = start.flatMap { configuration.separatesDocuments ? $0 : nil }
    let text = EvaluatedText(text, start: start)
    guard let context else { return try evaluateInOnePass(text, pool: pool, progress: progress) }
    let stride = Swift.min(Swift.max(stride ?? context / 2, 1), context)
    var result = Evaluation()
    if text.count == 0 { return result }
    var starts: [Int] = []
    // The first window counts all its tokens, the others only the last `stride`.
    var next = 0
    while next == 0 || (starts.last ?? 0) + context < text.count {
      starts.append(next)
      next += stride
    }
    for first in Swift.stride(from: 0, to: starts.count, by: batch) {
      let group = starts[first..<Swift.min(first + batch, starts.count)]
      // Windows of equal length are batched: only the last can be shorter.
      let (whole, short) = (
        group.filter { $0 + context <= text.count }, group.filter { $0 + context > text.count }
      )
      for starts in [whole, short] where !starts.isEmpty {
        let length = Swift.min(context, text.count - (starts.first ?? 0))
        var inputs: [Int32] = []
        var targets: [Int32] = []
        for start in starts {
          let part = try text.part(start..<start + length)
          let isCounted = start == 0 ? 0 : context - stride
          inputs += part.inputs
          targets += part.targets.enumerated().map { $0.offset < isCounted ? -1 : $0.element }
          result.bytes += part.bytes.dropFirst(isCounted).reduce(0) { $0 + Int($1) }
        }
        var window = TokenWindow(inputs, targets: targets, batch: starts.count)
        if let separator { window.bounds = window.bounds(from: Int32(separator.rawValue)) }
        add(window, to: &result, pool)
        progress(result.tokens)
      }
    }
    return result
  }

  /// Measures how well an encoder predicts hidden tokens.
  ///
  /// - Parameters:
  ///   - text: Each id below the size of the vocabulary.
  ///   - collator: Has a masked objective, which determines rate and mask. Rows are windows of the
  ///     text, and every evaluation hides the same tokens.
  ///   - pool: Runs the computation.
  ///   - progress: Called with the number of tokens predicted so far.
  /// - Returns: The cost of the hidden tokens, and their bytes.
  /// - Throws: Any error of making batches; ``InvalidData`` for an id that the model does not have.
  public func evaluateMasked(
    _ text: TokenStream,
    collator: Collator,
    pool: ComputePool,
    progress: (Int) -> Void = { _ in }
  ) throws -> Evaluation {
    var collator = collator
    (collator.rows, collator.isShuffled, collator.shiftsWindows) = (.windows, false, false)
    (collator.tokenBudget, collator.noise) = (nil, [])
    let stream = BatchStream(text, collator: collator)
    var result = Evaluation()
    for step in 0..<stream.stepCount(epoch: 0) {
      let batch = try stream.batch(step: step)
      let window = try batch.window(
        rows: 0..<batch.rows,
        batchSize: collator.batchSize,
        for: configuration
      )
      result.bytes += batch.targetByteCount
      add(window, to: &result, pool)
      progress(result.tokens)
    }
    return result
  }

  private func evaluateInOnePass(
    _ text: EvaluatedText,
    pool: ComputePool,
    progress: (Int) -> Void
  ) throws -> Evaluation {
    var result = Evaluation()
    var state = self.start(batch: 1)
    for first in Swift.stride(from: 0, to: text.count, by: 256) {
      let part = try text.part(first..<Swift.min(first + 256, text.count))
      result.bytes += part.bytes.reduce(0) { $0 + Int($1) }
      let window = TokenWindow(part.inputs, targets: part.targets, batch: 1)
      let tape = Tape<Element>(pool: pool, isRecording: false)
      let loss = loss(window, state: &state, on: tape)
      result.nats += loss.total
      result.tokens += loss.count
      progress(result.tokens)
    }
    return result
  }

  private func add(_ window: TokenWindow, to result: inout Evaluation, _ pool: ComputePool) {
    var state = start(batch: window.batch)
    let tape = Tape<Element>(pool: pool, isRecording: false)
    let loss = loss(window, state: &state, on: tape)
    result.nats += loss.total
    result.tokens += loss.count
  }
}

/// A text as pairs of a token and the token before it.
private struct EvaluatedText {
  private let tokens: TokenStream
  private let start: Int32?

  init(_ tokens: TokenStream, start: TokenID?) {
    self.tokens = tokens
    self.start = start.map { Int32(truncatingIfNeeded: $0.rawValue) }
  }

  /// The number of predicted tokens.
  var count: Int { start == nil ? max(tokens.count - 1, 0) : tokens.count }

  /// A range of the predicted tokens, each with the one before it, and their bytes.
  func part(_ range: Range<Int>) throws -> (inputs: [Int32], targets: [Int32], bytes: [UInt32]) {
    let first = range.lowerBound + (start == nil ? 1 : 0)
    let before = max(first - 1, 0)
    var ids: [UInt32] = []
    var bytes: [UInt32] = []
    try tokens.read(before..<first + range.count, into: &ids, byteCounts: &bytes)
    var all = ids.map { Int32(truncatingIfNeeded: $0) }
    if first == 0, let start { all.insert(start, at: 0) } else { bytes.removeFirst() }
    return (Array(all.dropLast()), Array(all.dropFirst()), bytes)
  }
}

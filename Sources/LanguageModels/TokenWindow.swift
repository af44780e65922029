import NeuralLayers

/// A batch of stretches of text of equal length.
public struct TokenWindow: Hashable, Sendable {
  /// Sequence by sequence: `inputs[sequence * times + time]`.
  public var inputs: [Int32]
  /// The next tokens, in the same order, negative for none; nil if there are no targets.
  public var targets: [Int32]?
  /// The number of sequences.
  public let batch: Int
  /// The length of each sequence.
  public let times: Int
  /// The item of the first sequence, for noise: step * global batch + row of the global batch.
  public var firstItem: UInt64
  /// The position of the first time, for noise.
  public var firstTime: UInt64
  /// The start of each document, over all inputs, and the end of the last; nil if each sequence is
  /// one document.
  ///
  /// A transformer's token attends to its own document only; an LSTM reads across documents.
  public var bounds: [Int32]?

  /// Creates a window.
  ///
  /// - Parameters:
  ///   - inputs: Sequence by sequence, each below the size of the vocabulary.
  ///   - targets: In the same order.
  ///   - batch: The number of sequences; divides the number of inputs.
  ///   - firstItem: The item of the first sequence.
  ///   - firstTime: The position of the first time.
  ///   - bounds: The start of each document, and the end; nil if each sequence is one document.
  public init(
    _ inputs: [Int32],
    targets: [Int32]? = nil,
    batch: Int,
    firstItem: UInt64 = 0,
    firstTime: UInt64 = 0,
    bounds: [Int32]? = nil
  ) {
    precondition(
      batch > 0 && inputs.count % batch == 0,
      "\(inputs.count) tokens cannot be \(batch) sequences of one length"
    )
    precondition(
      targets.map { $0.count == inputs.count } ?? true,
      "\(targets?.count ?? 0) targets are given for \(inputs.count) inputs"
    )
    self.inputs = inputs
    self.targets = targets
    self.batch = batch
    self.times = inputs.count / batch
    self.firstItem = firstItem
    self.firstTime = firstTime
    self.bounds = bounds
  }

  /// The position of each token in its document; nil if each sequence is one document.
  var positionsInDocuments: [Int32]? {
    bounds.map { bounds in zip(bounds, bounds.dropFirst()).flatMap { 0..<$1 - $0 } }
  }

  /// The bounds of documents with a separator between them, as ``bounds`` takes them.
  ///
  /// A separator is the target of the last token of a document, and as an input the start of the
  /// next one: its first token is predicted from the separator alone, and no token from another
  /// document.
  ///
  /// - Parameter separator: The token between documents.
  /// - Returns: The bounds.
  public func bounds(from separator: Int32) -> [Int32] {
    var bounds: [Int32] = [0]
    for place in stride(from: 1, to: inputs.count, by: 1)
    where place % times == 0 || inputs[place] == separator {
      bounds.append(Int32(truncatingIfNeeded: place))
    }
    if !inputs.isEmpty { bounds.append(Int32(truncatingIfNeeded: inputs.count)) }
    return bounds
  }

  /// The placement of the tokens in a model's order.
  func rows(_ order: RowPlacement.Order) -> RowPlacement {
    RowPlacement(order, batch: batch, times: times, firstItem: firstItem, firstTime: firstTime)
  }

  /// The index in the window of each row of an activation.
  func places(_ order: RowPlacement.Order) -> [Int] {
    if order == .batchMajor { return Array(0..<inputs.count) }
    return (0..<times).flatMap { time in (0..<batch).map { $0 * times + time } }
  }
}

/// A text or a pair of texts for one row.
public struct InputText: Hashable, Sendable {
  /// The text, or the first of a pair; any bytes.
  public let first: [UInt8]
  /// The second text of a pair; nil for a single text.
  public let second: [UInt8]?

  /// - Parameters:
  ///   - first: The text, or the first of a pair; any bytes.
  ///   - second: The second text of a pair; nil for a single text.
  public init(_ first: [UInt8], _ second: [UInt8]? = nil) {
    self.first = first
    self.second = second
  }
}

extension BatchEncoder {
  /// Makes a batch of a model's input, padded as the options say.
  ///
  /// - Parameters:
  ///   - texts: Texts and pairs.
  ///   - firstNumber: The running number of the first; each number determines the noise of its
  ///     text or pair.
  ///   - options: What to produce for each.
  /// - Returns: For each text or pair its row, and then the rows of what truncation cut off, if
  ///   requested.
  /// - Throws: The error of the first that fails: ``UnicodeTextError``, ``InvalidData`` or
  ///   ``TokenizerEncoder/WordTooLong``.
  public func inputs(
    _ texts: [InputText],
    firstNumber: UInt64 = 0,
    options: ModelInputOptions
  ) throws -> [[ModelInput]] {
    let sizes = texts.map { $0.first.count + ($0.second?.count ?? 0) }
    var batch = try map(sizes: sizes) { encoder, index in
      try encoder.inputs(
        texts[index].first,
        second: texts[index].second,
        number: firstNumber &+ UInt64(index),
        options: options
      )
    }
    options.rules.padding?.pad(&batch)
    return batch
  }

  /// Counts the tokens of documents without keeping them.
  ///
  /// - Parameters:
  ///   - documents: Any bytes.
  ///   - firstNumber: The running number of the first; each number determines its noise.
  ///   - options: What to count.
  /// - Returns: The number of tokens of each document.
  /// - Throws: As ``encode(_:firstNumber:options:)``.
  public func countTokens(
    in documents: [[UInt8]],
    firstNumber: UInt64 = 0,
    options: EncodingOptions = EncodingOptions()
  ) throws -> [Int] {
    try map(sizes: documents.map(\.count)) { encoder, index in
      try encoder.countTokens(
        in: documents[index],
        number: firstNumber &+ UInt64(index),
        options: options
      )
    }
  }
}

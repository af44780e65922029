import Corpora
package import Noise

/// Where the rows of a stream come from.
///
/// A source says what an epoch is made of; an ``EpochPlan`` addresses and reads its rows. Both are
/// asked once for each batch or row, never for each token.
protocol RowSource: Sendable {
  /// The tokens, where they are known before a batch is made.
  var tokens: TokenStream? { get }
  /// The text that rows are encoded from, the first of several; nil where they are made of tokens.
  var liveText: LiveText? { get }
  /// The documents of the data; 0 where they are not known.
  var documentCount: Int { get }
  /// Whether the data know their documents.
  var hasDocuments: Bool { get }

  /// The rows of an epoch.
  func plan(_ epoch: Epoch) -> any EpochPlan
}

extension RowSource {
  var tokens: TokenStream? { nil }
  var liveText: LiveText? { nil }

  var documentCount: Int {
    if let liveText { return liveText.store.count }
    return tokens.map { max($0.documentStarts.count - 1, 0) } ?? 0
  }

  var hasDocuments: Bool { tokens.map { !$0.documentStarts.isEmpty } ?? true }
}

/// The rows of one epoch: how many there are, and how one is read.
protocol EpochPlan {
  /// The rows of the epoch.
  var sampleCount: Int { get }
  /// The steps of the epoch.
  var stepCount: Int { get }

  /// Whether there is a step; text is encoded up to the step's end at most.
  ///
  /// - Parameters:
  ///   - step: At least 0.
  ///   - encoder: Of the source's tokenizer; nil where rows are made of tokens.
  /// - Returns: Whether the step is below ``stepCount``.
  func hasStep(_ step: Int, with encoder: inout LiveEncoder?) -> Bool

  /// The moment of a step that there is, which the noise on its rows is a function of.
  ///
  /// - Throws: ``UnicodeTextError``; ``InvalidData`` for a word that is too long.
  func moment(ofStep step: Int, with encoder: inout LiveEncoder?) throws -> NoiseContext

  /// The numbers in the epoch of the rows of a step that there is, in order.
  func samples(ofStep step: Int, with encoder: inout LiveEncoder?) -> Range<Int>

  /// The tokens of a row that is a document of tokens; 0 for other rows.
  func tokenCount(ofSample sample: Int) -> Int

  /// Reads a row, and cuts what does not fit.
  ///
  /// - Parameters:
  ///   - sample: Its number in the epoch.
  ///   - moment: Of its step.
  ///   - encoder: Of the source's tokenizer; nil where rows are made of tokens.
  ///   - row: Empty.
  /// - Throws: ``FileError``, ``InvalidData``, ``UnicodeTextError``, from where the data are.
  func read(
    _ sample: Int,
    at moment: NoiseContext,
    with encoder: inout LiveEncoder?,
    into row: inout Row
  ) throws
}

extension EpochPlan {
  func tokenCount(ofSample sample: Int) -> Int { 0 }
}

extension LiveEncoder? {
  /// Lends the encoder, where there is one.
  @discardableResult
  mutating func lend<Result>(_ body: (inout LiveEncoder) throws -> Result) rethrows -> Result? {
    guard var encoder = self else { return nil }
    self = nil
    defer { self = encoder }
    return try body(&encoder)
  }
}

extension NoiseSite {
  /// The order of documents or rows in an epoch.
  package static var shuffle: NoiseSite { NoiseSite(number: 2, name: "shuffle") }
}

public import BytePairEncoding
public import Corpora
import Collation
public import Experiments
public import LanguageModels
import NeuralLayers
public import TensorCore
public import Tokenization
public import Training

/// A run that has ended, for measures: its files, its models, and the text to measure on.
public struct MeasuredRun {
  /// A moment of a run.
  public enum Moment: String, CaseIterable, Sendable {
    /// After the last step.
    case end
    /// When the tuning text was predicted best.
    case best
  }

  /// What the run depends on.
  public let plan: RunPlan
  /// Its files.
  public let folder: RunFolder
  /// The tokenizer of the study.
  public let tokenizer: Tokenizer
  /// The text that nothing was trained on: that for tuning, or that for the test.
  public let text: DocumentStore
  /// Computes.
  public let pool: ComputePool

  /// The model of a moment.
  ///
  /// - Parameters:
  ///   - moment: When.
  ///   - blocks: How many blocks of a transformer are kept; a model that has no more is whole.
  /// - Returns: The model.
  /// - Throws: ``FileError``; ``InvalidData`` where a file is no model, or no transformer.
  public func model(_ moment: Moment, blocks: Int? = nil) throws -> any LanguageModel<Float> {
    let file = try Safetensors(reading: moment == .end ? folder.checkpoint : folder.model).modelPart
    guard let blocks, case .transformer(let shape) = try ModelConfiguration(file),
      blocks < shape.layers
    else { return try file.model(of: Float.self) }
    return try file.pruned(toBlocks: blocks).model(of: Float.self)
  }

  /// The token between documents; nil for none.
  ///
  /// - Throws: ``InvalidData`` where the tokenizer does not have it.
  public var separator: TokenID? { get throws { try plan.batches.separator(for: tokenizer) } }

  /// The front of the training text, about as long as ``text``.
  ///
  /// - Throws: ``FileError``.
  public func trainingText() throws -> DocumentStore {
    guard case .files(let files) = plan.data else { return DocumentStore() }
    let store = try files.documents()
    var documents: [[UInt8]] = []
    var left = text.bytes.count
    for range in store.ranges where left > 0 {
      let document = Array(store.bytes[range])
      let share = min(Double(left) / Double(max(document.count, 1)), 1)
      documents.append(StudyText.front(share, of: document))
      left -= range.count
    }
    return DocumentStore(documents)
  }

  /// Measures how well a model predicts a text, without noise.
  ///
  /// - Parameters:
  ///   - model: A model of the run.
  ///   - documents: The text.
  /// - Returns: The cost of the text.
  /// - Throws: What encoding throws.
  public func evaluate(
    _ model: any LanguageModel<Float>,
    on documents: DocumentStore
  ) throws -> Evaluation {
    let separator = try separator
    let tokens = try TokenStream(
      encoding: documents,
      tokenizer: tokenizer,
      separator: separator,
      threads: 1
    )
    return try model.evaluate(
      heldOut: tokens,
      start: separator,
      collator: plan.batches.collator(for: tokenizer),
      pool: pool
    )
  }
}

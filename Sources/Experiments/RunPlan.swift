// Procedure: a plan is a value that says everything a run depends on. It makes the model and the
//   run, is changed by assignment, compared by what it says, and written as JSON
//   (RunPlan+JSON.swift).
// Determinism: two runs of equal plans over equal files end with the same bits.

import BytePairEncoding
public import Collation
public import Corpora
import Diagnostics
import NeuralLayers
public import LanguageModels
import Noise
import PreTokenization
public import TensorCore
public import Tokenization
import TokenizerFormats
public import Training
import UnicodeText

/// The data of a run.
public enum RunData: Hashable, Sendable {
  /// Text or tokens of files; a recipe with sources stands in their place.
  case files(BatchFiles)
  /// Random tokens, to measure speed.
  case random(tokens: Int)
}

/// Everything that a training run depends on, as a value.
///
/// Paths are relative to the folder that the process runs in.
public struct RunPlan: Sendable {
  /// The tokenizer's file; nil for random tokens.
  public var tokenizer: String?
  /// What the batches are made of.
  public var data: RunData
  /// How they are made.
  public var batches: CollationRecipe
  /// The kind and shape of the model.
  public var model: ModelConfiguration
  /// An LSTM's first values lie uniformly within this bound.
  public var initialBound = 0.1
  /// A model file, or a run's folder, whose values the model begins with; nil for random ones.
  public var initialModel: String?
  /// How the model is trained; its seed is that of the whole run.
  public var training: TrainingRecipe
  /// A held-out text to evaluate on; nil for what the data hold out, if anything.
  public var validation: String?
  /// The steps between evaluations.
  public var evaluateEvery: Int
  /// The steps between checkpoints.
  public var saveEvery: Int
  /// The number of evaluations in a row that are no better, after which the run stops; nil for never.
  public var patience: Int?

  /// A plan that evaluates and saves ten times.
  ///
  /// - Parameters:
  ///   - data: What the batches are made of.
  ///   - batches: How they are made.
  ///   - model: The kind and shape of the model.
  ///   - training: How it is trained, and the seed of the whole run.
  public init(
    data: RunData,
    batches: CollationRecipe,
    model: ModelConfiguration,
    training: TrainingRecipe
  ) {
    (self.data, self.batches, self.model, self.training) = (data, batches, model, training)
    evaluateEvery = max(training.steps / 10, 1)
    saveEvery = evaluateEvery
  }

  /// The seed of first values, order and noise.
  public var seed: UInt64 {
    get { training.seed }
    set { training.seed = newValue }
  }

  /// The plan with some of it changed.
  ///
  /// - Parameter change: Gets a copy to change: `plan.changing { $0.seed = 2 }`.
  /// - Returns: The changed copy.
  public func changing(_ change: (inout RunPlan) throws -> Void) rethrows -> RunPlan {
    var plan = self
    try change(&plan)
    return plan
  }
}

extension RunPlan {
  /// Reads the plan's tokenizer; where it names none, one of the 256 bytes.
  ///
  /// - Throws: ``FileError``; ``InvalidData`` where the file is no tokenizer.
  public func loadTokenizer() throws -> Tokenizer {
    if let tokenizer { return try Tokenizer(contentsOf: tokenizer) }
    var vocabulary = Vocabulary()
    for byte in UInt8.min...UInt8.max { vocabulary.append([byte]) }
    return Tokenizer(
      normalizer: TextNormalizer([]),
      preTokenizer: .none,
      model: try BPEModel(vocabulary: vocabulary, merges: [])
    )
  }

  /// Opens the data.
  ///
  /// - Parameters:
  ///   - tokenizer: That of the plan.
  ///   - threads: How many encode.
  /// - Returns: The batches of the run, and the documents that they leave out.
  /// - Throws: ``FileError``; ``InvalidData`` where files, recipe and tokenizer do not go together.
  public func open(_ tokenizer: Tokenizer, threads: Int) throws -> BatchFiles.Opened {
    switch data {
    case .files(let files):
      return try files.open(batches, tokenizer, seed: seed, threads: threads)
    case .random(let count):
      let vocabulary = UInt32(model.vocabulary)
      var draws = RandomStream(key: NoiseKey(seed: seed, site: .testing), item: 0)
      let ids = (0..<count).map { _ in draws.next(below: vocabulary) }
      let collator = try batches.collator(for: tokenizer)
      let stream = BatchStream(TokenStream(ids: ids), collator: collator, seed: seed)
      return BatchFiles.Opened(stream: stream, heldOut: nil)
    }
  }

  /// Makes a new model, and a run that trains it.
  ///
  /// - Parameters:
  ///   - stream: The batches of ``open(_:threads:)``.
  ///   - loss: What each step computes; nil for what the plan says.
  ///   - pool: Computes.
  /// - Returns: The run at its first step.
  /// - Throws: ``FileError``; ``InvalidData`` where the batches are not what the model learns from,
  ///   or ``initialModel`` has another shape.
  public func run(
    on stream: BatchStream,
    loss: (any StepLoss<Float>)? = nil,
    pool: ComputePool
  ) throws -> TrainingRun<Float> {
    let model = model.model(
      of: Float.self,
      bound: initialBound,
      key: NoiseKey(seed: seed, site: .initialization)
    )
    if let initialModel {
      let path = RunFolder(path: initialModel).modelFile
      do { try model.load(Safetensors(reading: path).modelPart) } catch let error as InvalidData {
        throw error.inFile(path)
      }
    }
    return try TrainingRun(model, on: stream, recipe: training, loss: loss, pool: pool)
  }

  /// Encodes the held-out text: the plan's own, or what the data hold out.
  ///
  /// - Parameters:
  ///   - documents: What the data hold out.
  ///   - tokenizer: That of the plan.
  ///   - threads: How many encode.
  /// - Returns: Its tokens; nil without a held-out text.
  /// - Throws: ``FileError``; ``InvalidData`` where it has no text; what encoding throws.
  public func heldOutTokens(
    _ documents: DocumentStore?,
    _ tokenizer: Tokenizer,
    threads: Int
  ) throws -> TokenStream? {
    guard let store = try validationDocuments() ?? documents else { return nil }
    return try TokenStream(
      encoding: store,
      tokenizer: tokenizer,
      separator: batches.separator(for: tokenizer),
      threads: threads
    )
  }

  private func validationDocuments() throws -> DocumentStore? {
    guard let validation else { return nil }
    var files = BatchFiles([validation])
    if case .files(let training) = data {
      files = training
      files.paths = [validation]
    }
    let store = try files.documents()
    guard store.hasText else {
      throw InvalidData(path: validation, "no text: there is nothing to evaluate on")
    }
    return store
  }
}

import ArgumentParser
import Collation
import Corpora
import Experiments
import LanguageModels
import TensorCore
import Tokenization
import Training

extension LMTrainCommand {
  /// The data, of which something is held out where no other text is named.
  func files(_ batches: CollationRecipe, _ tokenizer: Tokenizer) throws -> BatchFiles {
    var files = source.files
    let folder = RunFolder(path: output)
    if !resume {
      files.heldOutShare = validation == nil ? 0.05 : 0
      files.unit =
        try source.input.document
        ?? .usual(
          for: tokenizer,
          batches: batches,
          separatesDocuments: shape.transformer.documentMask
        )
    } else if folder.hasPlan, case .files(let begun) = try RunPlan(contentsOf: folder.plan).data {
      // A resumed run reads documents, and holds out, as it began; runs without a plan held out
      // nothing.
      files.heldOutShare = begun.heldOutShare
      files.unit = source.input.document ?? begun.unit
    }
    return files
  }

  /// Refuses flags that the plan of the folder would silently stand above.
  func refuseFlagsOfPlan(_ reason: String, _ advice: String) throws {
    var given =
      try GivenFlags.of(shape, besides: ["transformer"]) + GivenFlags.of(shape.transformer)
    given += try GivenFlags.of(optimization, besides: ["steps", "noise"])
    given += try GivenFlags.of(optimization.noise)
    given += try GivenFlags.of(source, besides: ["input"]) + GivenFlags.of(source.input)
    if seed != 0 { given.append("--seed") }
    if validation != nil { given.append("--validation") }
    guard let flag = given.first else { return }
    throw ValidationError("\(reason) \(flag) from the run's folder: \(advice)")
  }

  /// The flags as a plan.
  func plan(
    _ files: BatchFiles,
    _ batches: CollationRecipe,
    on stream: BatchStream,
    vocabulary: Int
  ) throws -> RunPlan {
    var plan = RunPlan(
      data: .files(files),
      batches: batches,
      model: try shape.configuration(
        vocabulary: vocabulary,
        context: shape.blockSize ?? stream.collator.longestRow
      ),
      training: optimization.recipe(for: stream, seed: seed)
    )
    plan.tokenizer = tokenizer.model
    plan.initialBound = shape.initialBound
    plan.initialModel = initialModel
    plan.validation = validation == "none" ? nil : validation
    plan.patience = patience
    if let evaluateEvery { plan.evaluateEvery = evaluateEvery }
    plan.saveEvery = saveEvery ?? plan.evaluateEvery
    return plan
  }
}

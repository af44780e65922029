import ArgumentParser
import BytePairEncoding
import Collation
import Corpora
import Diagnostics
import Experiments
import LanguageModels
import Tokenization
import Training

/// A trained model and its tokenizer.
struct TrainedModelOptions: ParsableArguments {
  @Argument(
    help: "The folder of `bpedrop lm train`, or a .safetensors file with -m.",
    completion: .file()
  )
  var model: String

  @Option(
    name: [.customShort("m"), .customLong("model")],
    help: ArgumentHelp("The tokenizer, where it is not the folder's.", valueName: "file"),
    completion: .file(extensions: ["json"])
  )
  var tokenizerPath: String?

  /// Says that a folder's checkpoint stands in for its model.
  static func noteCheckpoint(_ folder: RunFolder) {
    guard folder.hasCheckpointOnly else { return }
    Terminal.note("bpedrop: \(folder.path): no model.safetensors yet: using checkpoint.safetensors")
  }

  /// A model with all that it was trained with.
  struct Loaded {
    /// The model.
    let network: any LanguageModel<Float>
    /// Its tokenizer.
    let tokenizer: Tokenizer
    /// The token between documents; nil for none.
    let separator: TokenID?
    /// What was one document of its text.
    let unit: DocumentUnit
  }

  func load() throws -> Loaded {
    let folder = RunFolder(path: model)
    let path = folder.modelFile
    guard let tokenizerPath = tokenizerPath ?? (folder.isFolder ? folder.tokenizer : nil) else {
      throw ValidationError("A model file needs its tokenizer: --model FILE.")
    }
    let file = try Safetensors(reading: path)
    Self.noteCheckpoint(folder)
    let network: any LanguageModel<Float>
    do {
      network = try file.modelPart.model(of: Float.self)
    } catch let error as InvalidData {
      throw error.inFile(path)
    }
    let tokenizer = try TokenizerOptions.load(tokenizerPath)
    let vocabulary = network.configuration.vocabulary
    guard tokenizer.vocabularySize <= vocabulary else {
      throw InvalidData(
        path: path,
        "the model has \(vocabulary) tokens, but \(tokenizerPath) has \(tokenizer.vocabularySize)"
      )
    }
    return Loaded(
      network: network,
      tokenizer: tokenizer,
      separator: try file.metadata("separator").flatMap { tokenizer.id(of: $0) }
        ?? CollationRecipe().separator(for: tokenizer),
      unit: file.metadata("document").flatMap { DocumentUnit(rawValue: $0) } ?? .line
    )
  }
}

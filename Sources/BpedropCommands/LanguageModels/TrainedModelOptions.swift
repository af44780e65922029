import ArgumentParser
import BytePairEncoding
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

  func load() throws -> (model: any LanguageModel<Float>, tokenizer: Tokenizer, TokenID?) {
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
    let separator = file.metadata("separator").flatMap { tokenizer.id(of: $0) }
    return (network, tokenizer, separator)
  }
}

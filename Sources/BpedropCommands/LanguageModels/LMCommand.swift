import ArgumentParser
import BytePairEncoding
import Diagnostics
import Glibc
import LanguageModels
import Tokenization
import Training

struct LMCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lm",
    abstract: "Train, evaluate and use a small language model.",
    discussion: """
      Example:
        bpedrop lm train -m tokenizer.json -o lm0 --overwrite --steps 20 corpora/english.txt
      """,
    subcommands: [
      LMTrainCommand.self, LMEvalCommand.self, LMGenerateCommand.self, LMInfoCommand.self,
    ]
  )
}

/// The files of a run in its folder.
struct RunFolder {
  let path: String

  var tokenizer: String { "\(path)/tokenizer.json" }
  var model: String { "\(path)/model.safetensors" }
  var checkpoint: String { "\(path)/checkpoint.safetensors" }
  var log: String { "\(path)/log.csv" }

  /// Makes the folder where there is none.
  ///
  /// - Throws: ``FileError``.
  func make() throws {
    guard mkdir(path, 0o777) != 0, errno != EEXIST else { return }
    throw FileError(.create, path: path)
  }

  /// The model of the folder; the path itself where it is a file.
  var modelFile: String { isFolder ? model : path }

  /// What is not there counts as a folder unless it is named like a model file.
  var isFolder: Bool {
    var status = stat()
    return stat(path, &status) == 0
      ? status.st_mode & S_IFMT == S_IFDIR : !path.hasSuffix(".safetensors")
  }

  var hasCheckpoint: Bool { access(checkpoint, F_OK) == 0 }
}

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

  func load() throws -> (model: any LanguageModel<Float>, tokenizer: Tokenizer, TokenID?) {
    let folder = RunFolder(path: model)
    let path = folder.modelFile
    guard let tokenizerPath = tokenizerPath ?? (folder.isFolder ? folder.tokenizer : nil) else {
      throw ValidationError("A model file needs its tokenizer: --model FILE.")
    }
    let file = try Safetensors(reading: path)
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

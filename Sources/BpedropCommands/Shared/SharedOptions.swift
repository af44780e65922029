public import ArgumentParser
public import BytePairEncoding
public import Corpora
import Execution
import Files
public import Noise
import PreTokenization
public import Tokenization
public import UnicodeText

extension TokenFormat: ExpressibleByArgument {}
extension LearningLaw: ExpressibleByArgument {}
extension OffsetUnit: ExpressibleByArgument {}
extension DocumentUnit: ExpressibleByArgument {}
extension LineFeed: ExpressibleByArgument {}
extension TokenizerRecipe.Kind: ExpressibleByArgument {}
extension SegmentationNoise.Unit: ExpressibleByArgument {}

extension TextNormalizer: ExpressibleByArgument {
  /// Reads the names of ``TextNormalizer/init(name:)``; nil where one is not known.
  public init?(argument: String) { self.init(name: argument) }

  /// The single names that help and shell completion offer; several may be joined by commas.
  public static var allValueStrings: [String] { ["none"] + Step.allCases.map(\.rawValue) }

  /// The default as the user would type it.
  public var defaultValueDescription: String {
    steps.isEmpty ? "none" : steps.map(\.rawValue).joined(separator: ",")
  }
}

extension DropoutRate: ExpressibleByArgument {
  /// Reads a decimal number in 0...1; nil for anything else.
  public init?(argument: String) {
    guard let value = Double(argument) else { return nil }
    self.init(value)
  }
}

/// Which documents are read.
struct InputOptions: ParsableArguments {
  @Argument(help: "Text files; - or none is standard input.", completion: .file())
  var files: [String] = []

  @Option(help: ArgumentHelp("What is one document: a line or a whole file.", valueName: "unit"))
  var document: DocumentUnit = .line

  @Flag(help: "Refuse text that is not UTF-8, naming the byte, instead of keeping its bytes.")
  var strict = false

  func reader(lineFeed: LineFeed, firstNumber: UInt64 = 0) throws -> DocumentReader {
    try DocumentReader(
      paths: files,
      unit: document,
      lineFeed: lineFeed,
      firstNumber: firstNumber
    )
  }
}

/// How many threads compute.
struct ThreadOptions: ParsableArguments {
  @Option(help: "Threads. The output does not depend on it. (default: one for each processor)")
  var threads: Int?

  var count: Int { threads ?? WorkerThreads.available }

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads must lie in 1...1024, but is \(threads).")
    }
  }
}

/// The tokenizer that is used.
struct TokenizerOptions: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The tokenizer: a tokenizer.json, a .tiktoken file, or GPT-2's vocab.json or merges.txt.",
      valueName: "file"
    ),
    completion: .file(extensions: ["json", "tiktoken", "txt", "bpe"])
  )
  var model: String

  @Option(
    help: ArgumentHelp(
      "How text is cut, for a .tiktoken file of an unknown name; see `bpedrop help train`.",
      valueName: "name"
    ),
    transform: PreTokenizer.init(name:)
  )
  var pattern: PreTokenizer?

  /// Reads the tokenizer, and says on standard error what in it was not obeyed.
  func load() throws -> Tokenizer { try Self.load(model, pattern: pattern) }

  static func load(_ path: String, pattern: PreTokenizer? = nil) throws -> Tokenizer {
    let tokenizer = try Tokenizer(contentsOf: path, preTokenizer: pattern)
    for warning in tokenizer.warnings { Terminal.note("bpedrop: \(path): warning: \(warning)") }
    return tokenizer
  }
}

/// BPE-dropout.
struct DropoutOptions: ParsableArguments {
  @Option(help: ArgumentHelp("BPE-dropout: drop each merge with this probability.", valueName: "p"))
  var dropout: DropoutRate = .zero

  @Option(help: "The seed of the noise.")
  var seed: UInt64 = 0

  @Option(help: "The pass over the data; every epoch has its own noise.")
  var epoch: UInt32 = 0

  @Option(
    help: ArgumentHelp(
      "What a merge must span to be droppable: character, as in the paper, or byte.",
      valueName: "unit"
    )
  )
  var dropoutUnit: SegmentationNoise.Unit = .character

  /// The noise, or nil where there is none.
  var noise: SegmentationNoise? {
    if dropout == .zero { return nil }
    return SegmentationNoise(rate: dropout, seed: seed, epoch: epoch, unit: dropoutUnit)
  }
}

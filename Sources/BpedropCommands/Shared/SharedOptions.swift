public import ArgumentParser
public import BytePairEncoding
public import Corpora
import Execution
public import Noise
import PreTokenization
public import Tokenization
import TokenizerFormats
public import UnicodeText

extension TokenFormat: ExpressibleByArgument {}
extension LearningLaw: ExpressibleByArgument {}
extension OffsetUnit: ExpressibleByArgument {}
extension InputSide: ExpressibleByArgument {}
extension DocumentUnit: ExpressibleByArgument {}
extension LineFeed: ExpressibleByArgument {}
extension TokenizerRecipe.Kind: ExpressibleByArgument {}
extension SegmentationNoise.Unit: ExpressibleByArgument {}
extension SegmentationNoise.Law: ExpressibleByArgument {}

extension TextNormalizer: ExpressibleByArgument {
  /// Parses the names of ``TextNormalizer/init(name:)``; nil if one is unknown.
  public init?(argument: String) { self.init(name: argument) }

  /// The single names for help and shell completion; several may be joined by commas.
  public static var allValueStrings: [String] { ["none"] + Step.named.map(\.name) }

  /// The default as it would be typed.
  public var defaultValueDescription: String {
    steps.isEmpty ? "none" : steps.map(\.name).joined(separator: ",")
  }
}

extension DropoutRate: ExpressibleByArgument {
  /// Parses a decimal number in 0...1; nil for anything else.
  public init?(argument: String) {
    guard let value = Double(argument) else { return nil }
    self.init(value)
  }
}

/// The documents to read.
struct InputOptions: ParsableArguments {
  @Argument(
    help: "Text files, folders or patterns; - or none is standard input.",
    completion: .file()
  )
  var files: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      The extent of a document: a line, a block of lines up to a blank one, or a whole file. (default: \
      line, but see lm train)
      """,
      valueName: "unit"
    )
  )
  var document: DocumentUnit?

  /// What is one document: a line unless the user says otherwise.
  var unit: DocumentUnit { document ?? .line }

  @Flag(help: "Reject text that is not UTF-8, and name the byte, instead of keeping its bytes.")
  var strict = false

  @Option(
    name: .customLong("max-document"),
    help: ArgumentHelp(
      "The largest accepted document. (default: 1024)",
      valueName: "MB"
    )
  )
  var largestDocument: Int?

  @Flag(
    name: .customLong("strip-bom"),
    help: "Skip a byte order mark (U+FEFF) at the beginning of a file."
  )
  var stripsMark = false

  func validate() throws {
    if let largestDocument, !(1...1_048_576).contains(largestDocument) {
      throw ValidationError(
        "--max-document must lie in 1...1048576, but is \(largestDocument)."
      )
    }
  }

  /// The limits and rules for reading the files.
  var reading: DocumentReading {
    DocumentReading(
      largestDocument: (largestDocument ?? 1024) << 20,
      stripsMark: stripsMark,
      noteMark: Self.noteMark
    )
  }

  /// Says on standard error that a file begins with a byte order mark.
  @Sendable static func noteMark(_ path: String) {
    Terminal.note(
      "bpedrop: \(path) begins with a byte order mark (U+FEFF), which counts as text; "
        + "--strip-bom leaves it out"
    )
  }

  func reader(
    lineFeed: LineFeed,
    firstNumber: UInt64 = 0,
    unit: DocumentUnit? = nil
  ) throws -> DocumentReader {
    try DocumentReader(
      paths: files,
      unit: unit ?? self.unit,
      lineFeed: lineFeed,
      firstNumber: firstNumber,
      reading: reading
    )
  }
}

/// The number of threads.
struct ThreadOptions: ParsableArguments {
  @Option(
    help: "The number of threads; it does not change the output. (default: one per processor)"
  )
  var threads: Int?

  var count: Int { threads ?? WorkerThreads.available }

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads must lie in 1...1024, but is \(threads).")
    }
  }
}

/// The memory of the encoders' word caches.
struct CacheOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The total memory of word caches over all threads. (default: 64 per thread)",
      valueName: "MB"
    )
  )
  var cache: Int?

  /// One thread's share, in bytes.
  func share(of threads: Int) -> Int {
    cache.map { ($0 << 20) / threads } ?? BPEEncoder.defaultCacheCapacity
  }

  func validate() throws {
    if let cache, !(0...65_536).contains(cache) {
      throw ValidationError("--cache must lie in 0...65536, but is \(cache).")
    }
  }
}

/// The tokenizer to use.
struct TokenizerOptions: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The tokenizer: a tokenizer.json, or a file of any other format that `convert` names.",
      valueName: "file"
    ),
    completion: .file(extensions: ["json", "tiktoken", "txt", "bpe"])
  )
  var model: String

  @Option(
    help: ArgumentHelp(
      "How text is cut, for a .tiktoken file with an unknown name; see `bpedrop help train`.",
      valueName: "name"
    ),
    transform: PreTokenizer.init(name:)
  )
  var pattern: PreTokenizer?

  /// Reads the tokenizer, and reports the settings that it ignores on standard error.
  func load() throws -> Tokenizer { try Self.load(model, pattern: pattern) }

  static func load(_ path: String, pattern: PreTokenizer? = nil) throws -> Tokenizer {
    let tokenizer = try Tokenizer(contentsOf: path, preTokenizer: pattern)
    for warning in tokenizer.warnings { Terminal.note("bpedrop: \(path): warning: \(warning)") }
    return tokenizer
  }
}

/// The tokenizer to use, if the folder of a run does not determine it.
struct OptionalTokenizerOptions: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The tokenizer: a tokenizer.json, or a file of any other format that `convert` names.",
      valueName: "file"
    ),
    completion: .file(extensions: ["json", "tiktoken", "txt", "bpe"])
  )
  var model: String?

  @Option(
    help: ArgumentHelp(
      "How text is cut, for a .tiktoken file with an unknown name; see `bpedrop help train`.",
      valueName: "name"
    ),
    transform: PreTokenizer.init(name:)
  )
  var pattern: PreTokenizer?

  /// Reads the tokenizer, and reports the settings that it ignores on standard error.
  func load() throws -> Tokenizer { try TokenizerOptions.load(model ?? "", pattern: pattern) }
}

/// BPE-dropout.
struct DropoutOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      BPE-dropout: drop each merge with this probability, such as 0.1; over --epochs also \
      0.1:early:0.5, 0.1:late:0.5, 0.1:linear:0:0.3, 0.1:decay:0:0.5 or \
      0:curriculum:0.2:0.1:0.6:0.3.
      """,
      valueName: "p"
    ),
    transform: NoiseRate.init(argumentInRange:)
  )
  var dropout = NoiseRate(.zero)

  /// The same option's name in `lm train`, where --dropout is that of the model.
  @Option(help: .hidden)
  var bpeDropout: String?

  @Option(help: "The seed of the noise.")
  var seed: UInt64 = 0

  @Option(help: "The pass over the data, from 0; every epoch has its own noise.")
  var epoch: UInt32 = 0

  @Option(help: "The number of epochs of the run, which the schedule of a rate spans.")
  var epochs: UInt32?

  @Option(
    help: ArgumentHelp(
      "The meaning of p: the paper's law, another library's, or another sampler.",
      valueName: "name"
    )
  )
  var law: SegmentationNoise.Law = .paper

  @Option(
    help: ArgumentHelp(
      """
      The unit that a merge must exceed to be droppable: character, as in the paper, or byte. \
      (default: character; byte under another library's law)
      """,
      valueName: "unit"
    )
  )
  var dropoutUnit: SegmentationNoise.Unit?

  func validate() throws {
    if bpeDropout != nil {
      throw ValidationError("There is no --bpe-dropout here: did you mean --dropout?")
    }
    if law.knowsBytesOnly && dropoutUnit == .character {
      throw ValidationError("--law \(law.rawValue) goes by bytes: leave out --dropout-unit.")
    }
    if dropout.schedule != .constant && epochs == nil {
      throw ValidationError("--dropout \(dropout) has a schedule: --epochs must say over how many.")
    }
    if let epochs, epoch >= epochs {
      throw ValidationError("--epoch must be below --epochs \(epochs), but is \(epoch).")
    }
  }

  /// The rate in this epoch.
  var rate: DropoutRate { dropout.rate(atStep: UInt64(epoch), of: UInt64(epochs ?? 1)) }

  /// The noise, or nil if there is none.
  var noise: SegmentationNoise? { rate == .zero ? nil : noise(at: rate) }

  /// The noise at another rate.
  func noise(at rate: DropoutRate) -> SegmentationNoise {
    SegmentationNoise(rate: rate, law: law, seed: seed, epoch: epoch, unit: dropoutUnit)
  }
}

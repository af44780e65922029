import ArgumentParser
import Diagnostics
import Files
import PreTokenization
import Tokenization
import TokenizerFormats

struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a tokenizer in another format, and say what that cannot hold.",
    discussion: """
      The format of the input is found in its content, not its name: \
      \(TokenizerConversion.sources.joined(separator: ", ")). --to is one of \
      \(TokenizerConversion.targets.joined(separator: ", ")). vocab.json is written beside its \
      merges.txt, into a folder.

      What is written is read back, and every difference is listed: ids, merges, patterns, added \
      tokens, and the candidates of BPE-dropout, which a list of merges and a table of ranks do not \
      share. Then generated texts of many scripts, with pieces of the vocabulary and bytes that are \
      not UTF-8, are encoded by both. With --exact the exit code is 1 if anything is lost or any \
      text is encoded differently; the output is written all the same.

      Examples:
        bpedrop convert --to tiktoken tokenizer.json ranks.tiktoken
        bpedrop convert --to vocab.json --check 1000 tokenizer.json gpt2
        bpedrop convert --to tokenizer.json --exact tokenizer.json copy.json
      """
  )

  @Argument(help: "The tokenizer: a file of any format, or its folder.", completion: .file())
  var input: String

  @Argument(help: "The file to write; a folder for a format of two files.", completion: .file())
  var output: String

  @Option(
    help: ArgumentHelp("The format to write.", valueName: "format"),
    completion: .list(TokenizerConversion.targets)
  )
  var to: String

  @Option(
    help: ArgumentHelp(
      "How text is cut, for a file that does not say so; see `bpedrop help train`.",
      valueName: "name"
    ),
    transform: PreTokenizer.init(name:)
  )
  var pattern: PreTokenizer?

  @Flag(help: "Exit with 1 if anything is lost, or any text is encoded differently.")
  var exact = false

  @Option(help: ArgumentHelp("The number of generated texts.", valueName: "count"))
  var check = 10_000

  @Option(help: "The seed of the generated texts.")
  var seed: UInt64 = 0

  func validate() throws {
    if !TokenizerConversion.targets.contains(to) {
      throw ValidationError(
        "--to must be one of \(TokenizerConversion.targets.joined(separator: ", ")), but is \(to)."
      )
    }
    if !(0...10_000_000).contains(check) {
      throw ValidationError("--check must lie in 0...10000000, but is \(check).")
    }
  }

  func run() throws {
    let source = try TokenizerFileContents(contentsOf: input, preTokenizer: pattern)
    for warning in source.tokenizer.warnings {
      Terminal.note("bpedrop: \(input): warning: \(warning)")
    }
    let name = output.split(separator: "/").last.map(String.init)
    let conversion: TokenizerConversion
    do {
      conversion = try TokenizerConversion(source.tokenizer, to: to, name: name)
    } catch let error as InvalidData { throw error.inFile(input) }
    let check = try ConversionCheck(
      source.tokenizer,
      conversion.result,
      count: check,
      seed: seed
    )
    try write(conversion.files)
    let losses = source.leftOut + conversion.losses
    print(ConversionReport(from: source.format, to: to, losses: losses, check: check).text)
    if exact && !(losses.isEmpty && check.otherCuts == 0 && check.otherIDs == 0) {
      throw ExitCode(1)
    }
  }

  /// Writes the files, each whole or not at all: one under the given name, several into a folder.
  private func write(_ files: [(name: String, bytes: [UInt8])]) throws {
    if files.count > 1 { try Folder.make(output) }
    let outputs = try files.map { file in
      let output = try OutputFile(files.count > 1 ? "\(output)/\(file.name)" : output)
      try output.write(file.bytes)
      return output
    }
    for output in outputs { try output.commit() }
  }
}

import ArgumentParser
import Corpora
import Files
import PreTokenization
import Tokenization
import UnicodeText

struct CountCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "count",
    abstract: "Count the pre-tokens of a text.",
    discussion: """
      Writes a line for each pre-token: its bytes in GPT-2's alphabet, a tab, its count; sorted. \
      `bpedrop train --from-counts` learns from such files, and from several of them together, so \
      a large corpus can be counted in parts.

      Examples:
        bpedrop count corpora/english.txt | sort -t "$(printf '\\t')" -k2 -rn | head
        bpedrop count -o all.tsv --merge part1.tsv part2.tsv
      """
  )

  @Option(name: [.short, .long], help: "Where the counts are written.", completion: .file())
  var output = "-"

  @Option(
    help: ArgumentHelp("How text is cut; see `bpedrop help train`.", valueName: "name"),
    transform: PreTokenizer.init(name:)
  )
  var pattern: PreTokenizer = .gpt2

  @Option(help: ArgumentHelp("What is done to text first.", valueName: "steps"))
  var normalizer = TextNormalizer([.nfc])

  @Option(help: ArgumentHelp("Whether the line feed belongs to a line.", valueName: "what"))
  var newline: LineFeed = .keep

  @Flag(help: "The files are counts: add them up.")
  var merge = false

  @OptionGroup var input: InputOptions
  @OptionGroup var threads: ThreadOptions

  func run() throws {
    let file = try OutputFile(output)
    if merge {
      try CountsFile.write(CountsFile.read(input.files.isEmpty ? ["-"] : input.files), to: file)
    } else {
      let reader = try input.reader(lineFeed: newline)
      let counter = PreTokenCounter(
        normalizer: normalizer,
        preTokenizer: pattern,
        threads: threads.count,
        isStrict: input.strict
      )
      let bar = ProgressBar("counting", unit: "B")
      let counts = try counter.count(reader) { bar.show(reader.bytesRead, of: reader.totalBytes) }
      bar.clear()
      try CountsFile.write(counts, to: file)
    }
    try file.commit()
  }
}

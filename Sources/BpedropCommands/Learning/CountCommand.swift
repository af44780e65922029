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
      Writes a line for each pre-token, sorted: its bytes in GPT-2's alphabet, a tab, and its \
      count. `bpedrop train --from-counts` learns from one or several such files, so a large \
      corpus can be counted in parts.

      Examples:
        bpedrop count corpora/english.txt | sort -t "$(printf '\\t')" -k2 -rn | head
        bpedrop count -o all.tsv --merge part1.tsv part2.tsv
        bpedrop count -o counts.tsv --memory 256 corpora/greek.txt corpora/thai.txt
        echo '{"text": "one line, one object"}' | bpedrop count --json-field text
      """
  )

  @Option(name: [.short, .long], help: "The output file.", completion: .file())
  var output = "-"

  @Option(
    help: ArgumentHelp("How text is cut; see `bpedrop help train`.", valueName: "name"),
    transform: PreTokenizer.init(name:)
  )
  var pattern: PreTokenizer = .gpt2

  @Option(help: ArgumentHelp("Normalization steps, joined by commas.", valueName: "steps"))
  var normalizer = TextNormalizer([.nfc])

  @Flag(help: "Add up files of counts.")
  var merge = false

  @OptionGroup var counting: CountingOptions
  @OptionGroup var input: InputOptions
  @OptionGroup var threads: ThreadOptions

  func run() throws {
    let file = try OutputFile(output)
    let weights = try counting.weights(of: input.files)
    if merge {
      let counts = try CountsFile.read(
        input.files.isEmpty ? ["-"] : input.files,
        weights: weights
      )
      try CountsFile.write(counts, to: file)
    } else {
      let reader = try input.reader(lineFeed: counting.lineFeed)
      let counter = try counting.counter(normalizer, pattern, input, threads)
      let bar = ProgressBar("counting", unit: "B")
      try counter.count(reader) {
        bar.show(reader.bytesRead, of: reader.totalBytes, note: Terminal.memoryNote)
      } body: { word, count in
        try CountsFile.write(word, count, to: file)
      }
      bar.clear()
    }
    try file.commit()
  }
}

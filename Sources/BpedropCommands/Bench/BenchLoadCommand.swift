import ArgumentParser
import Tokenization
import TokenizerFormats

struct BenchLoadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Measure opening a tokenizer.",
    discussion: """
      The file is opened again and again; the first time, the system may have to fetch it from the \
      disk. A compiled image (`bpedrop convert --to bpedrop`) opens fastest.

      Example:
        bpedrop bench load -m tokenizer.json
      """
  )

  @OptionGroup var tokenizer: TokenizerOptions

  @Option(help: "The number of times it is opened after the first.")
  var runs = 20

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    var seconds: [Double] = []
    var size = 0
    for _ in 0...max(runs, 0) {
      let start = Terminal.seconds()
      let tokenizer = try tokenizer.load()
      seconds.append(Terminal.seconds() - start)
      size = tokenizer.vocabularySize
    }
    let sorted = seconds.sorted()
    var figures = BenchmarkFigures()
    figures.add("load_ms", sorted[0] * 1e3)
    figures.add("load_ms_median", sorted[sorted.count / 2] * 1e3)
    figures.add("load_ms_first", seconds[0] * 1e3)
    figures.add("tokens", size)
    figures.show(asJSON: json)
  }
}

import ArgumentParser
import Corpora
import Diagnostics
import Files
import Reports
import Tokenization

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Say how well a tokenizer cuts texts: by language, by merge, by token.",
    discussion: """
      Give it texts that the tokenizer was not learned from, one file for each language. A word is \
      what ICU takes for one. Tokens per word say how far words are cut, bytes per token how well a \
      text is compressed; scripts differ in their bytes for a character.

      Examples:
        bpedrop report -m tokenizer.json corpora/german.txt corpora/greek.txt
        bpedrop report -m tokenizer.json -o report.html --note 'Not learned from.' corpora/thai.txt
      """
  )

  @OptionGroup var tokenizer: TokenizerOptions

  @Option(
    name: [.short, .long],
    help: "Where a page with drawings is written, too.",
    completion: .file(extensions: ["html"])
  )
  var output: String?

  @Option(help: ArgumentHelp("What the texts are, for the head of the report.", valueName: "text"))
  var note: String?

  @OptionGroup var input: InputOptions

  func run() throws {
    let tokenizer = try self.tokenizer.load()
    // A page that cannot be written is not worth waiting for.
    let file = try output.map { try OutputFile($0) }
    let bar = ProgressBar("measuring", unit: "texts")
    let paths = input.files.isEmpty ? ["-"] : input.files
    var texts: [(name: String, measure: TextMeasure)] = []
    for path in paths {
      bar.show(texts.count, of: paths.count)
      let reader = try DocumentReader(paths: [path], unit: input.unit, reading: input.reading)
      let measure = try TextMeasure(of: reader, tokenizer)
      guard measure.tokens > 0 else {
        throw InvalidData(path: path, "no text: there is nothing to measure")
      }
      texts.append((Self.name(of: path), measure))
    }
    bar.clear()
    let page = PrintedPage(title: "A tokenizer of \(tokenizer.vocabularySize) entries")
    if let note { page.note(note) }
    TokenizerReport(tokenizer, texts, page).write()
    try file?.write(page.rendered())
    try file?.commit()
  }

  /// The last part of a path, without the ending of a text.
  private static func name(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.hasSuffix(".txt") ? String(name.dropLast(4)) : name
  }
}

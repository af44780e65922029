import ArgumentParser
import Corpora
import Diagnostics
import Files
import Reports
import Tokenization

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Report how well a tokenizer cuts texts: by language, by merge, by token.",
    discussion: """
      Give it texts that the tokenizer was not learned from, one file for each language. Words are \
      those of ICU. Tokens per word measure how finely words are cut, bytes per token how well a \
      text is compressed; scripts differ in their bytes per character.

      Examples:
        bpedrop report -m tokenizer.json corpora/german.txt corpora/greek.txt
        bpedrop report -m tokenizer.json -o report.html --note 'Not learned from.' \\
          corpora/thai.txt
      """
  )

  @OptionGroup var tokenizer: TokenizerOptions

  @Option(
    name: [.short, .long],
    help: "A file for an additional HTML page with charts.",
    completion: .file(extensions: ["html"])
  )
  var output: String?

  @Option(help: ArgumentHelp("A description of the texts for the report.", valueName: "text"))
  var note: String?

  @OptionGroup var input: InputOptions

  func run() throws {
    let tokenizer = try self.tokenizer.load()
    // Opened first, so that a page that cannot be written fails at once.
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

  /// The last component of a path, without the extension of a text file.
  private static func name(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.hasSuffix(".txt") ? String(name.dropLast(4)) : name
  }
}

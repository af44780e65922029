import ArgumentParser
import BytePairEncoding
import Corpora
import Execution
import Files
import Glibc
import Noise
import Reports
import Tokenization
import UnicodeText

struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "See what this is: learn a tokenizer, look at text under dropout, measure.",
    discussion: """
      Example:
        bpedrop demo --corpora corpora --output out
      """
  )

  @Option(help: "The folder with the embedded corpora.", completion: .directory)
  var corpora = "corpora"

  @Option(name: [.short, .long], help: "Where the results are put.", completion: .directory)
  var output = "out"

  @OptionGroup var threads: ThreadOptions

  /// Languages of the corpora that are shown, each of another script.
  private static let shown = [
    "english", "russian", "greek", "arabic", "hindi", "thai", "chinese", "korean", "georgian",
  ]
  private static let learned =
    shown + ["german", "french", "turkish", "vietnamese", "ukrainian", "hebrew", "japanese"]

  func run() throws {
    var page = HTMLPage(title: "bpedrop: text to tokens, with noise that can be trusted")
    let tokenizer = try learn(&page)
    try showSegmentations(tokenizer, &page)
    try showDistribution(tokenizer, &page)
    try showRoundTrip(tokenizer, &page)
    try showSpeed(tokenizer, &page)
    let file = try OutputFile("\(output)/report.html")
    try file.write(page.rendered())
    try file.commit()
    print(
      "\nThe tokenizer is in \(output)/tokenizer.json, a page to look at in \(output)/report.html."
    )
    print("Try:  bpedrop inspect -m \(output)/tokenizer.json --dropout 0.2 'your own words'")
  }

  private var style: TokenColoring { TokenColoring(usesColor: Terminal.usesColor(STDOUT_FILENO)) }

  private func heading(_ text: String, _ page: inout HTMLPage) {
    print("\n" + style.emphasized(text))
    page.addHeading(text)
  }

  private func note(_ text: String, _ page: inout HTMLPage) {
    print(text)
    page.addParagraph(text)
  }

  private func show(_ head: [String], _ rows: [[String]], _ page: inout HTMLPage) {
    var table = TextTable(head)
    for row in rows { table.append(row) }
    print(table.rendered(), terminator: "")
    page.addTable(head, rows)
  }

  private func path(_ language: String) -> String { "\(corpora)/\(language).txt" }

  private static func stories(_ count: UInt64) -> [UInt8] {
    let generator = StoryGenerator(seed: 0)
    var text: [UInt8] = []
    for number in 0..<count { generator.appendStory(number, to: &text) }
    return text
  }

  private func learn(_ page: inout HTMLPage) throws -> Tokenizer {
    heading(
      "1. Learn a tokenizer from \(Self.learned.count) languages and generated stories",
      &page
    )
    mkdir(output, 0o777)
    let stories = "\(output)/stories.txt"
    let file = try OutputFile(stories)
    try file.write(Self.stories(500))
    try file.commit()
    var recipe = TokenizerRecipe()
    recipe.vocabularySize = 6000
    let start = Terminal.seconds()
    let reader = try DocumentReader(paths: Self.learned.map(path) + [stories], lineFeed: .keep)
    let counter = PreTokenCounter(
      normalizer: recipe.normalizer,
      preTokenizer: recipe.countingPreTokenizer,
      threads: threads.count
    )
    let counts = try counter.count(reader)
    let bar = ProgressBar("learning", unit: "tokens")
    let tokenizer = try recipe.learn(from: counts) { bar.show($0, of: recipe.vocabularySize) }
    bar.clear()
    try tokenizer.write(to: "\(output)/tokenizer.json")
    let seconds = decimal(Terminal.seconds() - start, digits: 2)
    let size = ProgressLine.amount(Double(reader.bytesRead), "B")
    note(
      "\(tokenizer.vocabularySize) tokens from \(size), \(counts.count) different words, "
        + "in \(seconds) s",
      &page
    )
    return tokenizer
  }

  private func showSegmentations(_ tokenizer: Tokenizer, _ page: inout HTMLPage) throws {
    heading(
      "2. The same sentence, plain and in three epochs of BPE-dropout (p = 0.1, seed 0)",
      &page
    )
    page.addParagraph(
      "Every merge is dropped with probability 0.1, afresh at each step. The same seed, epoch and "
        + "document give the same tokens on any machine. Bytes in brackets are parts of characters."
    )
    guard let rate = DropoutRate(0.1) else { return }
    let view = SegmentationView(tokenizer)
    for (number, language) in Self.shown.enumerated() {
      let text = try InputFile(path(language)).readAll()
      let sentence = Self.beginning(of: text)
      print("\(style.emphasized(language, attribute: 2))")
      for epoch in -1..<3 {
        let noise =
          epoch < 0 ? nil : SegmentationNoise(rate: rate, seed: 0, epoch: UInt32(epoch))
        let tokens = try view.labels(of: sentence, noise: noise, document: UInt64(number))
        let name = epoch < 0 ? "plain  " : "epoch \(epoch)"
        print("  \(name)  \(style.line(tokens))  \(tokens.count) tokens")
        page.addTokens(label: epoch < 0 ? language : name, tokens)
      }
    }
  }

  /// The first 40 characters or so of a text, up to the end of a word where there are words.
  private static func beginning(of text: [UInt8]) -> [UInt8] {
    let line = String(decoding: text.prefix { $0 != 0x0A }, as: UTF8.self)
    var sentence = ""
    for character in line {
      if sentence.count >= 48 || (sentence.count >= 36 && character == " ") { break }
      sentence.append(character)
    }
    return Array(sentence.utf8)
  }

  private func showDistribution(_ tokenizer: Tokenizer, _ page: inout HTMLPage) throws {
    heading("3. The exact law: how a word is cut at p = 0.1, and 100,000 draws of it", &page)
    guard case .bpe(let model) = tokenizer.model, let rate = DropoutRate(0.1) else { return }
    let word = Array(" garden".utf8)
    guard let law = SegmentationLaw(of: word, model: model, rate: rate) else { return }
    let draws = 100_000
    var counts: [[TokenID]: Int] = [:]
    var encoder = BPEEncoder(model: model)
    let noise = SegmentationNoise(rate: rate)
    for number in 0..<draws {
      var ids: [UInt32] = []
      word.withUnsafeBufferPointer {
        encoder.encode($0, noise: noise, at: WordAddress(document: UInt64(number)), into: &ids)
      }
      counts[ids.map { TokenID($0) }, default: 0] += 1
    }
    let bars = law.outcomes.prefix(8).map { outcome in
      BarChart.Bar(
        name: outcome.tokens.map { tokenizer.piece(of: $0) }.joined(separator: " "),
        value: outcome.probability,
        mark: Double(counts[outcome.tokens] ?? 0) / Double(draws)
      )
    }
    var table = TextTable(["segmentation", "probability", "drawn"])
    for bar in bars { table.append([bar.name, decimal(bar.value), decimal(bar.mark ?? 0)]) }
    print(table.rendered(), terminator: "")
    let rest = law.outcomes.count - bars.count
    if rest > 0 { print("… and \(rest) rarer ones") }
    page.addFigure(
      BarChart(bars).svg(),
      caption: "Bars: the probability under algorithm 1 of the paper, enumerated. Marks: the share "
        + "of \(draws) draws. \(max(rest, 0)) rarer segmentations are not shown; "
        + "\(decimal(law.expectedTokenCount, digits: 2)) tokens are expected."
    )
  }

  private func showRoundTrip(_ tokenizer: Tokenizer, _ page: inout HTMLPage) throws {
    heading("4. Encode and decode every corpus, plain and at p = 0.1", &page)
    let noise = SegmentationNoise(rate: DropoutRate(0.1) ?? .zero)
    var options = EncodingOptions()
    var rows: [[String]] = []
    for language in Self.learned {
      let text = try InputFile(path(language)).readAll()
      var encoder = TokenizerEncoder(tokenizer)
      options.noise = nil
      let plain = try encoder.encode(text, options: options).tokens
      options.noise = noise
      let noisy = try encoder.encode(text, options: options).tokens
      let expected = try tokenizer.normalizer.normalize(text)?.bytes ?? text
      let comesBack =
        tokenizer.decode(plain) == expected && tokenizer.decode(noisy) == expected
      guard comesBack else { throw InvalidData(path: path(language), "does not come back: a bug") }
      rows.append([language, "\(text.count)", "\(plain.count)", "\(noisy.count)", "yes"])
    }
    show(["corpus", "bytes", "tokens", "with dropout", "comes back"], rows, &page)
  }

  private func showSpeed(_ tokenizer: Tokenizer, _ page: inout HTMLPage) throws {
    heading("5. Speed on generated stories, \(threads.count) threads", &page)
    let text = Self.stories(20_000)
    var rows: [[String]] = []
    for (name, rate) in [("plain", 0.0), ("dropout 0.1", 0.1)] {
      var options = EncodingOptions()
      if rate > 0 { options.noise = SegmentationNoise(rate: DropoutRate(rate) ?? .zero) }
      let bench = EncodingBenchmark(
        tokenizer,
        options: options,
        text: text,
        threads: threads.count
      )
      let cold = try bench.pass()
      let warm = try (0..<3).map { _ in try bench.pass() }.map(\.seconds).min() ?? cold.seconds
      let size = Double(text.count) / 1e6
      rows.append([
        name, decimal(size / cold.seconds, digits: 1), decimal(size / warm, digits: 1),
        "\(cold.tokens)",
      ])
    }
    show(["", "MB/s cold", "MB/s warm", "tokens"], rows, &page)
  }
}

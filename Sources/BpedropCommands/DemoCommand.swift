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
    let tokenizer = try learn()
    try showSegmentations(tokenizer)
    try showDistribution(tokenizer)
    try showRoundTrip(tokenizer)
    try showSpeed(tokenizer)
    print("\nThe tokenizer is in \(output)/tokenizer.json; try:")
    print("  bpedrop inspect -m \(output)/tokenizer.json --dropout 0.2 'your own words'")
  }

  private var style: TokenColoring { TokenColoring(usesColor: Terminal.usesColor(STDOUT_FILENO)) }

  private func heading(_ text: String) { print("\n" + style.emphasized(text)) }

  private func path(_ language: String) -> String { "\(corpora)/\(language).txt" }

  private static func stories(_ count: UInt64) -> [UInt8] {
    let generator = StoryGenerator(seed: 0)
    var text: [UInt8] = []
    for number in 0..<count { generator.appendStory(number, to: &text) }
    return text
  }

  private func learn() throws -> Tokenizer {
    heading("1. Learn a tokenizer from \(Self.learned.count) languages and generated stories")
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
    print(
      "\(tokenizer.vocabularySize) tokens from \(size), "
        + "\(counts.count) different words, in \(seconds) s"
    )
    return tokenizer
  }

  private func showSegmentations(_ tokenizer: Tokenizer) throws {
    heading("2. The same sentence, plain and in three epochs of BPE-dropout (p = 0.1, seed 0)")
    guard let rate = DropoutRate(0.1) else { return }
    let view = SegmentationView(tokenizer, style)
    for (number, language) in Self.shown.enumerated() {
      let text = try InputFile(path(language)).readAll()
      let sentence = Self.beginning(of: text)
      print("\(style.emphasized(language, attribute: 2))")
      print("  plain    \(try view.line(sentence, noise: nil, document: 0))")
      for epoch in 0..<3 as Range<UInt32> {
        let noise = SegmentationNoise(rate: rate, seed: 0, epoch: epoch)
        print(
          "  epoch \(epoch)  \(try view.line(sentence, noise: noise, document: UInt64(number)))"
        )
      }
    }
  }

  /// The first 60 characters or so of a text, up to the end of a word.
  private static func beginning(of text: [UInt8]) -> [UInt8] {
    let line = String(decoding: text.prefix { $0 != 0x0A }, as: UTF8.self)
    var sentence = ""
    for character in line {
      if sentence.count >= 60 || (sentence.count >= 40 && character == " ") { break }
      sentence.append(character)
    }
    return Array(sentence.utf8)
  }

  private func showDistribution(_ tokenizer: Tokenizer) throws {
    heading("3. The exact law: how a word is cut at p = 0.1, and 100,000 draws of it")
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
    var table = TextTable(["segmentation", "probability", "drawn"])
    for outcome in law.outcomes.prefix(6) {
      let drawn = Double(counts[outcome.tokens] ?? 0) / Double(draws)
      table.append([
        outcome.tokens.map { tokenizer.piece(of: $0) }.joined(separator: " "),
        decimal(outcome.probability), decimal(drawn),
      ])
    }
    print(table.rendered(), terminator: "")
    if law.outcomes.count > 6 { print("… and \(law.outcomes.count - 6) rarer ones") }
  }

  private func showRoundTrip(_ tokenizer: Tokenizer) throws {
    heading("4. Encode and decode every corpus, plain and at p = 0.1")
    let noise = SegmentationNoise(rate: DropoutRate(0.1) ?? .zero)
    var options = EncodingOptions()
    var table = TextTable(["corpus", "bytes", "tokens", "with dropout", "comes back"])
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
      table.append([language, "\(text.count)", "\(plain.count)", "\(noisy.count)", "yes"])
    }
    print(table.rendered(), terminator: "")
  }

  private func showSpeed(_ tokenizer: Tokenizer) throws {
    heading("5. Speed on generated stories, \(threads.count) threads")
    let text = Self.stories(20_000)
    var table = TextTable(["", "MB/s cold", "MB/s warm", "tokens"])
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
      table.append([
        name, decimal(size / cold.seconds, digits: 1), decimal(size / warm, digits: 1),
        "\(cold.tokens)",
      ])
    }
    print(table.rendered(), terminator: "")
  }
}

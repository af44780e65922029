import ArgumentParser
import BytePairEncoding
import Corpora
import Diagnostics
import Files
import Glibc
import Noise
import PreTokenization
import Reports
import Tokenization
import UnicodeText

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show how a text is cut, by which merges, and how it could be cut under dropout.",
    discussion: """
      Under --dropout it shows each word's exact distribution: the most probable segmentations, \
      the expected number of tokens, and the entropy. A word with too many splits is sampled \
      instead, and the output says so.

      --vocabulary audits the tokenizer: tokens that no text becomes and why, merges that no word \
      applies, tokens that are no UTF-8 or not in the normal form of the file, what the characters \
      of each script cost, added tokens that overlap, and the versions of Unicode. With --corpus \
      also tokens that these texts never use.

      Examples:
        bpedrop inspect -m tokenizer.json 'unrelated words'
        bpedrop inspect -m tokenizer.json --dropout 0.1 lower
        bpedrop inspect -m tokenizer.json --dropout 0.1 --probability 'l o w er'
        bpedrop inspect -m tokenizer.json --expected-tokens 4 lower
        bpedrop inspect -m tokenizer.json --dropout 0.1 --laws 'a garden of roses'
        bpedrop inspect -m tokenizer.json --vocabulary
        bpedrop inspect -m tokenizer.json --vocabulary --limit 5 --corpus corpora/english.txt
        bpedrop inspect -m tokenizer.json --vocabulary --json
      """
  )

  @OptionGroup var tokenizer: TokenizerOptions

  @OptionGroup var dropout: DropoutOptions

  @Option(help: ArgumentHelp("The number of outcomes listed for a word.", valueName: "count"))
  var top = 8

  @Option(
    help: ArgumentHelp(
      "Print the probability of tokens, separated by spaces as by encode --format pieces.",
      valueName: "pieces"
    )
  )
  var probability: String?

  @Option(
    help: ArgumentHelp(
      "Find the rate at which the text has this number of tokens on average.",
      valueName: "count"
    )
  )
  var expectedTokens: Double?

  @Flag(help: "Print a table of the distances between the laws on this text.")
  var laws = false

  @Flag(help: "Audit the vocabulary instead of a text.")
  var vocabulary = false

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Texts in which --vocabulary looks for tokens that they never use.",
      valueName: "file"
    ),
    completion: .file()
  )
  var corpus: [String] = []

  @Option(help: ArgumentHelp("The most entries of a list of --vocabulary.", valueName: "count"))
  var limit = 20

  @Flag(help: "Print all that --vocabulary finds as JSON.")
  var json = false

  @Argument(help: "The text.")
  var text: [String] = []

  func validate() throws {
    if text.isEmpty && !vocabulary && probability == nil {
      throw ValidationError("A text is needed, or --vocabulary, or --probability.")
    }
    if !vocabulary && (json || !corpus.isEmpty) {
      throw ValidationError("\(json ? "--json" : "--corpus") needs --vocabulary.")
    }
    if json && (!text.isEmpty || probability != nil) {
      throw ValidationError("--json is the audit alone: leave the text and --probability out.")
    }
    if limit < 0 { throw ValidationError("--limit must be at least 0, but is \(limit).") }
    if top < 0 { throw ValidationError("--top must be at least 0, but is \(top).") }
    if (laws || probability != nil) && dropout.rate == .zero {
      throw ValidationError("\(laws ? "--laws" : "--probability") needs --dropout above 0.")
    }
    if let expectedTokens, !(expectedTokens >= 0 && expectedTokens.isFinite) {
      throw ValidationError("--expected-tokens must be a number from 0, not \(expectedTokens).")
    }
  }

  func run() throws {
    let tokenizer = try self.tokenizer.load()
    if vocabulary { try audit(tokenizer) }
    if let probability {
      try SegmentationQuestion(tokenizer, noise: dropout.noise).answer(probability)
    }
    guard !text.isEmpty else { return }
    let document = Array(text.joined(separator: " ").utf8)
    let normalized = try tokenizer.normalizer.normalize(document)?.bytes ?? document
    let words = try tokenizer.preTokenizer.split(normalized)
    if laws { return try compareLaws(words, tokenizer) }
    if let expectedTokens { return try findRate(expectedTokens, words, tokenizer) }
    if normalized != document {
      print("normalised to  \(String(decoding: normalized, as: UTF8.self))\n")
    }
    let coloring = TokenColoring(usesColor: Terminal.usesColor(STDOUT_FILENO))
    let view = SegmentationView(tokenizer)
    let plain = try view.labels(of: document, noise: nil, document: 0)
    print("\(coloring.line(plain))  \(plain.count) tokens")
    if let noise = dropout.noise {
      for number in 0..<4 as Range<UInt64> {
        let tokens = try view.labels(of: document, noise: noise, document: number)
        let place = "document \(number) at p = \(dropout.rate)"
        print("\(coloring.line(tokens))  \(tokens.count) tokens  \(place)")
      }
    }
    guard let model = tokenizer.model as? BPEModel else { return }
    let inspection = WordInspection(tokenizer, model, noise: dropout.noise, top: top)
    for word in words { inspection.show(word) }
  }

  private func audit(_ tokenizer: Tokenizer) throws {
    let use =
      try corpus.isEmpty
      ? nil : TokenUse(TextMeasure(of: DocumentReader(paths: corpus), tokenizer), tokenizer)
    let audit = try VocabularyAudit(tokenizer)
    let output = try OutputFile("-")
    if json {
      let document = VocabularyAuditJSON(audit: audit, use: use, tokenizer: tokenizer)
      try output.write(document.rendered())
    } else {
      let report = VocabularyAuditReport(
        audit: audit,
        use: use,
        tokenizer: tokenizer,
        limit: limit
      )
      try output.write(VocabularyReport(tokenizer).rendered() + "\n" + report.rendered())
    }
    try output.commit()
  }

  private func compareLaws(_ words: [[UInt8]], _ tokenizer: Tokenizer) throws {
    let model = try model(of: tokenizer, "--laws")
    let comparison = LawComparison(of: words, model, rate: dropout.rate)
    print(comparison.rendered(), terminator: "")
  }

  private func findRate(_ count: Double, _ words: [[UInt8]], _ tokenizer: Tokenizer) throws {
    let model = try model(of: tokenizer, "--expected-tokens")
    let noise = dropout.noise(at: .zero)
    do {
      guard let rate = try noise.rate(forExpectedTokenCount: count, of: words, model: model) else {
        let least = try noise.expectedTokenCount(of: words, model: model)
        let most = try noise.at(DropoutRate(1) ?? .zero)
          .expectedTokenCount(of: words, model: model)
        throw InvalidData(
          "--expected-tokens \(count): the text has \(decimal(least, digits: 2)) tokens without "
            + "dropout and \(decimal(most, digits: 2)) with all of it"
        )
      }
      let found = try noise.at(rate).expectedTokenCount(of: words, model: model)
      print("--dropout \(decimal(rate.value, digits: 6))  \(decimal(found)) tokens expected")
    } catch let error as TooManySplits {
      throw InvalidData("--expected-tokens: \(error); take shorter words")
    }
  }

  private func model(of tokenizer: Tokenizer, _ flag: String) throws -> BPEModel {
    if let model = tokenizer.model as? BPEModel { return model }
    throw InvalidData("\(flag) needs a model with merges, not one of words or characters")
  }
}

import BytePairEncoding
import Corpora
import Glibc
import Reports
import Tokenization
import UnicodeText

/// The report of a tokenizer on some texts, section by section.
struct TokenizerReport {
  /// The number of tokens in a list.
  private static let listed = 24
  /// The number of stretches of ranks in a chart of merges.
  private static let points = 64
  /// The token length from which on longer tokens are counted together.
  private static let longest = 16

  private let tokenizer: Tokenizer
  private let texts: [(name: String, measure: TextMeasure)]
  private let page: PrintedPage
  private let vocabulary: VocabularyReport
  private let total: TextMeasure

  init(
    _ tokenizer: Tokenizer,
    _ texts: [(name: String, measure: TextMeasure)],
    _ page: PrintedPage
  ) {
    self.tokenizer = tokenizer
    self.texts = texts
    self.page = page
    vocabulary = VocabularyReport(tokenizer)
    total = texts.reduce(into: TextMeasure(vocabularySize: tokenizer.vocabularySize)) {
      $0 += $1.measure
    }
  }

  func write() {
    writeTexts()
    writeVocabulary()
    writeMerges()
    writeTokens()
  }

  // MARK: - Texts

  private func writeTexts() {
    page.heading("How texts are cut")
    var rows = texts.map { row($0.name, $0.measure) }
    if texts.count > 1 { rows.append(row("all", total)) }
    page.table(
      [
        "text", "bytes", "words", "tokens", "tokens/word", "bytes/token", "characters/token",
        "torn, %",
      ],
      rows
    )
    page.note(
      "Words are those of ICU \(ICUVersion.library) with a letter or a number. A torn token holds "
        + "a part of a character."
    )
    page.figure(bars(\.tokensPerWord), caption: "Tokens per word: fewer is better.")
    page.figure(
      bars(\.charactersPerToken),
      caption: "Characters per token: more is better. Scripts differ in what a character says."
    )
  }

  private func row(_ name: String, _ measure: TextMeasure) -> [String] {
    let torn = Double(measure.count { isTorn($0) }) / Double(max(measure.tokens, 1))
    let ratios = [measure.tokensPerWord, measure.bytesPerToken, measure.charactersPerToken]
    return [name, "\(measure.bytes)", "\(measure.words)", "\(measure.tokens)"]
      + ratios.map { $0.map { decimal($0, digits: 2) } ?? "–" }
      + [decimal(100 * torn, digits: 2)]
  }

  private func bars(_ ratio: (TextMeasure) -> Double?) -> String {
    BarChart(
      texts.map {
        BarChart.Bar(name: $0.name, value: rounded(ratio($0.measure) ?? 0))
      }
    ).html()
  }

  private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }

  // MARK: - Vocabulary

  private func writeVocabulary() {
    page.heading("The vocabulary")
    page.table(["what", "count"], vocabulary.facts)
    var lengths = [Int](repeating: 0, count: Self.longest + 1)
    for id in ids { lengths[min(tokenizer.bytes(of: id).count, Self.longest)] += 1 }
    page.figure(
      BarChart(
        (1...Self.longest).map {
          BarChart.Bar(
            name: $0 == Self.longest ? "\($0) bytes or more" : $0 == 1 ? "1 byte" : "\($0) bytes",
            value: Double(lengths[$0])
          )
        }
      ).html(),
      caption: "How many tokens are how long; special tokens are not counted."
    )
  }

  /// All ids but those of added tokens.
  private var ids: [TokenID] {
    let added = Set(tokenizer.addedTokens.map(\.id))
    return (0..<tokenizer.vocabularySize).map { TokenID($0) }
      .filter { tokenizer.vocabulary.contains($0) && !added.contains($0) }
  }

  private func isTorn(_ id: TokenID) -> Bool {
    tokenizer.bytes(of: id).withUnsafeBufferPointer(UTF8Text.firstInvalidByte) != nil
  }

  // MARK: - Merges

  private func writeMerges() {
    let merges = tokenizer.merges
    guard !merges.isEmpty else { return }
    let applied = tokenizer.mergeUsage(tokenCounts: total.tokenCounts)
    let kept = merges.map { total.tokenCounts[$0.product.index] }
    page.heading("The merges, on these texts")
    let parts = stretches(of: merges.count, into: 8)
    page.table(
      ["ranks", "applied", "left as tokens", "merges never applied"],
      parts.map { part in
        [
          "\(part.lowerBound)–\(part.upperBound - 1)", "\(applied[part].reduce(0, +))",
          "\(kept[part].reduce(0, +))", "\(applied[part].count { $0 == 0 })",
        ]
      }
    )
    page.note("A merge is left as a token where no later one takes it up.")
    let series = [("applied", applied), ("left as a token", kept)].map { name, counts in
      LineChart.Series(
        name: name,
        points: stretches(of: merges.count, into: Self.points).map { part in
          let mean = Double(counts[part].reduce(0, +)) / Double(part.count)
          return (x: Double(part.lowerBound + part.upperBound) / 2, y: log2(1 + mean))
        }
      )
    }
    page.figure(
      LineChart(xLabel: "rank", yLabel: "log₂(1 + times a merge)", series: series).html(),
      caption: "How often merges are applied, and how often their tokens are left, by rank."
    )
  }

  /// Ranges of nearly equal length.
  private func stretches(of count: Int, into parts: Int) -> [Range<Int>] {
    let parts = min(parts, count)
    return (0..<parts).map { count * $0 / parts..<count * ($0 + 1) / parts }
  }

  // MARK: - Tokens

  private func writeTokens() {
    page.heading("Rare tokens")
    let byUse = ids.sorted {
      let counts = (total.tokenCounts[$0.index], total.tokenCounts[$1.index])
      return counts.0 != counts.1 ? counts.0 < counts.1 : $0 < $1
    }
    let limits: [UInt64] = [0, 1, 10, 100]
    page.table(
      ["tokens that stand at most", "count", "of all, %"],
      limits.map { limit in
        let count = byUse.count { total.tokenCounts[$0.index] <= limit }
        let share = 100 * Double(count) / Double(max(byUse.count, 1))
        return ["\(limit) times", "\(count)", decimal(share, digits: 1)]
      }
    )
    let learned = byUse.filter { tokenizer.bytes(of: $0).count > 1 }
    list("The rarest of more than a byte", learned)
    let torn = learned.filter { isTorn($0) && total.tokenCounts[$0.index] > 0 }
    list("The most frequent that hold a part of a character", torn.reversed())
  }

  private func list(_ title: String, _ tokens: [TokenID]) {
    guard !tokens.isEmpty else { return }
    let labels = SegmentationView(tokenizer).labels(of: Array(tokens.prefix(Self.listed)))
    page.note("\(title):")
    page.list(
      zip(labels, tokens).map { (token: $0, count: total.tokenCounts[$1.index]) }
    )
  }
}

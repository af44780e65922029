import BytePairEncoding
import Corpora
import Diagnostics
import Noise
import Reports
import Tokenization
import TokenizerFormats
import UnicodeText

/// The first half of the demo: a tokenizer, and the effect of dropout.
struct DemoTokenizer {
  let texts: DemoTexts
  let report: PrintedPage
  let output: String
  let threads: Int

  func run() throws {
    let tokenizer = try learn()
    try showSegmentations(tokenizer)
    try showDistribution(tokenizer)
    try showRoundTrip(tokenizer)
    try showSpeed(tokenizer)
  }

  private func learn() throws -> Tokenizer {
    let what = texts.files.count == 1 ? "your text" : "16 languages and generated stories"
    report.heading("Learn a tokenizer from \(what)")
    var recipe = TokenizerRecipe()
    recipe.vocabularySize = 6000
    let start = Terminal.seconds()
    let reader = try DocumentReader(paths: texts.files, lineFeed: .keep)
    let counter = PreTokenCounter(
      normalizer: recipe.normalizer,
      preTokenizer: recipe.countingPreTokenizer,
      threads: threads
    )
    let counts = try counter.count(reader)
    let bar = ProgressBar("learning", unit: "tokens")
    let tokenizer = try recipe.learn(from: counts) {
      bar.show($0.vocabularySize, of: recipe.vocabularySize)
    }
    bar.clear()
    try tokenizer.write(to: "\(output)/tokenizer.json")
    let seconds = decimal(Terminal.seconds() - start, digits: 2)
    let size = ProgressLine.amount(Double(reader.bytesRead), "B")
    report.note(
      "\(tokenizer.vocabularySize) tokens from \(size), \(counts.count) different words, "
        + "in \(seconds) s"
    )
    return tokenizer
  }

  private func showSegmentations(_ tokenizer: Tokenizer) throws {
    report.heading("The same sentence, plain and in three epochs of BPE-dropout (p = 0.1, seed 0)")
    report.explain(
      "Every merge is dropped with probability 0.1, afresh at each step. The same seed, epoch and "
        + "document give the same tokens on any machine. Bytes in brackets are parts of characters."
    )
    guard let rate = DropoutRate(0.1) else { return }
    let view = SegmentationView(tokenizer)
    for (number, sample) in texts.samples.enumerated() {
      report.name(sample.name)
      for epoch in -1..<3 {
        let noise =
          epoch < 0 ? nil : SegmentationNoise(rate: rate, seed: 0, epoch: UInt32(epoch))
        let tokens = try view.labels(of: sample.text, noise: noise, document: UInt64(number))
        report.tokens(
          epoch < 0 ? "plain" : "epoch \(epoch)",
          pageLabel: epoch < 0 ? sample.name : nil,
          tokens
        )
      }
    }
  }

  private func showDistribution(_ tokenizer: Tokenizer) throws {
    guard let model = tokenizer.model as? BPEModel, let rate = DropoutRate(0.1),
      let law = SegmentationLaw(
        of: texts.word,
        model: model,
        noise: SegmentationNoise(rate: rate)
      )
    else { return }
    report.heading("The exact law: how a word is cut at p = 0.1, and 100,000 draws of it")
    let draws = 100_000
    var counts: [[TokenID]: Int] = [:]
    var encoder = BPEEncoder(model: model)
    let noise = SegmentationNoise(rate: rate)
    for number in 0..<draws {
      var ids: [UInt32] = []
      texts.word.withUnsafeBufferPointer {
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
    report.table(
      ["segmentation", "probability", "drawn"],
      bars.map { [$0.name, decimal($0.value), decimal($0.mark ?? 0)] },
      onPage: false
    )
    let rest = law.outcomes.count - bars.count
    if rest > 0 { print("… and \(rest) rarer ones") }
    report.figure(
      BarChart(bars).html(),
      caption: "Bars: the probability under algorithm 1 of the paper, enumerated. Marks: the share "
        + "of \(draws) draws. \(max(rest, 0)) rarer segmentations are not shown; "
        + "\(decimal(law.expectedTokenCount, digits: 2)) tokens are expected."
    )
  }

  private func showRoundTrip(_ tokenizer: Tokenizer) throws {
    report.heading("Encode and decode, plain and at p = 0.1")
    let noise = SegmentationNoise(rate: DropoutRate(0.1) ?? .zero)
    var options = EncodingOptions()
    var rows: [[String]] = []
    for (name, text) in texts.whole {
      var encoder = TokenizerEncoder(tokenizer)
      options.noise = nil
      let plain = try encoder.encode(text, options: options).tokens
      options.noise = noise
      let noisy = try encoder.encode(text, options: options).tokens
      let expected = try tokenizer.normalizer.normalize(text)?.bytes ?? text
      let comesBack =
        tokenizer.decode(plain) == expected && tokenizer.decode(noisy) == expected
      guard comesBack else { throw InvalidData(path: name, "does not come back: a bug") }
      rows.append([name, "\(text.count)", "\(plain.count)", "\(noisy.count)", "yes"])
    }
    report.table(["text", "bytes", "tokens", "with dropout", "comes back"], rows)
  }

  private func showSpeed(_ tokenizer: Tokenizer) throws {
    report.heading("Speed of encoding, \(threads) threads")
    let text = texts.whole.count == 1 ? texts.whole[0].text : DemoTexts.stories(0..<5000)
    var rows: [[String]] = []
    for (name, rate) in [("plain", 0.0), ("dropout 0.1", 0.1)] {
      var options = EncodingOptions()
      if rate > 0 { options.noise = SegmentationNoise(rate: DropoutRate(rate) ?? .zero) }
      let bench = EncodingBenchmark(tokenizer, options: options, text: text, threads: threads)
      let cold = try bench.pass()
      let warm = try (0..<3).map { _ in try bench.pass() }.map(\.seconds).min() ?? cold.seconds
      let size = Double(text.count) / 1e6
      rows.append([
        name, decimal(size / cold.seconds, digits: 1), decimal(size / warm, digits: 1),
        "\(cold.tokens)",
      ])
    }
    report.table(["", "MB/s cold", "MB/s warm", "tokens"], rows)
  }
}

import BytePairEncoding
import Collation
import Corpora
import Files
import LanguageModels
import NeuralLayers
import Noise
import Reports
import TensorCore
import TextGeneration
import Tokenization
import TokenizerFormats
import Training

/// The second half of the demo: augmented batches, two models, and what they have learned.
struct DemoLanguageModels {
  let texts: DemoTexts
  let report: PrintedPage
  let output: String
  let threads: Int
  let steps: Int?

  /// One of the two models.
  private struct Plan: Sendable {
    let name: String
    let recipe: String
    let steps: Int
    let rate: Double
    let configuration: @Sendable (_ vocabulary: Int) -> ModelConfiguration
  }

  private static let plans = [
    Plan(
      name: "lstm",
      recipe: #"{"rows": "contiguous", "batch_size": 8, "block_size": 32}"#,
      steps: 1500,
      rate: 0.008,
      configuration: {
        .lstm(LSTMConfiguration(vocabulary: $0, columns: 160, layers: 1, isTied: true))
      }
    ),
    Plan(
      name: "transformer",
      recipe: #"{"rows": "windows", "batch_size": 4, "block_size": 64}"#,
      steps: 1300,
      rate: 0.003,
      configuration: {
        .transformer(
          TransformerConfiguration(vocabulary: $0, columns: 128, layers: 2, heads: 4, context: 64)
        )
      }
    ),
  ]

  /// The batches that are shown.
  private static let augmented = """
    {"rows": "grid", "batch_size": 2, "block_size": 24, "shuffle": false, \
    "bpe_dropout": 0.1, "token_dropout": 0.1}
    """

  func run() throws {
    let store = texts.documents(of: texts.training)
    let tokenizer = try learn()
    try showBatches(tokenizer)
    try train(store, tokenizer)
  }

  private func learn() throws -> Tokenizer {
    report.heading("A tokenizer for the models, from their training text alone")
    var recipe = TokenizerRecipe()
    recipe.vocabularySize = 4096
    recipe.specialTokens = ["<|endoftext|>", "<mask>"]
    let path = "\(output)/training.txt"
    let file = try OutputFile(path)
    try file.write(texts.training)
    try file.commit()
    let counter = PreTokenCounter(
      normalizer: recipe.normalizer,
      preTokenizer: recipe.countingPreTokenizer,
      threads: threads
    )
    let reader = try DocumentReader(paths: [path], lineFeed: .keep)
    let tokenizer = try recipe.learn(from: counter.count(reader))
    report.note(
      "\(tokenizer.vocabularySize) tokens from "
        + "\(ProgressLine.amount(Double(texts.training.count), "B")); "
        + "\(ProgressLine.amount(Double(texts.heldOut.count), "B")) more are held out"
    )
    return tokenizer
  }

  private func showBatches(_ tokenizer: Tokenizer) throws {
    report.heading("Augmented batches: one row of text in three epochs")
    report.explain(
      "A row is a run of source text that is the same in every epoch, encoded anew under "
        + "BPE-dropout (p = 0.1); then token dropout (p = 0.1) hides inputs, never targets. Each "
        + "batch is a function of seed, epoch and step, and can be asked for directly."
    )
    let view = SegmentationView(tokenizer)
    let first = texts.documents(of: Array(texts.training.prefix(4000)))
    for epoch in UInt32(0)..<3 {
      let recipe = try CollationRecipe(
        Array(Self.augmented.utf8)
      )
      let stream = try BatchStream(
        first,
        tokenizer: tokenizer,
        separator: tokenizer.id(of: "<|endoftext|>"),
        collator: recipe.collator(for: tokenizer)
      )
      let batch = try stream.batch(epoch: epoch, step: 0)
      let row = batch.inputs.prefix(batch.lengths.first ?? 0)
      report.tokens("epoch \(epoch)", view.labels(of: row.map { TokenID($0) }))
    }
  }

  private func train(_ store: DocumentStore, _ tokenizer: Tokenizer) throws {
    let pool = ComputePool(threads: threads)
    let separator = tokenizer.id(of: "<|endoftext|>")
    let heldOut = try TokenStream(
      encoding: texts.documents(of: texts.heldOut),
      tokenizer: tokenizer,
      separator: separator,
      threads: threads
    )
    let yardstick = Yardstick(learning: texts.training).bitsPerByte(of: texts.heldOut)
    var sessions: [TrainingSession] = []
    for plan in Self.plans {
      let recipe = try CollationRecipe(Array(plan.recipe.utf8))
      let stream = try BatchStream(
        store,
        tokenizer: tokenizer,
        separator: separator,
        collator: recipe.collator(for: tokenizer),
        threads: threads
      )
      let model = plan.configuration(tokenizer.vocabularySize).model(
        of: Float.self,
        key: NoiseKey(seed: 0, site: .initialization)
      )
      var training = TrainingRecipe(steps: steps ?? plan.steps)
      training.learningRate = LearningRate(
        plan.rate,
        warmup: 50,
        schedule: .cosine(floor: plan.rate / 20)
      )
      report.heading("Train: \(model.configuration)")
      let folder = RunFolder(path: "\(output)/\(plan.name)")
      try folder.make()
      try tokenizer.write(to: folder.tokenizer)
      var session = TrainingSession(
        run: try TrainingRun(model, on: stream, recipe: training, pool: pool),
        folder: folder,
        separator: separator.map { ($0, tokenizer.piece(of: $0)) },
        validation: heldOut,
        pool: pool
      )
      session.evaluateEvery = max(training.steps / 5, 1)
      session.saveEvery = training.steps
      try session.go(stage: plan.name)
      report.explain(
        "\(training.steps) steps of \(stream.collator.batchSize) rows of "
          + "\(stream.collator.length) tokens, AdamW, learning rate \(plan.rate) with warm-up and "
          + "cosine: \(decimal(session.course.last?.x ?? 0, digits: 1)) MB of text, "
          + "\(Int(session.tokensPerSecond)) tokens a second on \(threads) threads. Without "
          + "noise: it helps who reads a text again and again, and this is about one reading."
      )
      sessions.append(session)
    }
    showCurves(sessions, yardstick: yardstick)
    try write(sessions, tokenizer, pool)
  }

  private func showCurves(_ sessions: [TrainingSession], yardstick: Double) {
    report.heading("What they have learned: held-out bits per byte")
    var rows = zip(Self.plans, sessions).map { plan, session in
      let parameters = session.run.model.parameters.reduce(0) { $0 + $1.value.count }
      return [
        plan.name, "\(parameters)", decimal(session.latest?.bitsPerByte ?? 0),
        "\(Int(session.tokensPerSecond))",
      ]
    }
    rows.append(["byte 5-grams, Witten-Bell", "", decimal(yardstick), ""])
    report.table(["model", "parameters", "bits per byte", "tokens/s"], rows)
    let curves = zip(Self.plans, sessions).enumerated().flatMap { number, pair in
      [
        LineChart.Series(
          name: "\(pair.0.name), training",
          points: pair.1.course,
          color: number,
          isDashed: true
        ),
        LineChart.Series(
          name: "\(pair.0.name), held-out",
          points: pair.1.evaluations,
          color: number
        ),
      ]
    }
    let end = sessions.compactMap(\.course.last?.x).max() ?? 0
    report.figure(
      LineChart(
        xLabel: "MB of text read",
        yLabel: "bits per byte",
        series: curves + [
          .init(name: "byte 5-grams", points: [(0, yardstick), (end, yardstick)], color: 5)
        ]
      ).svg(),
      caption:
        "Bits that a byte of the original text costs, so that models with other tokens could "
        + "be compared. The 5-grams have learned from the same text, all of it at once."
    )
  }

  /// Lets the models write, and counts what they copied.
  private func write(
    _ sessions: [TrainingSession],
    _ tokenizer: Tokenizer,
    _ pool: ComputePool
  ) throws {
    report.heading("What they write")
    let known = CopiedSequences(of: texts.training)
    var rows: [[String]] = []
    for (plan, session) in zip(Self.plans, sessions) {
      let generator = try TextGenerator(
        tokenizer: tokenizer,
        model: session.run.model,
        pool: pool
      )
      var options = GenerationOptions(sampler: TokenSampler(temperature: 0.7) ?? .greedy)
      options.maximumTokens = 120
      (options.start, options.end) = (session.separator?.id, session.separator?.id)
      var texts: [String] = []
      for sample in UInt64(0)..<3 {
        options.sample = sample
        texts.append(try generator.generate(self.texts.prompt, options: options).text)
      }
      report.quote(plan.name, prompt: self.texts.prompt, texts[0])
      let counts = texts.map { known.count(in: self.texts.prompt + $0) }
      let (copied, all) = counts.reduce((0, 0)) { ($0.0 + $1.copied, $0.1 + $1.all) }
      let share = all > 0 ? 100 * Double(copied) / Double(all) : 0
      rows.append([plan.name, "\(all)", "\(copied)", decimal(share, digits: 1) + " %"])
    }
    report.table(["model", "sequences of 8 words", "found in the training text", "share"], rows)
  }
}

/// The sequences of eight words of a text, to find what was copied from it.
private struct CopiedSequences {
  private static let length = 8
  private let known: Set<[UInt8]>

  init(of text: [UInt8]) {
    var known: Set<[UInt8]> = []
    Self.forEach(in: String(decoding: text, as: UTF8.self)) { known.insert($0) }
    self.known = known
  }

  /// How many sequences a text has, and how many of them are known.
  func count(in text: String) -> (copied: Int, all: Int) {
    var (copied, all) = (0, 0)
    Self.forEach(in: text) { sequence in
      all += 1
      if known.contains(sequence) { copied += 1 }
    }
    return (copied, all)
  }

  private static func forEach(in text: String, _ body: ([UInt8]) -> Void) {
    let words = text.utf8.split { $0 <= 0x20 }
    for start in 0..<max(words.count - length + 1, 0) {
      body(Array(words[start..<start + length].joined(separator: [0x20])))
    }
  }
}

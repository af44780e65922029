import BytePairEncoding
import Collation
import Corpora
import Experiments
import Files
import LanguageModels
import Reports
import TensorCore
import TextGeneration
import Tokenization
import TokenizerFormats
import Training

/// The second half of the demo: augmented batches, two models, and their results.
struct DemoLanguageModels {
  let texts: DemoTexts
  let report: PrintedPage
  let output: String
  let threads: Int
  let steps: Int?

  /// One of the two models.
  private struct Entrant: Sendable {
    let name: String
    let batches: [String: RecipeValue]
    let steps: Int
    let rate: Double
    let configuration: @Sendable (_ vocabulary: Int) -> ModelConfiguration
  }

  private static let entrants = [
    Entrant(
      name: "lstm",
      batches: ["rows": "contiguous", "batch_size": 8, "block_size": 32],
      steps: 1500,
      rate: 0.008,
      configuration: {
        .lstm(LSTMConfiguration(vocabulary: $0, columns: 160, layers: 1, isTied: true))
      }
    ),
    Entrant(
      name: "transformer",
      batches: ["rows": "windows", "batch_size": 4, "block_size": 64],
      steps: 1300,
      rate: 0.003,
      configuration: {
        .transformer(
          TransformerConfiguration(vocabulary: $0, columns: 128, layers: 2, heads: 4, context: 64)
        )
      }
    ),
  ]

  /// The recipe of the batches shown.
  private static let augmented: [String: RecipeValue] = [
    "rows": "grid", "batch_size": 2, "block_size": 24, "shuffle": false, "bpe_dropout": 0.1,
    "token_dropout": 0.1,
  ]

  private var trainingPath: String { "\(output)/training.txt" }
  private var heldOutPath: String { "\(output)/held-out.txt" }

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
    for (path, text) in [(trainingPath, texts.training), (heldOutPath, texts.heldOut)] {
      let file = try OutputFile(path)
      try file.write(text)
      try file.commit()
    }
    let counter = PreTokenCounter(
      normalizer: recipe.normalizer,
      preTokenizer: recipe.countingPreTokenizer,
      threads: threads
    )
    let reader = try DocumentReader(paths: [trainingPath], lineFeed: .keep)
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
      let recipe = try CollationRecipe(Self.augmented)
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
    for entrant in Self.entrants {
      let plan = try plan(entrant, tokenizer)
      report.heading("Train: \(plan.model)")
      let stream = try BatchStream(
        store,
        tokenizer: tokenizer,
        separator: separator,
        collator: plan.batches.collator(for: tokenizer),
        threads: threads
      )
      let watcher = TrainingReport(stage: entrant.name)
      let session = try TrainingSession(
        plan,
        run: plan.run(on: stream, pool: pool),
        tokenizer: tokenizer,
        heldOut: heldOut,
        folder: folder(entrant),
        environment: watcher.environment(pool)
      )
      try session.begin(overwriting: true)
      try watcher.train(session)
      report.explain(
        "\(plan.training.steps) steps of \(stream.collator.batchSize) rows of "
          + "\(stream.collator.length) tokens, AdamW, learning rate \(entrant.rate) with warm-up "
          + "and cosine: \(decimal(session.curve.last?.x ?? 0, digits: 1)) MB of text, "
          + "\(Int(session.meter.tokensPerSecond)) tokens a second on \(threads) threads. Without "
          + "noise, which helps a model that reads a text many times; this is about one pass."
      )
      sessions.append(session)
    }
    showCurves(sessions, yardstick: yardstick)
    try write(sessions, tokenizer, pool)
  }

  private func folder(_ entrant: Entrant) -> RunFolder {
    RunFolder(path: "\(output)/\(entrant.name)")
  }

  private func plan(_ entrant: Entrant, _ tokenizer: Tokenizer) throws -> RunPlan {
    var training = TrainingRecipe(steps: steps ?? entrant.steps)
    training.learningRate = LearningRate(
      entrant.rate,
      warmup: 50,
      schedule: .cosine(floor: entrant.rate / 20)
    )
    var files = BatchFiles([trainingPath])
    files.unit = texts.areLinesDocuments ? .line : .file
    var plan = RunPlan(
      data: .files(files),
      batches: try CollationRecipe(entrant.batches),
      model: entrant.configuration(tokenizer.vocabularySize),
      training: training
    )
    plan.tokenizer = folder(entrant).tokenizer
    plan.validation = heldOutPath
    plan.evaluateEvery = max(training.steps / 5, 1)
    plan.saveEvery = training.steps
    return plan
  }

  private func showCurves(_ sessions: [TrainingSession], yardstick: Double) {
    report.heading("What they have learned: held-out bits per byte")
    var rows = zip(Self.entrants, sessions).map { entrant, session in
      [
        entrant.name, "\(session.parameterCount)", decimal(session.latest?.bitsPerByte ?? 0),
        "\(Int(session.meter.tokensPerSecond))",
      ]
    }
    rows.append(["byte 5-grams, Witten-Bell", "", decimal(yardstick), ""])
    report.table(["model", "parameters", "bits per byte", "tokens/s"], rows)
    let curves = zip(Self.entrants, sessions).enumerated().flatMap { number, pair in
      [
        LineChart.Series(
          name: "\(pair.0.name), training",
          points: pair.1.curve,
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
    let end = sessions.compactMap(\.curve.last?.x).max() ?? 0
    report.figure(
      LineChart(
        xLabel: "MB of text read",
        yLabel: "bits per byte",
        series: curves + [
          .init(name: "byte 5-grams", points: [(0, yardstick), (end, yardstick)], color: 5)
        ]
      ).html(),
      caption:
        "Bits that a byte of the original text costs, so that models with other tokens could "
        + "be compared. The 5-grams have learned from the same text, all of it at once."
    )
  }

  /// Lets the models generate text, and counts copied passages.
  private func write(
    _ sessions: [TrainingSession],
    _ tokenizer: Tokenizer,
    _ pool: ComputePool
  ) throws {
    report.heading("What they write")
    let known = CopiedSequences(of: texts.training)
    var rows: [[String]] = []
    for (entrant, session) in zip(Self.entrants, sessions) {
      let generator = try TextGenerator(
        tokenizer: tokenizer,
        model: session.run.model,
        pool: pool
      )
      var options = GenerationOptions(sampler: TokenSampler(temperature: 0.7) ?? .greedy)
      options.maximumTokens = 120
      (options.start, options.end) = (session.separator, session.separator)
      var texts: [String] = []
      for sample in UInt64(0)..<3 {
        options.sample = sample
        texts.append(try generator.generate(self.texts.prompt, options: options).text)
      }
      report.quote(entrant.name, prompt: self.texts.prompt, texts[0])
      let counts = texts.map { known.count(in: self.texts.prompt + $0) }
      let (copied, all) = counts.reduce((0, 0)) { ($0.0 + $1.copied, $0.1 + $1.all) }
      let share = all > 0 ? 100 * Double(copied) / Double(all) : 0
      rows.append([entrant.name, "\(all)", "\(copied)", decimal(share, digits: 1) + " %"])
    }
    report.table(["model", "sequences of 8 words", "found in the training text", "share"], rows)
  }
}

import ArgumentParser
import BytePairEncoding
import Collation
import Corpora
import Diagnostics
import Glibc
import LanguageModels
import NeuralLayers
import Noise
import Reports
import TensorCore
import Tokenization
import TokenizerFormats
import Training

struct LMTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a language model on augmented batches.",
    discussion: """
      The folder then holds model.safetensors (the best on --validation, else the last), \
      tokenizer.json, log.csv and checkpoint.safetensors. --resume goes on from the checkpoint \
      and ends with the bits of a run that was never stopped. Ctrl-C ends the run after its step, \
      with a checkpoint.

      Without --recipe a transformer reads shuffled windows, an LSTM runs on through the text and \
      keeps its state, an encoder finds masked tokens, and with --bpe-dropout rows are encoded anew \
      in every epoch. Flags go before the recipe.

      Examples:
        bpedrop lm train -m tokenizer.json -o lm1 --steps 20 --columns 32 corpora/english.txt
        bpedrop lm train -m tokenizer.json -o lm2 --architecture lstm --tied --columns 32 \
      --epochs 1 --dropout 0.2 --validation corpora/english.txt corpora/english.txt
        bpedrop lm train -m tokenizer.json -o lm3 --n_embd 32 --n_layer 2 --block_size 64 \
      --max_iters 20 --learning_rate 2e-3 --bpe-dropout 0.1 corpora/english.txt
        bpedrop lm train -m tokenizer.json -o lm4 --arch modern --n_kv_head 1 --document-mask --columns 32 \
      --steps 20 corpora/english.txt
        bpedrop train -o masked.json --vocab-size 600 --special '<|endoftext|>' --special '<mask>' \
      corpora/english.txt
        bpedrop lm train -m masked.json -o lm5 --arch encoder --columns 32 --steps 20 corpora/english.txt
      """
  )

  @OptionGroup var tokenizer: TokenizerOptions

  @Option(
    name: [.short, .long, .customLong("out_dir")],
    help: "The folder of the run.",
    completion: .directory
  )
  var output: String

  @OptionGroup(title: "Model") var shape: ModelShapeOptions
  @OptionGroup(title: "Training") var optimization: OptimizationOptions

  @Option(help: "The seed of first values, order and noise.")
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp("Start from the values of a trained model.", valueName: "file"),
    completion: .file(extensions: ["safetensors"])
  )
  var initialModel: String?

  @Option(help: "A held-out text to evaluate on.", completion: .file())
  var validation: String?

  @Option(
    name: [.long, .customLong("eval_interval"), .customLong("eval_steps")],
    help: "Steps between evaluations. (default: a tenth of the run)"
  )
  var evaluateEvery: Int?

  @Option(
    name: [.long, .customLong("save_steps")],
    help: "Steps between checkpoints. (default: as evaluations)"
  )
  var saveEvery: Int?

  @Flag(help: "Go on from the checkpoint in the folder.")
  var resume = false

  @Flag(help: "Start anew where the folder already holds a run.")
  var overwrite = false

  @OptionGroup var source: BatchSourceOptions
  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    for (name, value) in [("evaluate-every", evaluateEvery), ("save-every", saveEvery)] {
      if let value, value < 1 {
        throw ValidationError("--\(name) must be at least 1, but is \(value).")
      }
    }
    if resume && (overwrite || initialModel != nil) {
      throw ValidationError("--resume excludes --overwrite and --initial-model.")
    }
  }

  func run() throws {
    let tokenizer = try self.tokenizer.load()
    let batchRecipe = try optimization.collation(
      try source.recipe(),
      hasFile: source.recipePath != nil,
      shape: shape
    )
    let separator = try batchRecipe.separator(for: tokenizer)
    let stream = try source.batches(batchRecipe, tokenizer, seed: seed, threads: threads.count)
    let configuration = try shape.configuration(
      vocabulary: tokenizer.vocabularySize,
      context: shape.blockSize ?? stream.collator.longestRow
    )
    let model = configuration.model(
      of: Float.self,
      bound: shape.initialBound,
      key: NoiseKey(seed: seed, site: .initialization)
    )
    if let initialModel { try load(initialModel, into: model) }
    let pool = ComputePool(threads: threads.count)
    let run = try TrainingRun(
      model,
      on: stream,
      recipe: optimization.recipe(for: stream, seed: seed),
      pool: pool
    )
    let heldOut = try validation.map { path in
      let reader = try DocumentReader(
        paths: [path],
        unit: source.input.document,
        lineFeed: .drop,
        reading: source.input.reading
      )
      return try TokenStream(
        encoding: DocumentStore(reader, isStrict: source.input.strict),
        tokenizer: tokenizer,
        separator: separator,
        threads: threads.count
      )
    }
    let folder = RunFolder(path: output)
    var session = TrainingSession(
      run: run,
      folder: folder,
      separator: separator.map { ($0, tokenizer.piece(of: $0)) },
      validation: heldOut,
      pool: pool
    )
    session.evaluateEvery = evaluateEvery ?? max(run.recipe.steps / 10, 1)
    session.saveEvery = saveEvery ?? session.evaluateEvery
    if resume {
      try session.resume()
    } else {
      guard overwrite || !folder.hasCheckpoint else {
        throw InvalidData(
          path: output,
          "holds a run already: --resume goes on with it, --overwrite starts anew"
        )
      }
      try folder.make()
      try tokenizer.write(to: folder.tokenizer)
    }
    print("\(configuration), \(amount(model)) parameters, \(run.recipe.steps) steps")
    try session.go()
  }

  private func load(_ path: String, into model: any LanguageModel<Float>) throws {
    do {
      try model.load(Safetensors(reading: path).modelPart)
    } catch let error as InvalidData {
      throw error.inFile(path)
    }
  }

  private func amount(_ model: any LanguageModel<Float>) -> String {
    "\(model.parameters.reduce(0) { $0 + $1.value.count })"
  }
}

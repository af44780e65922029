import ArgumentParser
import Collation
import Corpora
import Diagnostics
import Experiments
import Glibc
import TensorCore
import Tokenization
import Training

struct LMTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a language model on augmented batches.",
    discussion: """
      The run's folder holds model.safetensors (the best on the held-out text, else the last), \
      tokenizer.json, plan.json, log.csv, checkpoint.safetensors and report.html: a page with the \
      curves of the run, its plan, and the command that repeats it, written anew at each \
      evaluation. --resume continues from the checkpoint and ends with the bits of an uninterrupted \
      run. Ctrl-C stops the run after its step, with a checkpoint.

      Without --recipe a transformer reads shuffled windows; an LSTM reads on through the text and \
      keeps its state; an encoder finds masked tokens; --bpe-dropout encodes rows anew in every \
      epoch. Flags override the recipe.

      A document is a whole file where the tokenizer has tokens for line feeds, as byte-level BPE \
      and --model char have; it is a line for other tokenizers, for rows made of documents and with \
      --document-mask. --document says otherwise.

      Examples:
        bpedrop lm train -m tokenizer.json -o lm1 --steps 20 --columns 32 corpora/english.txt
        bpedrop lm train --repeat lm1 -o again --tensorboard
        bpedrop lm train -m tokenizer.json -o lm2 --architecture lstm --tied --columns 32 \
      --epochs 1 --dropout 0.2 --validation corpora/english.txt corpora/english.txt
        bpedrop lm train -m tokenizer.json -o lm3 --n_embd 32 --n_layer 2 --block_size 64 \
      --max_iters 20 --learning_rate 2e-3 --bpe-dropout 0.1 corpora/english.txt
        bpedrop lm train -m tokenizer.json -o lm4 --arch modern --n_kv_head 1 --document-mask --columns 32 \
      --steps 20 corpora/english.txt
        bpedrop train -o masked.json --vocab-size 600 --special '<mask>' corpora/english.txt
        bpedrop lm train -m masked.json -o lm5 --arch encoder --columns 32 --steps 20 corpora/english.txt
      """
  )

  @OptionGroup var tokenizer: OptionalTokenizerOptions

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
    help: ArgumentHelp(
      "Start from the values of a trained model: a folder or file.",
      valueName: "model"
    ),
    completion: .file()
  )
  var initialModel: String?

  @Option(
    help: """
      A held-out text to evaluate on; none for no evaluation. (default: the last 5 % of the documents \
      of the text, which are then not trained on)
      """,
    completion: .file()
  )
  var validation: String?

  @Option(
    help: ArgumentHelp(
      "Stop after this number of evaluations without a better one.",
      valueName: "count"
    )
  )
  var patience: Int?

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

  @Option(
    name: [.long, .customLong("log_interval"), .customLong("logging_steps")],
    help: "Steps between printed lines. (default: a tenth of the run, none on a terminal)"
  )
  var logEvery: Int?

  @Flag(
    help: """
      Continue from the checkpoint in the folder. The folder knows the flags of the run: without -m \
      only the folder, --steps and what does not change results are given.
      """
  )
  var resume = false

  @Option(
    name: .customLong("repeat"),
    help: ArgumentHelp(
      """
      Do the run of another folder again, by its plan and tokenizer: only --output, --steps and what \
      does not change results are given.
      """,
      valueName: "folder"
    ),
    completion: .directory
  )
  var repeated: String?

  @Flag(help: "Write the curves for TensorBoard, too: events.out.tfevents.bpedrop.")
  var tensorboard = false

  @Flag(help: "Start anew where the folder already holds a run.")
  var overwrite = false

  @OptionGroup var source: BatchSourceOptions
  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    for (name, value) in [
      ("evaluate-every", evaluateEvery), ("save-every", saveEvery), ("log-every", logEvery),
      ("patience", patience),
    ] {
      if let value, value < 1 {
        throw ValidationError("--\(name) must be at least 1, but is \(value).")
      }
    }
    if !resume && repeated == nil && tokenizer.model == nil {
      throw ValidationError("Missing expected argument '--model <file>'")
    }
    if resume && (overwrite || initialModel != nil) {
      throw ValidationError("--resume excludes --overwrite and --initial-model.")
    }
    if repeated != nil && (resume || tokenizer.model != nil || initialModel != nil) {
      throw ValidationError("--repeat excludes --resume, --model and --initial-model.")
    }
  }

  func run() throws {
    if let repeated {
      try refuseFlagsOfPlan("--repeat takes", "leave it out.")
      return try follow(RunFolder(path: repeated))
    }
    if tokenizer.model == nil { return try resumeFromFolder() }
    let tokenizer = try self.tokenizer.load()
    let batches = try optimization.collation(source, shape: shape)
    let files = try files(batches, tokenizer)
    let data = try files.open(
      batches,
      tokenizer,
      seed: seed,
      threads: threads.count,
      note: BatchSourceOptions.tell
    )
    let plan = try plan(files, batches, on: data.stream, vocabulary: tokenizer.vocabularySize)
    try train(plan, on: data, tokenizer)
  }

  /// Goes on with the plan of the folder.
  private func resumeFromFolder() throws {
    let folder = RunFolder(path: output)
    guard folder.hasPlan || !folder.hasCheckpoint else {
      throw InvalidData(
        path: output,
        "holds no plan.json: repeat the flags that the run began with"
      )
    }
    guard folder.hasPlan else { throw FileError(.open, path: folder.checkpoint, code: ENOENT) }
    try refuseFlagsOfPlan("--resume without --model takes", "leave it out, or repeat all flags.")
    try follow(folder)
  }

  /// Trains by the plan and the tokenizer of a folder.
  private func follow(_ folder: RunFolder) throws {
    var plan = try RunPlan(contentsOf: folder.plan)
    if let steps = optimization.steps { plan.training.steps = steps }
    if let patience { plan.patience = patience }
    if let evaluateEvery { plan.evaluateEvery = evaluateEvery }
    if let saveEvery { plan.saveEvery = saveEvery }
    let tokenizer = try TokenizerOptions.load(folder.tokenizer)
    let data: BatchFiles.Opened
    do {
      data = try plan.open(tokenizer, threads: threads.count)
    } catch let error as InvalidData {
      throw error.inFile(folder.plan)
    }
    try train(plan, on: data, tokenizer)
  }

  private func train(
    _ plan: RunPlan,
    on data: BatchFiles.Opened,
    _ tokenizer: Tokenizer
  ) throws {
    let pool = ComputePool(threads: threads.count)
    let report = TrainingReport(logEvery: logEvery)
    let folder = RunFolder(path: output)
    var environment = report.environment(pool)
    if tensorboard || resume && folder.hasEvents {
      environment.wallTime = Terminal.secondsSince1970
    }
    // The checkpoint takes the place of first values.
    let beginning = resume ? plan.changing { $0.initialModel = nil } : plan
    let session = try TrainingSession(
      plan,
      run: beginning.run(on: data.stream, pool: pool),
      tokenizer: tokenizer,
      heldOut: plan.heldOutTokens(data.heldOut, tokenizer, threads: threads.count),
      folder: folder,
      environment: environment
    )
    if resume { try session.resume() } else { try session.begin(overwriting: overwrite) }
    print(
      "\(plan.model), \(session.parameterCount) parameters, \(plan.training.steps) steps"
    )
    if let heldOut = data.heldOut {
      let amount = "\(heldOut.count) document\(heldOut.count == 1 ? "" : "s")"
      print(
        "held out: the last \(heldOut.byteCount(from: 0)) bytes, \(amount); --validation none trains "
          + "on all"
      )
    } else if case .files(let files) = plan.data, files.heldOutShare > 0 {
      print("nothing is held out: the data are no text of several lines; --validation names one")
    }
    try report.train(session)
  }
}

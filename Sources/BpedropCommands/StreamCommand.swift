public import ArgumentParser
import BytePairEncoding
public import Collation
import Execution
import Files

extension BatchFormat: ExpressibleByArgument {}

/// Some steps of an epoch: `A..B` from A up to, not including, B; `A..` to the end; `..B`.
struct StepRange: ExpressibleByArgument {
  let text: String
  let first: Int
  let end: Int?

  init?(argument: String) {
    guard let dots = argument.firstRange(of: "..") else { return nil }
    let (front, back) = (argument[..<dots.lowerBound], argument[dots.upperBound...])
    let numbers = [front, back].map { Int($0) }
    guard (front.isEmpty || numbers[0] != nil) && (back.isEmpty || numbers[1] != nil) else {
      return nil
    }
    (text, first, end) = (argument, numbers[0] ?? 0, numbers[1])
    guard first >= 0 && (end ?? first) >= first else { return nil }
  }
}

struct StreamCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stream",
    abstract: "Write augmented batches, for any trainer.",
    discussion: """
      Every batch is a function of the data, the recipe, the seed, the epoch and the step: any \
      steps can be asked for at any time, and threads change nothing. Targets are already shifted, \
      and -100 where there is none. --format npy writes the inputs, and beside them .targets, \
      .lengths, .target_bytes and .documents.

      A recipe is a JSON object. Its settings, with their defaults:
      \(CollationRecipe.documentation.map { "- \($0)" }.joined(separator: "\n"))

      Examples:
        bpedrop stream -m tokenizer.json --steps 0..1 corpora/english.txt
        bpedrop train -o masks.json --vocab-size 600 --special '<mask>' corpora/english.txt
        echo '{"objective": "masked", "batch_size": 8, "block_size": 64}' > recipe.json
        bpedrop stream -m masks.json --recipe recipe.json --epoch 3 corpora/english.txt
        echo '{"rows": "grid", "bpe_dropout": 0.1, "block_size": 64}' > live.json
        bpedrop stream -m tokenizer.json --recipe live.json --format npy -o batches.npy \
      corpora/english.txt
        bpedrop stream -m tokenizer.json --rank 1 --ranks 4 --format raw -o rank1.raw \
      corpora/english.txt
      """
  )

  @OptionGroup var tokenizer: TokenizerOptions

  @Option(help: ArgumentHelp("Steps A up to, not including, B. (default: all)", valueName: "A..B"))
  var steps: StepRange?

  @Option(help: "The seed of order and noise.")
  var seed: UInt64 = 0

  @Option(help: "The pass over the data; every epoch has its own order and noise.")
  var epoch: UInt32 = 0

  @Option(help: ArgumentHelp("Steps to leave out; can be repeated.", valueName: "A..B"))
  var skipSteps: [StepRange] = []

  @Option(help: "Of so many trainers that share each batch.")
  var ranks = 1

  @Option(help: "This is number R, from 0: its part of the rows of each batch.")
  var rank = 0

  @Option(help: "How batches are written: jsonl is a line for each, raw is for pipes.")
  var format: BatchFormat = .jsonl

  @Option(name: [.short, .long], help: "Where the batches are written.", completion: .file())
  var output = "-"

  @OptionGroup var source: BatchSourceOptions
  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    if format == .npy && output == "-" {
      throw ValidationError("--format npy needs a file: --output FILE.")
    }
    guard (1...65_536).contains(ranks) && (0..<ranks).contains(rank) else {
      throw ValidationError("--rank must be below --ranks, from 0, but they are \(rank) and \(ranks).")
    }
  }

  func run() throws {
    let tokenizer = try self.tokenizer.load()
    let stream = try source.batches(
      try source.recipe(),
      tokenizer,
      seed: seed,
      threads: threads.count
    )
    let steps = try steps(of: stream)
    let layout = BatchLayout(stream)
    let writer = try BatchFileWriter(format, path: output, layout: layout)
    let bar = ProgressBar("collating", unit: "steps")
    defer { bar.clear() }
    let left = steps.filter { step in
      !skipSteps.contains { $0.first <= step && step < $0.end ?? .max }
    }
    var next = 0
    var (tokens, cut) = (0, 0)
    try OrderedMap(threads: threads.count).run(
      next: { () -> Int? in
        next += 1
        return next <= left.count ? left[next - 1] : nil
      },
      makeScratch: { BatchBuilder(stream) },
      transform: { builder, step in
        FormattedBatch(
          try builder.batch(epoch: epoch, step: step, rows: rows(ofStep: step, stream)),
          format: format,
          layout: layout
        )
      },
      consume: { (batch: FormattedBatch) in
        try writer.write(batch)
        if output == "-" { try writer.flush() }
        tokens += batch.tokens
        cut += batch.cutTokens
        bar.show(next, of: left.count)
      }
    )
    try writer.commit()
    if cut > 0 {
      bar.clear()
      let share = decimal(100 * Double(cut) / Double(cut + tokens), digits: 1)
      Terminal.note("bpedrop: \(cut) tokens (\(share) %) did not fit their rows and were cut")
    }
  }

  /// This rank's rows of a batch: equal parts, or parts that differ by one, the longer ones first.
  private func rows(ofStep step: Int, _ stream: BatchStream) -> Range<Int>? {
    if ranks == 1 { return nil }
    let count = stream.rowCount(epoch: epoch, step: step)
    let (share, rest) = count.quotientAndRemainder(dividingBy: ranks)
    let start = rank * share + min(rank, rest)
    return start..<start + share + (rank < rest ? 1 : 0)
  }

  private func steps(of stream: BatchStream) throws -> Range<Int> {
    let count = stream.stepCount(epoch: epoch)
    guard count > 0 else { throw InvalidData("these data do not give a single batch") }
    guard let steps else { return 0..<count }
    let end = steps.end ?? count
    guard end <= count && steps.first <= end else {
      throw InvalidData("--steps \(steps.text): epoch \(epoch) has \(count) steps")
    }
    return steps.first..<end
  }
}

public import ArgumentParser
import BytePairEncoding
public import Collation
import Diagnostics
import Execution
import Files
import Reports
import Tokenization

extension BatchFormat: ExpressibleByArgument {}

/// A range of steps in an epoch: `A..B` from A up to, but not including, B; `A..` to the end;
/// `..B`.
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

/// A row of a batch: `STEP:ROW`.
struct RowAddress: ExpressibleByArgument {
  let step, row: Int

  init?(argument: String) {
    let numbers = argument.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let step = numbers[0], let row = numbers[1], step >= 0, row >= 0
    else { return nil }
    (self.step, self.row) = (step, row)
  }
}

struct StreamCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stream",
    abstract: "Write augmented batches, for any trainer.",
    discussion: """
      Every batch is a function of the data, the recipe, the seed, the epoch and the step. Steps \
      are random-access, and results are identical for any number of threads. Targets are already \
      shifted; -100 marks none. --format npy writes the inputs, and next to them .targets, \
      .lengths, .target_bytes and .documents; docs/batches.md describes the frames of --format \
      raw. --audit and --explain report on the batches instead of writing them.

      A recipe is a JSON object. Its settings, with their defaults:
      \(CollationRecipe.documentation.map { "- \($0)" }.joined(separator: "\n"))

      Examples:
        bpedrop stream -m tokenizer.json --steps 0..1 corpora/english.txt
        bpedrop train -o masks.json --vocab-size 600 --special '<mask>' \\
          corpora/english.txt
        echo '{"objective": "masked", "batch_size": 8, "block_size": 64}' \\
          > recipe.json
        bpedrop stream -m masks.json --recipe recipe.json --epoch 3 \\
          corpora/english.txt
        echo '{"rows": "grid", "bpe_dropout": 0.1, "block_size": 64}' > live.json
        bpedrop stream -m tokenizer.json --recipe live.json --format npy \\
          -o batches.npy corpora/english.txt
        bpedrop stream -m tokenizer.json --recipe live.json --index rows.index \\
          --steps 3..4 corpora/english.txt
        echo '{"rows": "concatenated", "bpe_dropout": 0.1, "block_size": 64}' \\
          > chunks.json
        bpedrop stream -m tokenizer.json --recipe chunks.json --steps 2..4 \\
          corpora/english.txt
        bpedrop stream -m tokenizer.json --rank 1 --ranks 4 --format raw \\
          -o rank1.raw corpora/english.txt
        bpedrop stream -m masks.json --recipe recipe.json --audit corpora/english.txt
        bpedrop stream -m masks.json --recipe recipe.json --explain 3:0 \\
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

  @Option(help: ArgumentHelp("Steps to leave out; repeatable.", valueName: "A..B"))
  var skipSteps: [StepRange] = []

  @Option(help: "The number of trainers that share each batch.")
  var ranks = 1

  @Option(help: "The number of this trainer, from 0, which determines its rows of each batch.")
  var rank = 0

  @Option(help: "The output format: jsonl is a line per batch, raw is for pipes.")
  var format: BatchFormat = .jsonl

  @Option(name: [.short, .long], help: "The output file.", completion: .file())
  var output = "-"

  @Flag(help: "Print rates, padding, cuts and duplicates of the steps, and anything suspicious.")
  var audit = false

  @Option(
    help: ArgumentHelp(
      "Show what happened to each token of a row; as a page with -o NAME.html.",
      valueName: "step:row"
    )
  )
  var explain: RowAddress?

  @OptionGroup var source: BatchSourceOptions
  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    if format == .npy && output == "-" {
      throw ValidationError("--format npy needs a file: --output FILE.")
    }
    if audit && explain != nil {
      throw ValidationError("--audit and --explain are asked for one at a time.")
    }
    guard ranks <= 65_536 && RankShare(rank: rank, of: ranks) != nil else {
      throw ValidationError(
        "--rank must be below --ranks, from 0, but they are \(rank) and \(ranks)."
      )
    }
  }

  func run() throws {
    let tokenizer = try self.tokenizer.load()
    let stream = try source.files.batches(
      source.recipe(),
      tokenizer,
      seed: seed,
      threads: threads.count,
      note: BatchSourceOptions.tell
    )
    if let explain { return try show(explain, of: stream, tokenizer) }
    let steps = try steps(of: stream)
    if audit { return try audit(steps, of: stream) }
    let layout = BatchLayout(stream)
    let writer = try BatchFileWriter(format, path: output, layout: layout)
    let bar = ProgressBar("collating", unit: "steps")
    defer { bar.clear() }
    var left = steps
    var (tokens, cut) = (0, 0)
    try OrderedMap(threads: threads.count).run(
      next: { () -> Int? in
        while let step = left.popFirst() {
          if !skipSteps.contains(where: { $0.first <= step && step < $0.end ?? .max }) {
            return step
          }
        }
        return nil
      },
      makeScratch: { BatchBuilder(stream) },
      transform: { (builder: inout BatchBuilder, step: Int) -> FormattedBatch? in
        guard builder.hasStep(step, epoch: epoch) else { return nil }
        return FormattedBatch(
          try builder.batch(epoch: epoch, step: step, rows: rows(ofStep: step, stream)),
          format: format,
          layout: layout
        )
      },
      consume: { (batch: FormattedBatch?) in
        guard let batch else {
          if left.upperBound < .max { throw tooFew(stream) }
          left = .max ..< .max
          return
        }
        try writer.write(batch)
        if output == "-" { try writer.flush() }
        tokens += batch.tokens
        cut += batch.cutTokens
        if steps.upperBound != .max {
          bar.show(left.lowerBound - steps.lowerBound, of: steps.count)
        }
      }
    )
    try writer.commit()
    if cut > 0 {
      bar.clear()
      let share = decimal(100 * Double(cut) / Double(cut + tokens), digits: 1)
      Terminal.note("bpedrop: \(cut) tokens (\(share) %) did not fit their rows and were cut")
    }
  }

  private func audit(_ steps: Range<Int>, of stream: BatchStream) throws {
    let bar = ProgressBar("auditing", unit: "steps")
    defer { bar.clear() }
    var builder = BatchBuilder(stream)
    var audit = StreamAudit()
    for step in steps {
      guard builder.hasStep(step, epoch: epoch) else {
        if steps.upperBound < .max { throw tooFew(stream) }
        break
      }
      try builder.audit(into: &audit, epoch: epoch, step: step)
      if steps.upperBound != .max { bar.show(step + 1 - steps.lowerBound, of: steps.count) }
    }
    bar.clear()
    if audit.tokens == 0 { throw InvalidData("--audit: these steps have no tokens") }
    try write(AuditReport(audit: audit).text)
  }

  private func show(_ address: RowAddress, of stream: BatchStream, _ tokenizer: Tokenizer) throws {
    var builder = BatchBuilder(stream)
    guard builder.hasStep(address.step, epoch: epoch) else {
      let count = stream.stepCount(epoch: epoch)
      throw InvalidData(
        "--explain \(address.step):\(address.row): epoch \(epoch) has \(count) steps"
      )
    }
    let rows = stream.rowCount(epoch: epoch, step: address.step)
    guard address.row < rows else {
      throw InvalidData("--explain \(address.step):\(address.row): the step has \(rows) rows")
    }
    let row = try builder.explanation(epoch: epoch, step: address.step, row: address.row)
    let report = RowExplanationPage(explanation: row, tokenizer: tokenizer)
    try write(output.hasSuffix(".html") ? report.page : report.text)
  }

  private func write(_ text: String) throws {
    let file = try OutputFile(output)
    try file.write(Array(text.utf8))
    try file.commit()
  }

  /// This rank's rows of a batch; nil for all of them.
  private func rows(ofStep step: Int, _ stream: BatchStream) -> Range<Int>? {
    guard ranks > 1 else { return nil }
    let count = stream.rowCount(epoch: epoch, step: step)
    return RankShare(rank: rank, of: ranks)?.rows(of: count)
  }

  /// The requested steps; up to `Int.max` if the number of steps is known only once batches are
  /// made.
  private func steps(of stream: BatchStream) throws -> Range<Int> {
    var builder = BatchBuilder(stream)
    guard builder.hasStep(0, epoch: epoch) else {
      throw InvalidData("these data do not give a single batch")
    }
    let isKnown = stream.collator.rows != .concatenated
    let end = steps?.end ?? (isKnown ? stream.stepCount(epoch: epoch) : .max)
    guard let steps else { return 0..<end }
    let isThere = !isKnown || end == 0 || builder.hasStep(end - 1, epoch: epoch)
    guard isThere && steps.first <= end else { throw tooFew(stream) }
    return steps.first..<end
  }

  /// The error for a step that does not exist.
  private func tooFew(_ stream: BatchStream) -> InvalidData {
    let count = stream.stepCount(epoch: epoch)
    return InvalidData("--steps \(steps?.text ?? ""): epoch \(epoch) has \(count) steps")
  }
}

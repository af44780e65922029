import Files
import Glibc
import Reports
import Training

/// The course of a training run: a live line for a person, and a table of comma-separated values.
struct TrainingLog {
  static let head = [
    "step", "epoch", "tokens", "loss", "bits_per_byte", "gradient_norm", "learning_rate", "skipped",
    "validation_bits_per_byte", "seconds",
  ]

  private let file: LogFile?
  private let bar: ProgressBar
  private let total: Int
  private let start = Terminal.seconds()
  private let firstStep: Int
  private var tokens = 0
  /// Seconds in which something else than training was done.
  private var paused = 0.0
  /// A mean of losses in which the last some twenty steps count.
  private var (nats, targets, bytes) = (0.0, 0.0, 0.0)

  /// - Parameters:
  ///   - path: The table; nil for none.
  ///   - stage: What the live line begins with.
  ///   - step: The first step of this part of the run.
  ///   - total: The steps of the whole run.
  /// - Throws: ``FileError``.
  init(_ path: String?, stage: String, step: Int, total: Int) throws {
    if let path {
      try Self.truncate(path, toStep: step)
      file = try LogFile(appendingTo: path)
    } else {
      file = nil
    }
    bar = ProgressBar(stage, unit: "steps", from: step)
    self.total = total
    firstStep = step
  }

  /// Keeps the rows of a table up to a step: those behind it will be written again.
  private static func truncate(_ path: String, toStep step: Int) throws {
    var text = CSVTable.line(head)
    if step > 0, access(path, F_OK) == 0 {
      let old = String(decoding: try InputFile(path).readAll(), as: UTF8.self)
      for line in old.split(separator: "\n").dropFirst() {
        if let number = Int(line.prefix { $0 != "," }), number < step { text += line + "\n" }
      }
    }
    let output = try OutputFile(path)
    try output.write(text)
    try output.commit()
  }

  var seconds: Double { Terminal.seconds() - start }

  /// The speed of training so far.
  var tokensPerSecond: Double {
    let busy = seconds - paused
    return busy > 0 ? Double(tokens) / busy : 0
  }

  /// Does something that is not training.
  mutating func pause<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = seconds
    defer { paused += seconds - before }
    return try body()
  }

  /// The loss of the last steps, in bits of a byte; nil where bytes are not known.
  var recentBitsPerByte: Double? {
    bytes > 0 ? Evaluation.bitsPerByte(nats: nats, bytes: bytes) : nil
  }

  /// The loss of the last steps, in nats of a token.
  var recentLoss: Double { targets > 0 ? nats / targets : 0 }

  /// Takes a step in, and draws the live line.
  mutating func add(_ step: TrainingStep) {
    tokens += step.targets
    if !step.isSkipped {
      nats = 0.95 * nats + step.nats
      targets = 0.95 * targets + Double(step.targets)
      bytes = 0.95 * bytes + Double(step.bytes)
    }
    var text = "loss \(decimal(recentLoss, digits: 3))"
    if let bits = recentBitsPerByte { text += "  \(decimal(bits, digits: 3)) bits/byte" }
    text += "  \(Int(tokensPerSecond)) tokens/s"
    bar.show(step.step + 1, of: total, note: text)
  }

  /// Writes a row of the table.
  func write(_ step: TrainingStep, validation: Double? = nil) throws {
    let bits = Evaluation.bitsPerByte(nats: step.nats, bytes: Double(step.bytes))
    try file?.append(
      CSVTable.line([
        "\(step.step)", "\(step.epoch)", "\(step.targets)", decimal(step.loss, digits: 6),
        step.bytes > 0 ? decimal(bits, digits: 6) : "",
        decimal(step.gradientNorm, digits: 6), "\(step.learningRate)", step.isSkipped ? "1" : "0",
        validation.map { decimal($0, digits: 6) } ?? "", decimal(seconds, digits: 3),
      ])
    )
  }

  /// Removes the live line.
  func clear() { bar.clear() }
}

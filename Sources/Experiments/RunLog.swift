import Files
import Reports
import Training

/// The log of a run: a table of comma-separated values with a row for each step.
struct RunLog {
  static let head = [
    "step", "epoch", "tokens", "loss", "bits_per_byte", "gradient_norm", "learning_rate", "skipped",
    "validation_bits_per_byte", "seconds",
  ]

  private let file: LogFile

  /// Opens a log, or begins one.
  ///
  /// - Parameters:
  ///   - path: The table; rows from `step` on are removed, because they will be written again.
  ///   - step: The first step to come.
  /// - Throws: ``FileError``.
  init(_ path: String, step: Int) throws {
    try Self.truncate(path, toStep: step)
    file = try LogFile(appendingTo: path)
  }

  /// Keeps the rows of a table up to a step.
  private static func truncate(_ path: String, toStep step: Int) throws {
    var text = CSVTable.line(head)
    if step > 0, Folder.contains(path) {
      let old = String(decoding: try InputFile(path).readAll(), as: UTF8.self)
      for line in old.split(separator: "\n").dropFirst() {
        if let number = Int(line.prefix { $0 != "," }), number < step { text += line + "\n" }
      }
    }
    let output = try OutputFile(path)
    try output.write(text)
    try output.commit()
  }

  /// Writes a row.
  ///
  /// - Parameters:
  ///   - step: What was done.
  ///   - validation: Bits per byte on the held-out text, where it was evaluated.
  ///   - seconds: Since the run began or went on.
  /// - Throws: ``FileError``.
  func write(_ step: TrainingStep, validation: Double?, seconds: Double) throws {
    let bits = Evaluation.bitsPerByte(nats: step.nats, bytes: Double(step.bytes))
    try file.append(
      CSVTable.line([
        "\(step.step)", "\(step.epoch)", "\(step.targets)", decimal(step.loss, digits: 6),
        step.bytes > 0 ? decimal(bits, digits: 6) : "",
        decimal(step.gradientNorm, digits: 6), "\(step.learningRate)", step.isSkipped ? "1" : "0",
        validation.map { decimal($0, digits: 6) } ?? "", decimal(seconds, digits: 3),
      ])
    )
  }
}

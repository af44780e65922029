// Format: the row of a step in `log.csv`. The names and the order of the columns do not change; new
//   ones go to the end.

import Files
import Reports
import Training

/// One row of the log: the figures of a step, rounded as they are written.
package struct LogRow {
  static let head = [
    "step", "epoch", "tokens", "loss", "bits_per_byte", "gradient_norm", "learning_rate", "skipped",
    "validation_bits_per_byte", "seconds",
  ]

  /// From 0.
  package let step: Int
  /// The pass over the data, from 0.
  let epoch: Int
  /// The tokens that were predicted.
  let tokens: Int
  /// Nats of a token.
  let loss: Double
  /// The same in bits of a byte; nil where the data do not say their bytes.
  package let bitsPerByte: Double?
  /// Before clipping.
  let gradientNorm: Double
  /// The learning rate.
  let learningRate: Double
  /// Whether the step changed nothing.
  package let isSkipped: Bool
  /// Bits per byte on the held-out text, where it was evaluated.
  package let validation: Double?
  /// Since the run began or went on.
  let seconds: Double

  /// The cells of a step.
  ///
  /// - Parameters:
  ///   - step: The step that was done.
  ///   - validation: Bits per byte on the held-out text, where it was evaluated.
  ///   - seconds: Since the run began or went on.
  /// - Returns: A cell for each column of ``head``.
  static func cells(_ step: TrainingStep, validation: Double?, seconds: Double) -> [String] {
    let bits = Evaluation.bitsPerByte(nats: step.nats, bytes: Double(step.bytes))
    return [
      "\(step.step)", "\(step.epoch)", "\(step.targets)", decimal(step.loss, digits: 6),
      step.bytes > 0 ? decimal(bits, digits: 6) : "",
      decimal(step.gradientNorm, digits: 6), "\(step.learningRate)", step.isSkipped ? "1" : "0",
      validation.map { decimal($0, digits: 6) } ?? "", decimal(seconds, digits: 3),
    ]
  }

  /// Reads the cells of a row; nil where they are none.
  init?(_ cells: [String]) {
    guard cells.count >= Self.head.count, let step = Int(cells[0]), let epoch = Int(cells[1]),
      let tokens = Int(cells[2]), let loss = Double(cells[3]), let norm = Double(cells[5]),
      let rate = Double(cells[6]), let seconds = Double(cells[9])
    else { return nil }
    (self.step, self.epoch, self.tokens, self.loss) = (step, epoch, tokens, loss)
    bitsPerByte = Double(cells[4])
    (gradientNorm, learningRate, isSkipped) = (norm, rate, cells[7] == "1")
    (validation, self.seconds) = (Double(cells[8]), seconds)
  }

  /// The figures that an event for TensorBoard holds, by their tags.
  var scalars: [(tag: String, value: Double)] {
    var scalars = [("loss/training", loss)]
    if let bitsPerByte { scalars.append(("bits_per_byte/training", bitsPerByte)) }
    if let validation { scalars.append(("bits_per_byte/held_out", validation)) }
    return scalars + [("gradient_norm", gradientNorm), ("learning_rate", learningRate)]
  }

  /// The rows of a log.
  ///
  /// - Parameter path: A table; lines that are no rows are left out.
  /// - Returns: The rows in the order of the file.
  /// - Throws: ``FileError``.
  package static func rows(of path: String) throws -> [LogRow] {
    String(decoding: try InputFile(path).readAll(), as: UTF8.self).split(separator: "\n")
      .compactMap { line in
        LogRow(line.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
      }
  }
}

// Procedure: the text, or the front of the training text, gets typing errors where the measure asks for
//   them, always the same; it is encoded without dropout and predicted without noise.
// Complexity: a pass of the model over the text.
// Determinism: errors are those of seed 0, equal for all runs of a study.

import Collation
import Corpora
import Noise
import Training

/// Bits for each byte of a text: fewer is better, whatever the tokens are.
///
/// It is the cost of one segmentation, the plain one, and so an upper bound.
public struct BitsPerByte: StudyMeasure {
  /// The model that is measured.
  public let moment: MeasuredRun.Moment
  /// Whether the front of the training text is measured in place of the held-out text.
  public let isOfTraining: Bool
  /// The share of characters with an error.
  public let typos: Double
  /// The blocks of a transformer that are kept, evenly spaced; nil for all.
  public let blocks: Int?

  /// - Parameters:
  ///   - moment: The model that is measured.
  ///   - isOfTraining: Whether the front of the training text is measured.
  ///   - typos: The share of characters with an error.
  ///   - blocks: The blocks of a transformer that are kept; nil for all.
  public init(
    _ moment: MeasuredRun.Moment,
    isOfTraining: Bool = false,
    typos: Double = 0,
    blocks: Int? = nil
  ) {
    (self.moment, self.isOfTraining, self.typos) = (moment, isOfTraining, typos)
    self.blocks = blocks
  }

  /// Bits per byte.
  public var unit: String { "bits per byte" }

  /// For example `bits per byte of the held-out text, by the last model`.
  public var meaning: String {
    let text = isOfTraining ? "the front of the training text" : "the held-out text"
    let errors = typos > 0 ? " with errors in \(typos) of its characters" : ""
    let model = moment == .end ? "the last model" : "the model that was best on the tuning text"
    let kept = blocks.map { ", of whose blocks \($0) are kept" } ?? ""
    return "bits per byte of \(text)\(errors), by \(model)\(kept)"
  }

  /// Fewer bits are better.
  public var isLowerBetter: Bool { true }

  /// Measures a run.
  public func value(of run: MeasuredRun) throws -> Double {
    var text = isOfTraining ? try run.trainingText() : run.text
    if typos > 0, let rate = DropoutRate(typos) {
      let errors = Typos(rate: NoiseRate(rate), unit: .characters)
      let source = text
      text = DocumentStore(
        source.ranges.enumerated().map { index, range in
          errors.text(Array(source.bytes[range]), document: UInt64(index), seed: 0)
        }
      )
    }
    return try run.evaluate(run.model(moment, blocks: blocks), on: text).bitsPerByte
  }
}

extension MeasureKind {
  /// `bits_per_byte`, with `at` (`end` or `best`), `of` (`held_out` or `training`), `typos` and
  /// `blocks`.
  public static let bitsPerByte = MeasureKind(
    "bits_per_byte",
    settings: ["at", "of", "typos", "blocks"]
  ) { settings in
    let moment = try settings.choice("at", MeasuredRun.Moment.allCases.map(\.rawValue))
    return BitsPerByte(
      MeasuredRun.Moment(rawValue: moment) ?? .end,
      isOfTraining: try settings.choice("of", ["held_out", "training"]) == "training",
      typos: try settings.number("typos", in: 0...1, default: 0),
      blocks: try settings.count("blocks")
    )
  }
}

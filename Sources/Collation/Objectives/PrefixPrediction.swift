// Source: P. Liu et al., "Generating Wikipedia by Summarizing Long Sequences", ICLR 2018, section
//   4.2.3; C. Raffel et al., JMLR 2020, section 3.2.1 (prefix LM).
// Procedure: of a row of n positions the first k are the prefix, k uniform in 1 through n - 1; all
//   positions may see it, and only what comes behind it is to be found.
// Complexity: O(n).
// Determinism: one draw of the stream (site parts; item: number of the row in the epoch).

import Noise

/// Predicting what follows a prefix that all positions see.
public struct PrefixPrediction: Objective {
  /// Its names in recipes.
  public static let names = ["prefix"]
  /// What a model must be able to predict.
  public static let target = TrainingTarget.nextToken
  /// The noise that its inputs may have besides its own.
  public static let acceptedNoise = AcceptedNoise.inPlace
  /// The arrays that it adds to batches.
  public static let extras = [ExtraArray.prefixLengths]

  /// The objective, which has no settings.
  public init() {}

  /// Reads its settings from a recipe.
  public init(_ reader: RecipeReader) {}

  /// The tokens that a row shares with the next.
  public var overlap: Int { 1 }

  /// Makes inputs and targets of a row.
  public func apply(to row: inout Row, at moment: NoiseContext, _ scratch: inout NoiseScratch) {
    let count = max(row.ids.count - 1, 0)
    row.input(0..<count)
    if count == 0 { return }
    var draws = moment.draws(.parts)
    let prefix = count == 1 ? 1 : 1 + Int(draws.next(below: UInt32(count - 1)))
    row.extras[0].append(Int32(truncatingIfNeeded: prefix))
    if count > 1 {
      let half = (count - 1) / 2
      row.trace?.begin(.shortPrefix, trials: 1, rate: Double(half) / Double(count - 1))
      if prefix <= half { row.trace?.succeed(.shortPrefix) }
    }
    // The last of the prefix finds the first token behind it.
    row.noTargets(prefix - 1)
    row.target(prefix..<row.ids.count)
  }
}

extension ExtraArray {
  /// For each row the inputs that all positions see: those of ``PrefixPrediction``.
  public static let prefixLengths = ExtraArray("prefix_lengths", width: .row)
}

extension Batch {
  /// For each row the inputs that all positions see; empty for objectives other than
  /// ``PrefixPrediction``.
  public var prefixLengths: [Int] { self[.prefixLengths].map { Int($0) } }
}

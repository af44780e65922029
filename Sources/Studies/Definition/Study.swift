// Procedure: a study is a value that says, before anything is trained, what is compared and what
//   would count for and against its claim. It is read from JSON and keeps it (Study+JSON.swift).
// Determinism: a study over equal texts gives equal results, however many runs go side by side.

package import JSONText

/// A comparison of training runs that decides a claim.
///
/// Each arm is trained at each learning rate with seed 0. The rate that is best on the tuning text is
/// then taken for all seeds, and the measures are taken on the test text, which nothing has been
/// chosen by.
public struct Study: Sendable {
  /// Names the study and its folder.
  public let name: String
  /// What is claimed, in a sentence.
  public let claim: String
  /// Where the claim comes from.
  public let source: String
  /// What is expected, in words, with a size; a guess to be falsified.
  public let expectation: String
  /// What would falsify the claim, in words.
  public let falsifier: String
  /// The text, and how it is divided.
  public let text: StudyText
  /// What encodes it.
  public let tokenizer: StudyTokenizer
  /// What is compared, in the order of the reports.
  public let arms: [StudyArm]
  /// The number of seeds, which are 0, 1, 2 and so on.
  public let seeds: Int
  /// The numbers of seeds that this study had before, with results that have been seen.
  public let earlierSeeds: [Int]
  /// The measures; the first one chooses the learning rates.
  public let measures: [NamedMeasure]
  /// What is expected of pairs of arms; together they decide the claim.
  public let comparisons: [StudyComparison]
  /// Whether the study is cut down to seconds, and gives no verdict.
  public let isSmoke: Bool

  /// What all arms have in common: changes of the default plan of a run.
  let plan: JSONValue
  /// The study as it was read.
  package let json: JSONValue
  /// The measures that it can ask for.
  let kinds: [MeasureKind]

  /// The measure that chooses learning rates, and that comparisons are of unless they say otherwise.
  public var statedMeasure: NamedMeasure { measures[0] }
}

/// One of the things that a study compares.
public struct StudyArm: Sendable {
  /// Letters, digits, `-`, `_` and `.`; a folder is called so.
  public let name: String
  /// The share of the training text that it has, from its beginning.
  public let share: Double
  /// The learning rates that are tried; as many for each arm.
  public let learningRates: [Double]
  /// Changes of the study's plan.
  let changes: JSONValue
}

/// A measure under the name that a study gives it.
public struct NamedMeasure: Sendable {
  /// The name in tables.
  public let name: String
  /// How it is taken.
  public let measure: any StudyMeasure
}

/// What is expected of two arms.
public struct StudyComparison: Hashable, Sendable {
  /// What is expected of the difference, arm minus baseline.
  public enum Relation: String, CaseIterable, Sendable {
    /// Below 0 by more than the margin.
    case lower
    /// Above 0 by more than the margin.
    case higher
    /// Between minus and plus the margin.
    case within
  }

  /// The arm.
  public let arm: String
  /// The arm that it is compared with.
  public let baseline: String
  /// What is expected.
  public let relation: Relation
  /// At least 0; more than 0 for ``Relation/within``.
  public let margin: Double
  /// The name of the measure.
  public let measure: String
  /// The name of the baseline's measure, if it is another one: two ways to use the same model.
  public let baselineMeasure: String
}

extension StudyComparison: CustomStringConvertible {
  /// For example `vertical lower than none (test)`.
  public var description: String {
    let measures = measure == baselineMeasure ? measure : "\(measure) against \(baselineMeasure)"
    switch relation {
    case .within: return "\(arm) within \(margin) of \(baseline) (\(measures))"
    case .lower, .higher:
      let margin = margin > 0 ? " by \(margin)" : ""
      return "\(arm) \(relation.rawValue) than \(baseline)\(margin) (\(measures))"
    }
  }
}

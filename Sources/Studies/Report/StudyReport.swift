// Procedure: a report is made of the results that are there; what is missing it leaves out and says so.
//   A learning rate is chosen by the stated measure on the tuning text; of equal ones the first.
// Complexity: O(runs), and a reading of the logs of the chosen runs.
// Determinism: a function of study, results and logs, but for their seconds.

import Experiments
import Glibc

/// What came of a study.
public struct StudyReport: Sendable {
  /// An arm at its chosen rate.
  public struct Arm: Sendable {
    /// Its name.
    public let name: String
    /// Each rate, and the stated measure on the tuning text; nil where the run is not done or diverged.
    public let tuning: [(rate: Double, value: Double?)]
    /// The chosen rate; nil where there is none yet.
    public let rate: Double?
    /// The results at the chosen rate, by seed; nil where a run is not done.
    public let results: [StudyResult?]
    /// Whether it cannot be measured at any rate, so that no further run is done.
    public let isOut: Bool

    /// Whether the chosen rate is the lowest or the highest of several, so that a better one may lie
    /// outside.
    public var isAtEdge: Bool {
      let rates = tuning.map(\.rate)
      return rates.count > 1 && rate != nil && (rate == rates.min() || rate == rates.max())
    }

    /// The values of a measure on the test text, of the seeds that have one.
    public func values(_ measure: Int) -> [Double] { results.compactMap { $0?.test[measure] } }
  }

  /// A comparison and its verdict.
  public struct Compared: Sendable {
    /// What was expected.
    public let comparison: StudyComparison
    /// Arm minus baseline by seed; nil where a run is not done or diverged.
    public let pairs: [Double?]
    /// The pairs that there are.
    public let difference: PairedDifference
    /// By the rule; undecided where a pair is missing.
    public let verdict: Verdict
    /// Why, in words, where it is undecided; else nil.
    public let reason: String?
  }

  /// What was done.
  public let study: Study
  /// The arms, in their order.
  public let arms: [Arm]
  /// The comparisons, in their order.
  public let comparisons: [Compared]
  /// The runs that have ended, and all.
  public let runsDone, runCount: Int
  let results: [StudyRun: StudyResult]
  let folder: StudyFolder
  let curves: [StudyCurve]

  init(_ study: Study, _ results: [StudyRun: StudyResult], in folder: StudyFolder) throws {
    (self.study, self.results, self.folder) = (study, results, folder)
    arms = study.arms.indices.map { Self.arm($0, of: study, results) }
    comparisons = study.comparisons.map { [arms] in Self.compared($0, in: study, arms) }
    runCount = arms.reduce(0) { sum, arm in
      sum + arm.tuning.count + (arm.isOut ? 0 : study.seeds - 1)
    }
    runsDone = min(results.count, runCount)
    curves = try StudyCurve.curves(of: study, arms, in: folder)
  }

  /// Whether every run has ended.
  public var isComplete: Bool { runsDone == runCount }

  /// The verdict on the claim; nil while runs are missing, for a smoke run, and where there are no
  /// comparisons.
  public var verdict: Verdict? {
    guard isComplete, !study.isSmoke, !comparisons.isEmpty else { return nil }
    if comparisons.contains(where: { $0.verdict == .doesNotHold }) { return .doesNotHold }
    return comparisons.allSatisfy { $0.verdict == .holds } ? .holds : .undecided
  }

  /// The verdict as a sentence.
  public var sentence: String {
    guard isComplete else { return "Not finished: \(runsDone) of \(runCount) runs have ended." }
    if study.isSmoke {
      return "A smoke run: a few steps on generated stories. It shows that the study works, and "
        + "gives no verdict."
    }
    switch verdict {
    case nil: return "The study states no comparison, so there is no verdict."
    case .holds: return "The claim holds."
    case .doesNotHold: return "The claim does not hold."
    case .undecided: return "The claim is undecided."
    }
  }

  /// What a reader must know besides the verdict.
  public var warnings: [String] {
    var warnings: [String] = []
    if !study.earlierSeeds.isEmpty {
      let before = study.earlierSeeds.map(String.init).joined(separator: ", then ")
      warnings.append(
        "The study was begun with \(before) seeds and got \(study.seeds) when their results were "
          + "there: a verdict is easier to come by when one looks more than once."
      )
    }
    let out = arms.filter(\.isOut).map(\.name)
    if !out.isEmpty {
      warnings.append(
        "Nothing can be measured at any learning rate of the grid of \(out.joined(separator: ", "))."
      )
    }
    let untuned = arms.filter { $0.tuning.count == 1 }
    let atEdge = arms.filter(\.isAtEdge)
    if !untuned.isEmpty && !study.isSmoke {
      warnings.append("The learning rate was not tuned for \(Self.names(untuned)).")
    }
    if !atEdge.isEmpty && !study.isSmoke {
      warnings.append(
        "The best learning rate is at the edge of the grid for \(Self.names(atEdge)): a better one "
          + "may lie outside."
      )
    }
    for (run, result) in ordered where result.hasDiverged {
      warnings.append(
        "'\(study.arms[run.arm].name)' diverged at the rate \(run.rate) with seed \(run.seed)."
      )
    }
    return warnings
  }

  private static func names(_ arms: [Arm]) -> String {
    arms.map { "\($0.name) (\($0.rate.map { "\($0)" } ?? "–"))" }.joined(separator: ", ")
  }

  /// The results in the order of arms, rates and seeds.
  var ordered: [(run: StudyRun, result: StudyResult)] {
    results.sorted { left, right in
      (left.key.arm, left.key.rate, left.key.seed) < (right.key.arm, right.key.rate, right.key.seed)
    }
    .map { (run: $0.key, result: $0.value) }
  }

  private static func arm(
    _ index: Int,
    of study: Study,
    _ results: [StudyRun: StudyResult]
  ) -> Arm {
    let arm = study.arms[index]
    let tuning = arm.learningRates.map { rate in
      let result = results[StudyRun(arm: index, rate: rate, seed: 0)]
      return (rate: rate, value: result?.tuning[0], isDone: result != nil)
    }
    let sign = study.statedMeasure.measure.isLowerBetter ? 1.0 : -1
    let best = tuning.compactMap { tuned in tuned.value.map { (tuned.rate, $0 * sign) } }
      .min { $0.1 < $1.1 }
    let rate = tuning.allSatisfy(\.isDone) ? best?.0 : nil
    return Arm(
      name: arm.name,
      tuning: tuning.map { ($0.rate, $0.value) },
      rate: rate,
      results: (0..<study.seeds).map { seed in
        rate.flatMap { results[StudyRun(arm: index, rate: $0, seed: UInt64(seed))] }
      },
      isOut: rate == nil && tuning.allSatisfy(\.isDone)
    )
  }

  private static func compared(
    _ comparison: StudyComparison,
    in study: Study,
    _ arms: [Arm]
  ) -> Compared {
    func values(_ name: String, _ measure: String) -> [Double?] {
      let place = study.measures.firstIndex { $0.name == measure } ?? 0
      return arms.first { $0.name == name }?.results.map { $0?.test[place] } ?? []
    }
    let pairs = zip(
      values(comparison.arm, comparison.measure),
      values(comparison.baseline, comparison.baselineMeasure)
    ).map { left, right -> Double? in
      guard let left, let right else { return nil }
      return left - right
    }
    let difference = PairedDifference(pairs.compactMap { $0 })
    let isWhole = !pairs.isEmpty && pairs.allSatisfy { $0 != nil }
    let verdict = isWhole && !study.isSmoke ? comparison.verdict(difference) : .undecided
    return Compared(
      comparison: comparison,
      pairs: pairs,
      difference: difference,
      verdict: verdict,
      reason: verdict == .undecided ? reason(comparison, difference, isWhole, study) : nil
    )
  }

  private static func reason(
    _ comparison: StudyComparison,
    _ difference: PairedDifference,
    _ isWhole: Bool,
    _ study: Study
  ) -> String {
    if study.isSmoke { return "a smoke run" }
    if !isWhole { return "a run is missing or has diverged" }
    if difference.values.allSatisfy({ $0 == 0 }) { return "the arms give equal results" }
    if difference.values.count < 2 { return "at least \(Verdict.fewestPairs) seeds are needed" }
    guard let seeds = comparison.pairsToDecide(difference) else {
      return "more than 1000 seeds would be needed: the difference is small beside its spread"
    }
    return "about \(seeds) seeds would decide it, if the others are like these"
  }
}

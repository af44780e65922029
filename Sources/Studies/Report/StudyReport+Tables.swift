// Format: numbers of CSV and JSON files have all their digits, those of tables four behind the point.

import Glibc
import JSONText
import Reports

extension StudyReport {
  /// A table of a report.
  public struct Table: Sendable {
    /// The names of the columns.
    public let head: [String]
    /// Cells of plain text.
    public internal(set) var rows: [[String]] = []
  }

  /// Arms, their rates and the means of all measures on the test text.
  public var armTable: Table {
    var head = ["arm", "learning rate", "seeds"]
    for measure in study.measures { head += [measure.name, "s.d."] }
    var table = Table(head: head)
    for arm in arms {
      var row = [arm.name, arm.rate.map { "\($0)" } ?? "–"]
      row.append("\(arm.results.count { $0 != nil })")
      for measure in study.measures.indices {
        let values = PairedDifference(arm.values(measure))
        row.append(values.values.isEmpty ? "–" : decimal(values.mean))
        row.append(values.deviation.map { decimal($0) } ?? "–")
      }
      table.rows.append(row)
    }
    return table
  }

  /// Comparisons, their differences and verdicts.
  public var comparisonTable: Table {
    var table = Table(
      head: ["expected", "pairs", "difference", "s.e.", "95 % interval", "verdict", "why"]
    )
    for compared in comparisons {
      let pairs = compared.difference
      table.rows.append([
        "\(compared.comparison)", "\(pairs.values.count)",
        pairs.values.isEmpty ? "–" : Self.signed(pairs.mean),
        pairs.standardError.map { decimal($0) } ?? "–",
        pairs.interval.map { "\(Self.signed($0.lowerBound)) to \(Self.signed($0.upperBound))" }
          ?? "–",
        compared.verdict.rawValue, compared.reason ?? "",
      ])
    }
    return table
  }

  /// The stated measure on the tuning text, by arm and rate.
  public var tuningTable: Table {
    var table = Table(head: ["arm", "learning rate", study.statedMeasure.name, "chosen"])
    for arm in arms {
      for (rate, value) in arm.tuning {
        table.rows.append([
          arm.name, "\(rate)", value.map { decimal($0) } ?? "–", rate == arm.rate ? "yes" : "",
        ])
      }
    }
    return table
  }

  static func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + decimal(value) }

  private static func cell(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

  /// A row for each run.
  var runsCSV: String {
    var head = ["arm", "learning_rate", "seed", "chosen", "steps", "diverged"]
    for measure in study.measures { head += ["tuning_\(measure.name)", "test_\(measure.name)"] }
    var table = CSVTable(head)
    for (run, result) in ordered {
      var row = [study.arms[run.arm].name, "\(run.rate)", "\(run.seed)"]
      row += [arms[run.arm].rate == run.rate ? "1" : "0", "\(result.steps)"]
      row.append(result.hasDiverged ? "1" : "0")
      for measure in study.measures.indices {
        row += [Self.cell(result.tuning[measure]), Self.cell(result.test[measure])]
      }
      table.append(row)
    }
    return table.rendered()
  }

  /// A row for each pair.
  var differencesCSV: String {
    var table = CSVTable([
      "comparison", "arm", "than", "measure", "than_measure", "seed", "difference",
    ])
    for (number, compared) in comparisons.enumerated() {
      let comparison = compared.comparison
      for (seed, pair) in compared.pairs.enumerated() {
        table.append([
          "\(number)", comparison.arm, comparison.baseline, comparison.measure,
          comparison.baselineMeasure, "\(seed)",
          Self.cell(pair),
        ])
      }
    }
    return table.rendered()
  }

  /// A row for each evaluation of a chosen run.
  var curvesCSV: String {
    var table = CSVTable(["arm", "seed", "step", "tuning_bits_per_byte"])
    for curve in curves {
      for (seed, points) in curve.seeds {
        for point in points {
          table.append([curve.arm, "\(seed)", "\(Int(point.x))", "\(point.y)"])
        }
      }
    }
    return table.rendered()
  }

  /// All figures.
  var json: JSONValue {
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    let arms = arms.map { arm in
      JSONValue.object([
        JSONMember("name", .text(arm.name)), JSONMember("learning_rate", number(arm.rate)),
        JSONMember("at_edge", .bool(arm.isAtEdge)),
        JSONMember(
          "test",
          .object(
            study.measures.enumerated().map { index, measure in
              JSONMember(measure.name, .array(arm.results.map { number($0?.test[index]) }))
            }
          )
        ),
      ])
    }
    let comparisons = comparisons.map { compared in
      let pairs = compared.difference
      return JSONValue.object([
        JSONMember("expected", .text("\(compared.comparison)")),
        JSONMember("pairs", .array(compared.pairs.map(number))),
        JSONMember("mean", pairs.values.isEmpty ? .null : .number(pairs.mean)),
        JSONMember("standard_error", number(pairs.standardError)),
        JSONMember("lower", number(pairs.interval?.lowerBound)),
        JSONMember("upper", number(pairs.interval?.upperBound)),
        JSONMember("verdict", .text(compared.verdict.rawValue)),
        JSONMember("why", compared.reason.map { .text($0) } ?? .null),
      ])
    }
    return .object([
      JSONMember("study", .text(study.name)), JSONMember("claim", .text(study.claim)),
      JSONMember("smoke", .bool(study.isSmoke)),
      JSONMember("verdict", verdict.map { .text($0.rawValue) } ?? .null),
      JSONMember("runs_done", .number(Double(runsDone))),
      JSONMember("runs", .number(Double(runCount))),
      JSONMember("warnings", .array(warnings.map { .text($0) })),
      JSONMember("arms", .array(arms)), JSONMember("comparisons", .array(comparisons)),
    ])
  }

  /// Writes all files of the report; each appears whole or not at all.
  ///
  /// - Throws: ``FileError``.
  func write() throws {
    try StudyFolder.write(runsCSV, to: folder.runs)
    try StudyFolder.write(differencesCSV, to: folder.differences)
    try StudyFolder.write(curvesCSV, to: folder.curves)
    var bytes: [UInt8] = []
    json.write(to: &bytes)
    try StudyFolder.write(String(decoding: bytes, as: UTF8.self) + "\n", to: folder.report)
    try StudyFolder.write(page, to: folder.page)
  }
}

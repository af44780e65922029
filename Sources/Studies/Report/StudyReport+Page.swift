// Procedure: the verdict comes first, then what was claimed and expected, then figures and drawings.
//   The page is limited: curves have few points, and many runs are left to the tables beside it.

import Reports

extension StudyReport {
  /// The most runs that the page lists.
  private static let listedRuns = 200

  /// The report as a page that needs nothing but itself.
  var page: String {
    var page = HTMLPage(title: "Study: \(study.name)")
    page.addParagraph(sentence)
    for warning in warnings { page.addParagraph(warning) }
    page.addHeading("What was stated before the first run")
    page.addFacts([
      ("claim", study.claim), ("source", study.source), ("expectation", study.expectation),
      ("falsifier", study.falsifier),
      (
        "measure",
        study.measures.map { "\($0.name): \($0.measure.meaning)" }.joined(separator: "; ")
      ),
      ("arms", study.arms.map(\.name).joined(separator: ", ")), ("seeds", "\(study.seeds)"),
      ("rule", Verdict.rule),
    ])
    page.addHeading("Differences")
    add(comparisonTable, to: &page)
    addDifferences(to: &page)
    page.addHeading("Arms on the test text")
    page.addParagraph(
      "Means over the seeds, each arm at its own learning rate. No choice was made by this text."
    )
    add(armTable, to: &page)
    page.addHeading("Learning curves")
    addCurves(to: &page)
    page.addHeading("Learning rates")
    page.addParagraph(
      "Every arm was trained at as many rates, with seed 0, and got the rate that was best on the "
        + "tuning text."
    )
    add(tuningTable, to: &page)
    page.addHeading("Runs")
    addRuns(to: &page)
    page.addHeading("The study")
    page.addCode(study.description, summary: "study.json")
    return page.rendered()
  }

  private func add(_ table: Table, to page: inout HTMLPage) {
    page.addTable(table.head, table.rows)
  }

  private func addDifferences(to page: inout HTMLPage) {
    for measure in study.measures {
      let compared = comparisons.filter {
        $0.comparison.measure == measure.name && !$0.difference.values.isEmpty
      }
      guard !compared.isEmpty else { continue }
      let rows = compared.map { compared in
        IntervalChart.Row(
          name: "\(compared.comparison)",
          points: compared.difference.values,
          mean: compared.difference.mean,
          interval: compared.difference.interval
        )
      }
      page.addFigure(
        IntervalChart(rows).html(),
        caption: "Arm minus baseline, \(measure.measure.unit): a dot for each seed, the mean, and "
          + "its interval of 95 %. The line is at 0."
      )
    }
  }

  private func addCurves(to page: inout HTMLPage) {
    guard !curves.isEmpty else {
      page.addParagraph("No run has been chosen yet.")
      return
    }
    func add(_ name: String, _ points: (StudyCurve) -> [StudyCurve.Point]) {
      let series = curves.enumerated().map { index, curve in
        LineChart.Series(name: curve.arm, points: points(curve), isDashed: index >= 6)
      }
      guard series.contains(where: { !$0.points.isEmpty }) else { return }
      let chart = LineChart(xLabel: "step", yLabel: "bits per byte", series: series)
      page.addFigure(chart.html(), caption: name)
    }
    add("The tuning text, without noise. Means over the seeds.") { $0.heldOut }
    add("The training loss, with the noise of the arm. Means over steps and seeds.") {
      $0.training
    }
  }

  private func addRuns(to page: inout HTMLPage) {
    guard results.count <= Self.listedRuns else {
      page.addParagraph("runs.csv lists all \(results.count) runs.")
      return
    }
    page.addParagraph("The test text counts for the chosen rates only; runs.csv has all figures.")
    let head =
      ["arm", "learning rate", "seed", "tuning: \(study.statedMeasure.name)"]
      + study.measures.map(\.name)
    page.addTable(
      head,
      ordered.map { run, result in
        let name = study.arms[run.arm].name
        let isChosen = arms[run.arm].rate == run.rate
        let cells = (result.tuning.prefix(1) + (isChosen ? result.test : [])).map { value in
          value.map { decimal($0) } ?? "–"
        }
        return [name, "\(run.rate)", "\(run.seed)"] + cells
      }
    )
  }
}

// Procedure: schedules of rates inside the model span the steps of the run. Schedules of rates in the
//   data span the epochs that the recipe names; for `concatenated` rows, which count documents
//   instead of steps, the curve is an approximation.
// Determinism: a function of the plan and the step. Where a run was made longer, all steps are shown
//   with the schedule of the longer run.

import Collation
import LanguageModels
import Noise
import Training

/// The rates of all noise of a run that is on, as functions of the step.
struct NoiseCurves {
  /// The name of each place or setting, and its rate with its schedule.
  let rates: [(name: String, rate: NoiseRate)]
  private let modelCount: Int
  private let steps: UInt64
  private let stepsOfData: UInt64

  /// The noise of a run.
  init(_ run: TrainingRun<Float>) {
    let places = type(of: run.model).noisePlaces.sorted { $0.number < $1.number }
    let model = places.map { (name: $0.name, rate: run.recipe.noise[$0]) }
      .filter { $0.rate.peak != .zero }
    let data = run.stream.collator.noiseRates
    rates = model + data
    modelCount = model.count
    steps = UInt64(run.recipe.steps)
    // Counting the steps of an epoch may take a pass over the data.
    let isNeeded = data.contains { $0.rate.schedule != .constant }
    let stepsOfEpoch = isNeeded ? run.stream.stepCount(epoch: 0) : 0
    stepsOfData = UInt64(stepsOfEpoch * run.stream.collator.epochs)
  }

  /// The rates at a step, in the order of ``rates``.
  func values(atStep step: Int) -> [Double] {
    rates.enumerated().map { index, named in
      let total = index < modelCount ? steps : stepsOfData
      return named.rate.rate(atStep: UInt64(step), of: total).value
    }
  }
}

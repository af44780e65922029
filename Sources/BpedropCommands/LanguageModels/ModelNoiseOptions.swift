import ArgumentParser
import LanguageModels
import Noise
import Training

/// The noise inside a model.
struct ModelNoiseOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Dropout in the model; with a schedule as 0.1:early:0.5, 0.1:late:0.5, 0.1:linear:0:0.3 (rises), \
      0.1:decay:0:0.5 (falls) or 0:curriculum:0.2:0.1:0.6:0.3 (0, from 0.2 of the run on 0.1, from \
      0.6 on 0.3).
      """,
      valueName: "rate"
    ),
    transform: NoiseRate.init(argumentInRange:)
  )
  var dropout = NoiseRate(.zero)

  @Option(
    help: ArgumentHelp(
      """
      The rate at one place, with a schedule like --dropout's. Places that --dropout reaches: \
      \(Self.names { !$0.isOptional }). By name only, see docs/models.md: \
      \(Self.names { $0.isOptional }).
      """,
      valueName: "place=rate"
    )
  )
  var dropoutAt: [PlacedRate] = []

  @Option(help: "How many masks before the head share the trunk, with noise at head or cut-head.")
  var headSamples = 1

  @Option(help: "How many of a query's most attended keys noise at keys may hide.")
  var hiddenKeys = 5

  @Flag(help: "Keys that noise at keys hides leave the softmax, instead of getting the score 0.")
  var hideHard = false

  @Option(help: "The largest deviation of noise at blur, in keys.")
  var blurDeviation = 1.0

  @Option(help: "How many keys on each side noise at blur takes in.")
  var blurReach = 2

  @Option(
    help: """
      See each batch twice, and add the divergence of the two predictions times this weight: twice \
      the work.
      """
  )
  var consistency = 0.0

  private static func names(where isIncluded: (NoisePlace) -> Bool) -> String {
    let names = NoisePlace.all.filter(isIncluded).map(\.name)
    return names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
  }

  func validate() throws {
    if let fault = rates.settings.fault { throw ValidationError("\(fault).") }
    if !(consistency >= 0 && consistency < 1e6) {
      throw ValidationError("--consistency must lie in 0..<1e6, but is \(consistency).")
    }
  }

  /// The rates of the run.
  var rates: ModelNoiseRates {
    var rates = ModelNoiseRates(dropout)
    for placed in dropoutAt { rates[placed.place] = placed.rate }
    rates.settings.headSamples = headSamples
    rates.settings.hiddenKeys = hiddenKeys
    rates.settings.hidesHard = hideHard
    rates.settings.blurDeviation = blurDeviation
    rates.settings.blurReach = blurReach
    return rates
  }
}

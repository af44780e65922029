public import Noise

extension Collator {
  /// The rates of all noise that is on, each with its schedule, by the names of their settings.
  ///
  /// Field dropout has one for each field, in order: `field_dropout[0]`, …
  public var noiseRates: [(name: String, rate: NoiseRate)] {
    var rates: [(name: String, rate: NoiseRate)] = []
    if let segmentation { rates.append((RecipeKey.segmentation.name, segmentation)) }
    if let typos { rates.append((RecipeKey.typos.name, typos.rate)) }
    for (index, rate) in (fieldDropout?.rates ?? []).enumerated() {
      rates.append(("\(RecipeKey.fieldDropout.name)[\(index)]", rate))
    }
    return (rates + noise.flatMap(\.rates)).filter { $0.rate.peak != .zero }
  }
}

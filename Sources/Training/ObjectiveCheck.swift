import Collation
import Diagnostics
import LanguageModels
import Noise

extension ModelConfiguration {
  /// Rejects batches that a model of this kind cannot learn from.
  ///
  /// - Parameter objective: The objective of the batches.
  /// - Throws: ``InvalidData`` naming the objectives that the model accepts.
  func check(_ objective: any Objective) throws {
    let target = isCausal ? TrainingTarget.nextToken : .maskedTokens
    guard type(of: objective).target != target else { return }
    let names = CollationKinds.builtIn.objectives.filter { $0.target == target }.flatMap {
      $0.names
    }
    let front = names.dropLast().joined(separator: ", ")
    let list = front.isEmpty ? names.joined() : "\(front) or \(names[names.count - 1])"
    throw InvalidData(
      place: "objective",
      isCausal
        ? "these models find the next token: it must be \(list)"
        : "an encoder finds tokens that are hidden: it must be \(list)"
    )
  }
}

extension TrainingRecipe {
  /// Refuses noise that a model does not have, and noise that excludes each other.
  ///
  /// - Throws: ``InvalidData`` that names the place.
  func check<Element>(for model: any LanguageModel<Element>) throws {
    let places = type(of: model).noisePlaces
    func isOn(_ place: NoisePlace) -> Bool { noise[place].peak != .zero }
    // A common rate reaches only the places that a model has; other rates are asked for by name.
    if let place = NoisePlace.all.first(where: {
      $0.isOptional && isOn($0) && !places.contains($0)
    }) {
      throw InvalidData(
        "the model has no place '\(place)' for noise; it has "
          + places.map(\.name).joined(separator: ", ")
      )
    }
    if isOn(.recurrent) && isOn(.cutStates) {
      throw InvalidData("noise at recurrent and at cut-states exclude each other")
    }
    if consistency > 0 && noise.settings.headSamples > 1 {
      throw InvalidData("several masks before the head and two views exclude each other")
    }
    if let fault = noise.settings.fault { throw InvalidData(fault) }
    guard consistency >= 0 && consistency < 1e6 else {
      throw InvalidData("the weight of consistency must lie in 0..<1e6, but is \(consistency)")
    }
  }
}

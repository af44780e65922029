import Collation
import Diagnostics
import LanguageModels

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

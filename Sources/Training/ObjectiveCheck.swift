import Collation
import Diagnostics
import LanguageModels

extension ModelConfiguration {
  /// Refuses batches that a model of this kind does not learn from.
  ///
  /// - Parameter objective: What the batches ask for.
  /// - Throws: ``InvalidData`` that says which objectives the model takes.
  func check(_ objective: Objective) throws {
    let fits =
      switch objective {
      case .causal, .prefix, .fillInTheMiddle: isCausal
      case .masked: !isCausal
      default: false
      }
    guard !fits else { return }
    throw InvalidData(
      place: "objective",
      isCausal
        ? "these models find the next token: it must be causal, prefix or fill_in_the_middle"
        : "an encoder finds tokens that are hidden: it must be masked"
    )
  }
}

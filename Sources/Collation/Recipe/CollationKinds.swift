import Diagnostics

/// The objectives and the noise on tokens that a recipe can ask for.
///
/// To add an objective, conform a type to ``Objective`` and pass
/// `CollationKinds(objectives: CollationKinds.builtIn.objectives + [Mine.self])` to the recipe.
public struct CollationKinds: Sendable {
  /// The objectives; their names must differ.
  public let objectives: [any Objective.Type]
  /// The operations on input tokens, in the order in which a row passes through them.
  public let noise: [any TokenNoise.Type]
  /// All settings of recipes, in the order of the help.
  public let keys: [RecipeKey]

  /// Those of this package.
  public static let builtIn = CollationKinds(
    objectives: [
      CausalPrediction.self, TokenMasking.self, SpanCorruption.self, DenoiserMixture.self,
      Denoising.self, PrefixPrediction.self, FillInTheMiddle.self, ReplacedTokens.self,
      PermutedPrediction.self, SequenceClassification.self,
    ],
    noise: [
      TokenReplacement.self, TokenDropout.self, WordDropout.self, SpanDropout.self,
      WordShuffle.self,
    ]
  )

  /// Objectives and noise.
  ///
  /// - Parameters:
  ///   - objectives: Their names must differ.
  ///   - noise: In the order in which a row passes through them; nil for those of this package.
  public init(objectives: [any Objective.Type], noise: [any TokenNoise.Type]? = nil) {
    self.objectives = objectives
    self.noise = noise ?? Self.builtIn.noise
    var all = [RecipeKey.rows, .naming(objectives)] + RecipeKey.general
    for objective in objectives { all += objective.settings }
    for operation in self.noise { all += operation.settings }
    all += RecipeKey.segmentationKeys + Typos.settings + FieldDropout.settings
    keys = all.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    let names = objectives.flatMap { $0.names }
    precondition(Set(names).count == names.count, "two objectives have one name: \(names)")
  }

  /// The objective of a name.
  func objective(_ name: String) -> (any Objective.Type)? {
    objectives.first { $0.names.contains(name) }
  }

  /// The names of the objectives that satisfy a condition.
  func names(where condition: (any Objective.Type) -> Bool) -> [String] {
    objectives.filter(condition).flatMap { $0.names }
  }

  /// The objectives that a setting needs one of; nil where any will do.
  func objectives(for key: RecipeKey) -> [String]? {
    if key.fitsAnyObjective { return nil }
    if key == .separator { return names { !$0.keepsFields } }
    let operations = noise.filter { $0.settings.contains(key) }
    let fitting = names { objective in
      objective.settings.contains(key)
        || operations.contains {
          $0.movesTokens
            ? objective.acceptedNoise == .moving
            : objective.acceptedNoise >= .inPlace
        }
    }
    return fitting.isEmpty ? nil : fitting
  }

  /// The known setting that a text is most like, by the fewest edits for its length.
  func nearestKey(to text: String) -> String {
    let costs = keys.map { key in
      let length = max(key.name.utf8.count, min(text.utf8.count, 100))
      return (name: key.name, cost: Double(editDistance(key.name, text)) / Double(length))
    }
    return costs.min { $0.cost < $1.cost }?.name ?? RecipeKey.rows.name
  }
}

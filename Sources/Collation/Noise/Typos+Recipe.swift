package import Noise

extension Typos {
  /// Its settings in recipes.
  static let settings: [RecipeKey] = [.typos, .typoUnit, .typoList]

  /// Reads the errors that a recipe puts into the text; nil where there are none.
  ///
  /// - Throws: ``InvalidData`` with the setting, what was found and what was expected;
  ///   ``FileError``.
  init?(_ recipe: CollationRecipe) throws {
    let units = Unit.allCases.map(\.rawValue)
    let unit = try recipe.choice(.typoUnit, Unit.init(rawValue:), units)
    let list = try recipe.text(.typoList).map { try ErrorList(contentsOf: $0) }
    if list != nil && unit == .characters {
      throw recipe.failure(
        .typoList,
        "the errors of a list are of words: typo_unit cannot be \"characters\""
      )
    }
    guard let rate = try recipe.rate(.typos) else {
      if list == nil { return nil }
      throw recipe.failure(.typoList, "the setting needs a rate of typos")
    }
    self.init(rate: rate, unit: unit ?? (list == nil ? .characters : .words), list: list)
  }
}

extension RecipeKey {
  static let typos = RecipeKey(
    "typos",
    fallback: "0",
    "rate of errors put into the text: swapped, missing, wrong letters",
    rows: encoded
  )
  static let typoUnit = RecipeKey(
    "typo_unit",
    fallback: "characters",
    "what the rate is of: characters or words",
    rows: encoded
  )
  static let typoList = RecipeKey(
    "typo_list",
    fallback: "null",
    "a file of errors to be put in instead: a right word, a tab, a wrong one on each line",
    rows: encoded
  )
}

extension NoiseSite {
  /// Errors put into a text before it is encoded.
  package static var typos: NoiseSite { NoiseSite(number: 16, name: "typos") }
}

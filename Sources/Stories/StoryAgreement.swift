/// The words that agree with every noun and name of the lexicon: pronouns and verb forms.
///
/// A template uses them like columns, `{hero.his}` or `{toy.was}`. They are named by the forms for
/// he; `it`, `them`, `its` and `itself` exist so that sentences about things read well, too.
enum StoryAgreement {
  /// The name in a template, then the forms for he, she, it, they and some.
  static let forms: [(name: String, words: [String])] = [
    ("he", ["he", "she", "it", "they", "it"]),
    ("him", ["him", "her", "it", "them", "it"]),
    ("his", ["his", "her", "its", "their", "its"]),
    ("hers", ["his", "hers", "its", "theirs", "its"]),
    ("himself", ["himself", "herself", "itself", "themselves", "itself"]),
    ("was", ["was", "was", "was", "were", "was"]),
    ("is", ["is", "is", "is", "are", "is"]),
    ("has", ["has", "has", "has", "have", "has"]),
    ("does", ["does", "does", "does", "do", "does"]),
    ("this", ["this", "this", "this", "these", "this"]),
    ("that", ["that", "that", "that", "those", "that"]),
    // The ending of a verb in the present: look{toy.s}, go{toy.es}.
    ("s", ["s", "s", "s", "", "s"]),
    ("es", ["es", "es", "es", "", "es"]),
  ]

  static let aliases = [
    "it": "he", "they": "he", "them": "him", "its": "his", "itself": "himself", "were": "was",
    "are": "is", "these": "this",
  ]

  /// Whether the indefinite article before a word is `an`.
  ///
  /// The first letter decides, except for the exceptions listed here.
  static func takesAn(_ word: String) -> Bool {
    if word.hasPrefix("hour") || word.hasPrefix("honest") { return true }
    if ["uni", "use", "one", "eu"].contains(where: word.hasPrefix) { return false }
    guard let first = word.utf8.first else { return false }
    return "aeiouAEIOU".utf8.contains(first)
  }
}

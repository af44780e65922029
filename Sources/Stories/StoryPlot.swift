/// A plot as written by an author: its cast, and what may happen.
struct StoryPlot: Sendable {
  let name: String

  /// The roles, one per line: `role: table tag !tag @role`.
  ///
  /// A row of the table may play the role if it has the tags, but none of those after `!`, and,
  /// with `@place`, is tagged with the word that plays `place`. Roles of one table get different
  /// rows.
  let cast: String

  /// The rules: a line `name:`, then its alternatives, each after `- `, which may continue on the
  /// next lines.
  ///
  /// A story is an alternative of the rule `story`.
  let grammar: String

  init(_ name: String, cast: String, grammar: String) {
    self.name = name
    self.cast = cast
    self.grammar = grammar
  }
}

/// A parsed line of a cast.
struct StoryRole {
  let name: String
  let table: String
  var required: [String] = []
  var excluded: [String] = []
  /// The role whose word must tag the row.
  var owner: String?

  init(_ line: Substring) {
    let words = line.split(separator: " ").map(String.init)
    precondition(
      words.count >= 2 && words[0].hasSuffix(":"),
      "a line of a cast is `role: table`, but is: \(line)"
    )
    self.name = String(words[0].dropLast())
    self.table = words[1]
    for word in words.dropFirst(2) {
      switch word.first {
      case "!": excluded.append(String(word.dropFirst()))
      case "@": owner = String(word.dropFirst())
      default: required.append(word)
      }
    }
  }

  func accepts(_ row: StoryTable.Row) -> Bool {
    required.allSatisfy(row.tags.contains) && !excluded.contains(where: row.tags.contains)
  }
}

/// A rule of a grammar: a name and its alternatives.
struct StoryRule {
  let name: String
  var alternatives: [String] = []

  /// The rules of a grammar text, in its order.
  static func rules(of text: String) -> [StoryRule] {
    var rules: [StoryRule] = []
    for line in text.split(separator: "\n") {
      let words = line.trimmed
      if words.isEmpty { continue }
      if words.hasSuffix(":") && !words.contains(" ") {
        rules.append(StoryRule(name: String(words.dropLast())))
        continue
      }
      precondition(!rules.isEmpty, "a template before the first rule: \(words)")
      let last = rules.count - 1
      if words.hasPrefix("- ") {
        rules[last].alternatives.append(String(words.dropFirst(2)))
      } else {
        precondition(
          !rules[last].alternatives.isEmpty,
          "rule \(rules[last].name) begins with a line that has no dash: \(words)"
        )
        rules[last].alternatives[rules[last].alternatives.count - 1] += " " + words
      }
    }
    for rule in rules {
      precondition(!rule.alternatives.isEmpty, "rule \(rule.name) has no alternative")
    }
    return rules
  }
}

/// The pronoun of a word, which determines how the words around it agree.
enum StoryPronoun: Int, CaseIterable, Sendable {
  /// A boy or a man.
  case he
  /// A girl or a woman.
  case she
  /// One thing that can be counted.
  case it
  /// Several things, or one with a plural name, like boots.
  case they
  /// A thing that cannot be counted, like bread: some bread, and it is good.
  case some

  init(named name: String) {
    switch name {
    case "he": self = .he
    case "she": self = .she
    case "it": self = .it
    case "they": self = .they
    default:
      precondition(name == "some", "a pronoun is he, she, it, they or some, but is \(name)")
      self = .some
    }
  }
}

/// Words of one kind with their grammatical properties, as written by an author.
///
/// A line holds the cells of a row, separated by `|`, and continues on the next line if that begins
/// with `|`. The first cell may list several words, separated by commas, that share the rest of the
/// line. Two columns have a special meaning: `pronoun` (see ``StoryPronoun``; `it` by default) and
/// `tags`, by which a cast selects rows.
///
///     StoryTable("pet", "noun | pronoun | sound | tags", """
///       kitten, cat | it | meowed | furry
///       """)
struct StoryTable: Sendable {
  struct Row: Sendable {
    let cells: [String]
    let pronoun: StoryPronoun
    let tags: [String]
  }

  let name: String
  let columns: [String]
  let rows: [Row]

  init(_ name: String, _ columns: String, _ text: String) {
    self.name = name
    self.columns = Self.cells(of: columns)
    var rows: [Row] = []
    for line in Self.lines(of: text) {
      let cells = Self.cells(of: line)
      precondition(
        cells.count == self.columns.count,
        "table \(name) has \(self.columns.count) columns, but a line has \(cells.count): \(line)"
      )
      var pronoun = StoryPronoun.it
      var tags: [String] = []
      for (column, cell) in zip(self.columns, cells) {
        if column == "pronoun" { pronoun = StoryPronoun(named: cell) }
        if column == "tags" { tags = cell.split(separator: " ").map(String.init) }
      }
      for word in cells[0].split(separator: ",") {
        let row = [word.trimmed] + cells.dropFirst()
        rows.append(Row(cells: row, pronoun: pronoun, tags: tags))
      }
    }
    self.rows = rows
  }

  /// The lines of a table; one that begins with `|` continues the line before.
  private static func lines(of text: String) -> [String] {
    var lines: [String] = []
    for line in text.split(separator: "\n").map(\.trimmed) {
      if line.hasPrefix("|"), let begun = lines.popLast() {
        lines.append(begun + " " + line)
      } else {
        lines.append(line)
      }
    }
    return lines
  }

  private static func cells(of line: some StringProtocol) -> [String] {
    line.split(separator: "|", omittingEmptySubsequences: false).map(\.trimmed)
  }
}

extension StringProtocol {
  /// The text without spaces at its ends.
  var trimmed: String {
    guard let first = firstIndex(where: { $0 != " " }),
      let last = lastIndex(where: { $0 != " " })
    else { return "" }
    return String(self[first...last])
  }
}

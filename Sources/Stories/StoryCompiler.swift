// Procedure: tables become one flat array of cells, each row preceded by its agreeing words. Every
//   plot is compiled with the shared phrases that it uses, so that a slot is a fixed column of a
//   fixed role. A rule is compiled once per plot. Recursive rules and undefined names are rejected,
//   and so are unused rules and roles.
// Complexity: linear in the text of the grammar; some milliseconds, once.
// Determinism: the order of the text decides; dictionaries are only looked up.

/// Turns tables and plots into a ``StoryGrammar``.
struct StoryCompiler {
  private struct TablePlace {
    var table: StoryTable
    var base: Int
    /// The number of cells in a row: the agreeing words, then the columns.
    var stride: Int
  }

  private enum RuleState {
    case begun
    case done(StoryInstruction)
  }

  private var grammar = StoryGrammar()
  private var tables: [String: TablePlace] = [:]
  private var phrases: [String: StoryRule] = [:]
  private var usedPhrases: Set<String> = []

  // The current plot.
  private var plotName = ""
  private var roles: [StoryRole] = []
  private var usedRoles: Set<String> = []
  private var rules: [String: StoryRule] = [:]
  private var states: [String: RuleState] = [:]

  static func grammar(tables: [StoryTable], phrases: String, plots: [StoryPlot]) -> StoryGrammar {
    var compiler = StoryCompiler()
    for table in tables { compiler.add(table) }
    let shared = StoryRule.rules(of: phrases)
    for rule in shared {
      precondition(compiler.phrases[rule.name] == nil, "two phrases are called \(rule.name)")
      compiler.phrases[rule.name] = rule
    }
    for plot in plots { compiler.add(plot) }
    let idle = shared.map(\.name).filter { !compiler.usedPhrases.contains($0) }
    precondition(idle.isEmpty, "no plot uses the phrases \(idle)")
    return compiler.grammar
  }
}

extension StoryCompiler {
  private mutating func add(_ table: StoryTable) {
    let forms = StoryAgreement.forms
    precondition(tables[table.name] == nil, "two tables are called \(table.name)")
    tables[table.name] = TablePlace(
      table: table,
      base: grammar.cells.count,
      stride: forms.count + table.columns.count
    )
    for row in table.rows {
      let agreeing = forms.map { $0.words[row.pronoun.rawValue] }
      for word in agreeing + row.cells {
        grammar.cells.append(
          StoryCell(
            start: UInt32(grammar.pool.count),
            count: UInt16(word.utf8.count),
            takesAn: StoryAgreement.takesAn(word),
            takesSome: row.pronoun == .they || row.pronoun == .some
          )
        )
        grammar.pool += word.utf8
      }
    }
  }

  private func place(ofTable name: String) -> TablePlace {
    guard let place = tables[name] else {
      preconditionFailure("plot \(plotName) casts from a table that does not exist: \(name)")
    }
    return place
  }

  private func index(ofRole name: String) -> Int {
    guard let index = roles.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("plot \(plotName) has no role \(name)")
    }
    return index
  }
}

extension StoryCompiler {
  private mutating func add(_ plot: StoryPlot) {
    plotName = plot.name
    roles = plot.cast.split(separator: "\n").map(StoryRole.init)
    precondition(
      roles.count <= StoryGrammar.roleLimit,
      "a plot has at most \(StoryGrammar.roleLimit) roles, but \(plotName) has \(roles.count)"
    )
    usedRoles = Set(roles.compactMap(\.owner))
    rules = [:]
    states = [:]
    let ruleList = StoryRule.rules(of: plot.grammar)
    for rule in ruleList {
      precondition(rules[rule.name] == nil, "plot \(plotName) has two rules \(rule.name)")
      rules[rule.name] = rule
    }
    var casting: [StoryCasting] = []
    for index in roles.indices { casting.append(self.casting(ofRole: index)) }
    let story = compile(ruleNamed: "story")
    let idle =
      ruleList.map(\.name).filter { states[$0] == nil }
      + roles.map(\.name).filter { !usedRoles.contains($0) }
    precondition(idle.isEmpty, "plot \(plotName) never uses \(idle)")
    grammar.plots.append(StoryGrammar.Plot(casting: casting, story: story))
    grammar.plotNames.append(plotName)
  }

  private mutating func casting(ofRole index: Int) -> StoryCasting {
    let role = roles[index]
    let home = place(ofTable: role.table)
    let rivals = (0..<index).filter { roles[$0].table == role.table }
    var casting = StoryCasting(lists: [], owner: nil, rivals: rivals)
    var tags: [String?] = [nil]
    if let ownerName = role.owner {
      let owner = self.index(ofRole: ownerName)
      precondition(owner < index, "role \(role.name) of \(plotName) stands before its owner")
      let ownerPlace = place(ofTable: roles[owner].table)
      casting.owner = owner
      casting.ownerBase = ownerPlace.base
      casting.ownerStride = ownerPlace.stride
      // Rows that the owner's own tags exclude need no list.
      tags = ownerPlace.table.rows.map { roles[owner].accepts($0) ? $0.cells[0] : nil }
    }
    for tag in tags {
      let start = grammar.candidates.count
      if role.owner == nil || tag != nil {
        for (number, row) in home.table.rows.enumerated() where role.accepts(row) {
          if let tag, !row.tags.contains(tag) { continue }
          grammar.candidates.append(UInt32(home.base + number * home.stride))
        }
        precondition(
          grammar.candidates.count - start > rivals.count,
          "too few words for role \(role.name) of plot \(plotName) (\(tag ?? "no owner"))"
        )
      }
      casting.lists.append(start..<grammar.candidates.count)
    }
    return casting
  }
}

extension StoryCompiler {
  private mutating func compile(ruleNamed name: String) -> StoryInstruction {
    switch states[name] {
    case .done(let choice): return choice
    case .begun: preconditionFailure("rule \(name) of plot \(plotName) leads back to itself")
    case nil: break
    }
    states[name] = .begun
    if rules[name] == nil { usedPhrases.insert(name) }
    guard let rule = rules[name] ?? phrases[name] else {
      preconditionFailure("plot \(plotName) uses rule \(name), which does not exist")
    }
    let choice = compile(rule.alternatives.map(StoryTemplateParser.pieces(of:)), in: name)
    states[name] = .done(choice)
    return choice
  }

  private mutating func compile(_ options: [[StoryPiece]], in rule: String) -> StoryInstruction {
    let first = grammar.alternatives.count
    grammar.alternatives += Array(repeating: 0..<0, count: options.count)
    for number in options.indices {
      grammar.alternativeLabels.append("\(plotName), \(rule), \(number + 1)")
    }
    for (number, pieces) in options.enumerated() {
      var code: [StoryInstruction] = []
      for piece in pieces { code += compile(piece, in: rule) }
      let start = grammar.instructions.count
      grammar.instructions += code
      grammar.alternatives[first + number] = start..<grammar.instructions.count
    }
    return StoryInstruction(
      operation: .choice,
      first: UInt32(first),
      count: UInt32(options.count)
    )
  }

  private mutating func compile(_ piece: StoryPiece, in rule: String) -> [StoryInstruction] {
    switch piece {
    case .text(let bytes): return [literal(bytes)]
    case .slot(let slot): return compile(slot)
    case .choice(let options): return [compile(options, in: rule)]
    case .rule(let name): return [compile(ruleNamed: name)]
    }
  }

  private mutating func literal(_ bytes: [UInt8]) -> StoryInstruction {
    let start = grammar.pool.count
    grammar.pool += bytes
    return StoryInstruction(operation: .text, first: UInt32(start), count: UInt32(bytes.count))
  }

  private mutating func compile(_ slot: StorySlot) -> [StoryInstruction] {
    var words: [StoryInstruction] = []
    for word in slot.words {
      let role = index(ofRole: word.role)
      usedRoles.insert(word.role)
      words.append(
        StoryInstruction(
          operation: .word,
          role: UInt8(role),
          isCapital: slot.isCapital && !slot.hasArticle && words.isEmpty,
          first: UInt32(column(word.column, ofTable: roles[role].table))
        )
      )
    }
    var code: [StoryInstruction] = []
    if slot.hasArticle {
      var article = words[0]
      article.operation = .article
      article.headRole = words[words.count - 1].role
      article.isCapital = slot.isCapital
      code.append(article)
    }
    for (number, word) in words.enumerated() {
      if number > 0 { code.append(literal([UInt8(ascii: " ")])) }
      code.append(word)
    }
    return code
  }

  /// The index of a column, or of an agreeing word, in the rows of a table.
  private func column(_ name: String?, ofTable tableName: String) -> Int {
    let forms = StoryAgreement.forms
    guard let name else { return forms.count }
    if let index = place(ofTable: tableName).table.columns.firstIndex(of: name) {
      return forms.count + index
    }
    let form = StoryAgreement.aliases[name] ?? name
    guard let index = forms.firstIndex(where: { $0.name == form }) else {
      preconditionFailure("plot \(plotName): table \(tableName) has no column \(name)")
    }
    return index
  }
}

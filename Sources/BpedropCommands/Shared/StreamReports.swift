import BytePairEncoding
import Collation
import Reports
import Tokenization

/// What `stream --audit` prints.
struct AuditReport {
  let audit: StreamAudit

  /// Two tables, and what is off.
  var text: String {
    var counts = TextTable(["what", "count", "share"])
    let share = { (part: Int, whole: Int) in
      whole == 0 ? "" : decimal(100 * Double(part) / Double(whole), digits: 2) + " %"
    }
    counts.append(["batches", "\(audit.batches)"])
    counts.append(["rows", "\(audit.rows)"])
    counts.append(["positions", "\(audit.positions)"])
    counts.append(["tokens", "\(audit.tokens)", share(audit.tokens, audit.positions)])
    let padding = audit.positions - audit.tokens
    counts.append(["padding", "\(padding)", share(padding, audit.positions)])
    counts.append(["targets", "\(audit.targets)", share(audit.targets, audit.positions)])
    let all = audit.tokens + audit.cutTokens
    counts.append(["tokens cut", "\(audit.cutTokens)", share(audit.cutTokens, all)])
    counts.append(["bytes cut", "\(audit.cutBytes)"])
    counts.append(["rows seen before", "\(audit.duplicates)", share(audit.duplicates, audit.rows)])
    var rates = TextTable(["operation", "of", "chosen", "rate", "99 % interval", "expected"])
    for change in audit.changes {
      guard let trials = audit.trials[change], trials.count > 0 else { continue }
      let count = Double(trials.count)
      let interval = BinomialInterval(
        successes: trials.successes,
        of: trials.count,
        confidence: 0.99
      )
      rates.append([
        change.rawValue, "\(trials.count)", "\(trials.successes)",
        decimal(Double(trials.successes) / count, digits: 5),
        "\(decimal(interval.lower, digits: 5)) to \(decimal(interval.upper, digits: 5))",
        trials.expected.map { decimal($0 / count, digits: 5) } ?? "not independent",
      ])
    }
    let findings = audit.findings.map { "off: \($0)\n" }
    return counts.rendered() + "\n" + rates.rendered() + "\n"
      + (findings.isEmpty ? "nothing is off\n" : findings.joined())
  }
}

/// What `stream --explain` shows of a row.
struct RowReport {
  let explanation: RowExplanation
  let tokenizer: Tokenizer

  private static let head = [
    "place", "document", "bytes", "before", "operation", "after", "target",
  ]

  private func shown(_ id: UInt32) -> String { shownPiece(tokenizer.piece(of: TokenID(id))) }

  /// Control characters made visible.
  private func shownPiece(_ piece: String) -> String {
    TokenColoring(usesColor: false).line([piece])
  }

  private var rows: [[String]] {
    explanation.tokens.enumerated().map { place, token in
      [
        "\(place)", token.document.map { "\($0)" } ?? "",
        token.source.map { "\($0.bytes.lowerBound)..<\($0.bytes.upperBound)" } ?? "",
        token.before.map(shown) ?? "", token.change?.rawValue ?? "", shown(token.after),
        token.target.map { tokenizerHas($0) ? shown(UInt32($0)) : "\($0)" } ?? "",
      ]
    }
  }

  /// Targets that are tokens are shown as such.
  private func tokenizerHas(_ target: Int32) -> Bool {
    target >= 0 && Int(target) < tokenizer.vocabularySize
  }

  private var targets: [String]? {
    explanation.targets.map { $0.map { tokenizerHas($0) ? shown(UInt32($0)) : "\($0)" } }
  }

  /// A line for each input, and the targets where they stand apart.
  var text: String {
    var table = TextTable(Self.head)
    for row in rows { table.append(row) }
    let rest = targets.map { "\ntargets: \(TokenColoring(usesColor: false).line($0))\n" } ?? ""
    return "row \(explanation.sample) of the epoch\n\n" + table.rendered() + rest
  }

  /// The same as a page.
  var page: String {
    var page = HTMLPage(title: "Row \(explanation.sample) of the epoch")
    page.addTokens(label: "before", explanation.tokens.compactMap { $0.before.map(shown) })
    page.addTokens(label: "after", explanation.tokens.map { shown($0.after) })
    if let targets { page.addTokens(label: "targets", targets) }
    page.addTable(Self.head, rows)
    return page.rendered()
  }
}

import BytePairEncoding
import Collation
import Reports
import Tokenization

/// The output of `stream --audit`.
struct AuditReport {
  let audit: StreamAudit

  /// Two tables, and anything suspicious.
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
      guard let trials = audit.trials[change] else { continue }
      if trials.count == 0 {
        rates.append([change.rawValue, "0", "0", "", "", ""])
        continue
      }
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

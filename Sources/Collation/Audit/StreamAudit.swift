import Noise

/// What some batches really are: rates, padding, cuts, duplicates.
public struct StreamAudit: Sendable {
  /// The batches looked at.
  public private(set) var batches = 0
  /// Their rows.
  public private(set) var rows = 0
  /// The positions of their inputs, padding among them.
  public private(set) var positions = 0
  /// The inputs that are tokens.
  public private(set) var tokens = 0
  /// The targets, classes among them.
  public private(set) var targets = 0
  /// The tokens that did not fit their rows, and the bytes that they stand for.
  public private(set) var cutTokens = 0, cutBytes = 0
  /// The rows whose tokens, before noise, another row had, too.
  public private(set) var duplicates = 0
  /// For each change how often chance decided.
  public private(set) var trials: [TokenChange: Trials] = [:]
  private var seen: Set<UInt64> = []

  /// Nothing looked at.
  public init() {}

  /// The share of all positions that are tokens.
  public var utilization: Double { positions == 0 ? 1 : Double(tokens) / Double(positions) }

  /// The chance with which a correct operation is called off: one in a million.
  static let confidence = 1 - 1e-6

  /// What is off, in words; none where everything is as it should be.
  public var findings: [String] {
    var findings: [String] = []
    for change in TokenChange.allCases {
      guard let trials = trials[change], let expected = trials.expected, trials.count > 0 else {
        continue
      }
      let rate = expected / Double(trials.count)
      let interval = BinomialInterval(
        successes: trials.successes,
        of: trials.count,
        confidence: Self.confidence
      )
      if !interval.contains(rate) { findings.append("\(change.rawValue): the rate is off") }
    }
    if targets == 0 { findings.append("no position has a target") }
    if utilization < 0.5 { findings.append("more than half of all positions are padding") }
    if cutTokens * 100 > tokens + cutTokens {
      findings.append(
        "more than one token in a hundred is cut: a larger block_size or slack keeps them"
      )
    }
    if duplicates * 100 > rows { findings.append("more than one row in a hundred is a duplicate") }
    return findings
  }

  fileprivate mutating func add(_ row: Row, length: Int) {
    rows += 1
    positions += length
    tokens += row.inputs.count
    targets += row.targets.count { $0 != Batch.ignoredTarget }
    if row.label != Batch.ignoredTarget { targets += 1 }
    for (change, trials) in row.trace?.trials ?? [:] {
      self.trials[change, default: Trials()].add(trials)
    }
    var digest = Digest()
    // A row of a source that is repeated is no duplicate.
    digest.add(UInt64(row.source) << 32 | UInt64(row.pass))
    for id in row.ids { digest.addBytes(of: id) }
    if !seen.insert(digest.value).inserted { duplicates += 1 }
  }

  fileprivate mutating func addBatch(cutTokens: Int, cutBytes: Int) {
    batches += 1
    self.cutTokens += cutTokens
    self.cutBytes += cutBytes
  }
}

extension BatchBuilder {
  /// Looks at all rows of a step.
  ///
  /// - Parameters:
  ///   - audit: Grows by them.
  ///   - epoch: The pass over the data.
  ///   - step: Below the epoch's number of steps.
  /// - Throws: ``FileError``, ``InvalidData``, ``UnicodeTextError``, from where the data are.
  public mutating func audit(
    into audit: inout StreamAudit,
    epoch: UInt32 = 0,
    step: Int
  ) throws {
    var cut = (tokens: 0, bytes: 0)
    for place in 0..<stream.rowCount(epoch: epoch, step: step) {
      let (row, _, batch) = try traced(epoch: epoch, step: step, row: place)
      audit.add(row, length: batch.length)
      cut.tokens += batch.cutTokens
      cut.bytes += batch.cutBytes
    }
    audit.addBatch(cutTokens: cut.tokens, cutBytes: cut.bytes)
  }
}

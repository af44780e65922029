import Noise

/// Measurements of some batches: rates of noise, padding, cuts, duplicates.
public struct StreamAudit: Sendable {
  /// The number of batches.
  public private(set) var batches = 0
  /// The rows of these batches.
  public private(set) var rows = 0
  /// The positions of their inputs, padding among them.
  public private(set) var positions = 0
  /// The inputs that are tokens.
  public private(set) var tokens = 0
  /// The targets, classes among them.
  public private(set) var targets = 0
  /// The tokens that did not fit their rows, and the bytes that they stand for.
  public private(set) var cutTokens = 0, cutBytes = 0
  /// The rows whose tokens, before noise, another row had.
  public private(set) var duplicates = 0
  /// The trials of each change.
  public private(set) var trials: [TokenChange: Trials] = [:]

  /// The changes that chance decided about, in the order of a row's way through them.
  public var changes: [TokenChange] {
    let known = TokenChange.known.filter { trials[$0] != nil }
    let others = trials.keys.filter { !TokenChange.known.contains($0) }
    return known + others.sorted { $0.rawValue < $1.rawValue }
  }
  private var seen: Set<UInt64> = []

  /// An audit of no batches.
  public init() {}

  /// The share of all positions that are tokens.
  public var utilization: Double { positions == 0 ? 1 : Double(tokens) / Double(positions) }

  /// The confidence of a finding: a correct operation is called off once in a million times.
  static let confidence = 1 - 1e-6

  /// The deviations from the expected, in words; none where there are none.
  public var findings: [String] {
    var findings: [String] = []
    for change in changes {
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
    cutTokens += row.cutTokens
    cutBytes += row.cutBytes
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

  fileprivate mutating func addBatch() { batches += 1 }
}

extension BatchBuilder {
  /// Measures all rows of a step.
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
    for place in 0..<stream.rowCount(epoch: epoch, step: step) {
      let (row, _, length) = try traced(epoch: epoch, step: step, row: place)
      audit.add(row, length: length)
    }
    audit.addBatch()
  }
}

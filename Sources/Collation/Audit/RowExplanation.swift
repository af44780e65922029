/// The origin and the changes of each token of a row.
public struct RowExplanation: Sendable {
  /// One input.
  public struct Token: Sendable {
    /// The document that it is of; nil where documents are not known.
    public let document: UInt32?
    /// The place of the token in the row as it was read, and its bytes of the original text,
    /// counted from the row's beginning; nil where it was put in.
    public let source: (place: Int, bytes: Range<Int>)?
    /// The id before; nil where it was put in.
    public let before: UInt32?
    /// The last change; nil for none.
    public let change: TokenChange?
    /// The id that goes into the model.
    public let after: UInt32
    /// The target at its place; nil where there is none, or targets stand apart.
    public let target: Int32?
  }

  /// The number of the row in the epoch; all its noise is a function of it, the seed and the epoch.
  public let sample: Int
  /// In the order of the row.
  public let tokens: [Token]
  /// Targets of a length of their own; nil where they stand at the inputs.
  public let targets: [Int32]?
}

extension BatchBuilder {
  /// Makes one row again, and explains it.
  ///
  /// - Parameters:
  ///   - epoch: The pass over the data.
  ///   - step: Below the epoch's number of steps.
  ///   - place: The row, below the step's number of rows.
  /// - Returns: Its tokens one by one.
  /// - Throws: ``FileError``, ``InvalidData``, ``UnicodeTextError``, from where the data are.
  public mutating func explanation(
    epoch: UInt32 = 0,
    step: Int,
    row place: Int
  ) throws -> RowExplanation {
    let (row, sample, _) = try traced(epoch: epoch, step: step, row: place)
    let trace = row.trace ?? RowTrace()
    let ends = row.ids.indices.reduce(into: [0]) {
      $0.append($0[$0.count - 1] + Int(row.byteCount(at: $1)))
    }
    let areAligned = stream.collator.longestTargets == nil
    let tokens = row.inputs.indices.map { index in
      let origin = trace.origins[index]
      let isRead = origin >= 0
      let target = areAligned ? row.targets[index] : Batch.ignoredTarget
      return RowExplanation.Token(
        document: row.inputDocuments.isEmpty ? nil : row.inputDocuments[index],
        source: isRead ? (origin, ends[origin]..<ends[origin + 1]) : nil,
        before: isRead ? row.ids[origin] : nil,
        change: trace.changes[index],
        after: row.inputs[index],
        target: target == Batch.ignoredTarget ? nil : target
      )
    }
    return RowExplanation(sample: sample, tokens: tokens, targets: areAligned ? nil : row.targets)
  }
}

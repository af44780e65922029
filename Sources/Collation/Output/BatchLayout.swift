import BytePairEncoding

/// The arrays that the batches of a stream have, as files and frames name them.
public struct BatchLayout: Sendable {
  /// One array, of 32-bit numbers.
  struct Part: Sendable {
    let name: String
    /// As NumPy writes it.
    let type: String
    /// The columns of the longest batch; nil for one number a row.
    let width: Int?
    /// What stands behind shorter rows.
    let fill: UInt32
    /// The numbers of a batch, row after row, and its columns.
    let values: @Sendable (Batch) -> (numbers: [UInt32], columns: Int)
  }

  /// In the order in which they are written.
  let parts: [Part]

  /// The arrays of a stream's batches.
  public init(_ stream: BatchStream) {
    let collator = stream.collator
    let inputs = collator.longestRow
    let targets = collator.longestTargets ?? inputs
    let ignored = UInt32(bitPattern: Batch.ignoredTarget)
    var parts = [
      Part(name: "inputs", type: "<u4", width: inputs, fill: collator.padding.rawValue) {
        ($0.inputs, $0.length)
      },
      Part(name: "targets", type: "<i4", width: targets, fill: ignored) {
        ($0.targets.map { UInt32(bitPattern: $0) }, $0.targetLength)
      },
      Part(name: "lengths", type: "<i4", width: nil, fill: 0) { (Self.numbers($0.lengths), 1) },
      Part(name: "target_bytes", type: "<u4", width: targets, fill: 0) {
        ($0.targetBytes, $0.targetLength)
      },
    ]
    if stream.hasDocuments {
      parts.append(
        Part(name: "documents", type: "<u4", width: inputs, fill: Batch.noDocument) {
          ($0.documents, $0.length)
        }
      )
    }
    for array in collator.objective.kind.extras {
      let width: Int? =
        switch array.width {
        case .row: nil
        case .inputs: inputs
        case .targets: targets
        }
      let fill = UInt32(bitPattern: array.fill)
      parts.append(
        Part(name: array.name, type: "<i4", width: width, fill: fill) { batch in
          let columns = array.count(length: batch.length, targetLength: batch.targetLength)
          return (batch[array].map { UInt32(bitPattern: $0) }, columns)
        }
      )
    }
    self.parts = parts
  }

  private static func numbers(_ numbers: [Int]) -> [UInt32] {
    numbers.map { UInt32(truncatingIfNeeded: $0) }
  }
}

extension [UInt8] {
  /// Appends numbers of four bytes, the lowest first.
  mutating func append(numbers: [UInt32]) {
    // SAFETY: the bytes are read during the call only.
    unsafe numbers.map { $0.littleEndian }.withUnsafeBytes { unsafe append(contentsOf: $0) }
  }
}

/// Rows of tokens for a trainer, in flat arrays, row after row.
///
/// Targets are already shifted: the target of a position stands at that position. Causal models
/// need no shift of their own, unlike with the labels of Hugging Face.
public struct Batch: Equatable, Sendable {
  /// The target of a position that has none; the index that PyTorch ignores.
  public static let ignoredTarget: Int32 = -100
  /// The document of a position that is padding.
  public static let noDocument = UInt32.max

  /// The pass over the data.
  public internal(set) var epoch: UInt32
  /// The step in the epoch.
  public internal(set) var step: Int
  /// The index of the first row in the whole batch of the step.
  public internal(set) var firstRow: Int
  /// The positions of a row.
  public internal(set) var length: Int
  /// The target positions of a row: ``length``, or a length of their own for encoder-decoder
  /// models.
  public internal(set) var targetLength: Int
  /// The number of rows.
  public internal(set) var rows = 0

  /// rows × length input ids.
  public internal(set) var inputs: [UInt32] = []
  /// rows × targetLength target ids, or ``ignoredTarget``.
  public internal(set) var targets: [Int32] = []
  /// rows × targetLength byte counts of the targets; 0 where there is no target, or none is known.
  public internal(set) var targetBytes: [UInt32] = []
  /// rows × length numbers of the inputs' documents, ``noDocument`` at padding; empty where
  /// documents are not known.
  public internal(set) var documents: [UInt32] = []
  /// The tokens of each row; the positions behind them are padding.
  public internal(set) var lengths: [Int] = []

  /// The arrays that the objective adds, in its order.
  public internal(set) var extras: [Extra] = []

  /// The tokens that did not fit their rows.
  public internal(set) var cutTokens = 0
  /// The bytes of the original text that they stand for.
  public internal(set) var cutBytes = 0

  /// A batch without rows.
  init() {
    (epoch, step, firstRow, length, targetLength) = (0, 0, 0, 0, 0)
  }

  /// Empties all arrays, and keeps their memory.
  ///
  /// - Parameter arrays: The extra arrays from now on.
  mutating func removeAll(extras arrays: [ExtraArray]) {
    rows = 0
    inputs.removeAll(keepingCapacity: true)
    targets.removeAll(keepingCapacity: true)
    targetBytes.removeAll(keepingCapacity: true)
    documents.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    if extras.map(\.array) == arrays {
      for index in extras.indices { extras[index].values.removeAll(keepingCapacity: true) }
    } else {
      extras = arrays.map { Extra(array: $0) }
    }
    (cutTokens, cutBytes) = (0, 0)
  }

  /// Leaves a target out of the loss.
  ///
  /// - Parameter place: Its place in ``targets``.
  public mutating func ignoreTarget(at place: Int) {
    targets[place] = Self.ignoredTarget
    targetBytes[place] = 0
  }

  mutating func reserve(rows: Int) {
    inputs.reserveCapacity(rows * length)
    targets.reserveCapacity(rows * targetLength)
    targetBytes.reserveCapacity(rows * targetLength)
    lengths.reserveCapacity(rows)
  }
}

extension Batch {
  /// rows × length: 1 for a token, 0 for padding.
  public var attentionMask: [UInt8] {
    lengths.reduce(into: []) { mask, count in
      mask.append(contentsOf: repeatElement(1, count: count))
      mask.append(contentsOf: repeatElement(0, count: length - count))
    }
  }

  /// rows × length positions from 0, which begin anew with each document of a row; 0 at padding.
  ///
  /// Where documents are not known, positions count through the row.
  public var positions: [Int32] {
    var positions = [Int32](repeating: 0, count: rows * length)
    for row in 0..<rows {
      let base = row * length
      for place in stride(from: 1, to: lengths[row], by: 1) {
        let isSame = documents.isEmpty || documents[base + place] == documents[base + place - 1]
        positions[base + place] = isSame ? positions[base + place - 1] + 1 : 0
      }
    }
    return positions
  }

  /// The cumulative sequence lengths of variable-length attention: the first place of each run of
  /// one document in the flat inputs, and the end.
  ///
  /// Padding is a run of its own. Where documents are not known, each row is one.
  public var sequenceBounds: [Int32] {
    var bounds: [Int32] = [0]
    for place in stride(from: 1, to: rows * length, by: 1) {
      let (row, column) = place.quotientAndRemainder(dividingBy: length)
      let isNew =
        column == 0 || column == lengths[row]
        || (!documents.isEmpty && documents[place] != documents[place - 1])
      if isNew { bounds.append(Int32(truncatingIfNeeded: place)) }
    }
    if rows * length > 0 { bounds.append(Int32(truncatingIfNeeded: rows * length)) }
    return bounds
  }

  /// The number of positions that have a target.
  public var targetCount: Int { targets.count { $0 != Self.ignoredTarget } }

  /// The bytes of all targets: the divisor of bits per byte.
  public var targetByteCount: Int { targetBytes.reduce(0) { $0 + Int($1) } }
}

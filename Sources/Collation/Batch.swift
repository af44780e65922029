/// Rows of tokens as a trainer takes them: flat arrays, row after row, and no tensor.
///
/// Targets are already shifted: the target of a position stands at that position, for causal models,
/// too (unlike the labels of Hugging Face, which the model shifts).
public struct Batch: Equatable, Sendable {
  /// The target of a position that has none; the index that PyTorch ignores.
  public static let ignoredTarget: Int32 = -100
  /// The document of a position that is padding.
  public static let noDocument = UInt32.max

  /// The pass over the data.
  public internal(set) var epoch: UInt32
  /// The step in the epoch.
  public internal(set) var step: Int
  /// The place of this batch's first row in the whole batch of the step.
  public internal(set) var firstRow: Int
  /// The positions of a row.
  public internal(set) var length: Int
  /// The places for a row's targets: those of its inputs, or more or fewer where an encoder-decoder model
  /// writes them.
  public internal(set) var targetLength: Int
  /// The number of rows.
  public internal(set) var rows = 0

  /// rows × length ids that go into the model.
  public internal(set) var inputs: [UInt32] = []
  /// rows × targetLength ids that it should find, or ``ignoredTarget``.
  public internal(set) var targets: [Int32] = []
  /// rows × targetLength byte counts of the targets; 0 where there is none, or where it is not known.
  public internal(set) var targetBytes: [UInt32] = []
  /// rows × length numbers of the inputs' documents, ``noDocument`` at padding; empty where documents
  /// are not known.
  public internal(set) var documents: [UInt32] = []
  /// For each row how many positions are tokens; the rest, at its end, is padding.
  public internal(set) var lengths: [Int] = []

  /// For each row how many targets there are; empty where they stand at the inputs.
  public internal(set) var targetLengths: [Int] = []
  /// For each row how many inputs all positions may see; empty but for prefix language models.
  public internal(set) var prefixLengths: [Int] = []
  /// rows × length places in the order of prediction, -1 at padding; empty but for permutation
  /// language models.
  public internal(set) var order: [Int32] = []

  /// For each row the class, ``ignoredTarget`` where there is none; empty but for classification.
  public internal(set) var labels: [Int32] = []
  /// rows × length numbers of the inputs' texts, 0 or 1, 0 at padding; empty but for classification.
  public internal(set) var tokenTypes: [Int32] = []

  /// The tokens that did not fit their rows.
  public internal(set) var cutTokens = 0
  /// The bytes of the original text that they stand for.
  public internal(set) var cutBytes = 0

  /// A batch without rows.
  init() {
    (epoch, step, firstRow, length, targetLength) = (0, 0, 0, 0, 0)
  }

  /// Empties all arrays, and keeps their memory.
  mutating func removeAll() {
    rows = 0
    inputs.removeAll(keepingCapacity: true)
    targets.removeAll(keepingCapacity: true)
    targetBytes.removeAll(keepingCapacity: true)
    documents.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    targetLengths.removeAll(keepingCapacity: true)
    prefixLengths.removeAll(keepingCapacity: true)
    order.removeAll(keepingCapacity: true)
    labels.removeAll(keepingCapacity: true)
    tokenTypes.removeAll(keepingCapacity: true)
    (cutTokens, cutBytes) = (0, 0)
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

  /// rows × length: the place of each input in its document as far as the row shows it, from 0; in
  /// its row where documents are not known; 0 at padding.
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

  /// Where each run of one document begins in the inputs of all rows, and the end of each row's tokens: the
  /// bounds that attention over sequences of different lengths takes.
  ///
  /// Padding is a run of its own. Without known documents each row is one.
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

  /// The bytes of all targets: what the nats of a step are divided by, for bits per byte.
  public var targetByteCount: Int { targetBytes.reduce(0) { $0 + Int($1) } }
}

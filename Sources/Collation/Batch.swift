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
  public let epoch: UInt32
  /// The step in the epoch.
  public let step: Int
  /// The place of this batch's first row in the whole batch of the step.
  public let firstRow: Int
  /// The positions of a row.
  public let length: Int
  /// The number of rows.
  public internal(set) var rows = 0

  /// rows × length ids that go into the model.
  public internal(set) var inputs: [UInt32] = []
  /// rows × length ids that it should find, or ``ignoredTarget``.
  public internal(set) var targets: [Int32] = []
  /// rows × length byte counts of the targets; 0 where there is none, or where it is not known.
  public internal(set) var targetBytes: [UInt32] = []
  /// rows × length numbers of the inputs' documents, ``noDocument`` at padding; empty where documents
  /// are not known.
  public internal(set) var documents: [UInt32] = []
  /// For each row how many positions are tokens; the rest, at its end, is padding.
  public internal(set) var lengths: [Int] = []

  /// The tokens that did not fit their rows.
  public internal(set) var cutTokens = 0
  /// The bytes of the original text that they stand for.
  public internal(set) var cutBytes = 0

  init(epoch: UInt32, step: Int, firstRow: Int, length: Int) {
    self.epoch = epoch
    self.step = step
    self.firstRow = firstRow
    self.length = length
  }

  mutating func reserve(rows: Int) {
    inputs.reserveCapacity(rows * length)
    targets.reserveCapacity(rows * length)
    targetBytes.reserveCapacity(rows * length)
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

  /// The number of positions that have a target.
  public var targetCount: Int { targets.count { $0 != Self.ignoredTarget } }

  /// The bytes of all targets: what the nats of a step are divided by, for bits per byte.
  public var targetByteCount: Int { targetBytes.reduce(0) { $0 + Int($1) } }
}

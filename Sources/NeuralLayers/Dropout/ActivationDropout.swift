// Source: N. Srivastava et al., "Dropout", JMLR 15, 2014; inverted: kept elements are scaled by 1 /
//   (1 - rate) in training, and evaluation changes nothing. Locked masks: Y. Gal, Z. Ghahramani, "A
//   Theoretically Grounded Application of Dropout in Recurrent Neural Networks", NeurIPS 2016.
// Procedure: element j of the row at (item, time) is dropped if word j of the random stream of
//   (key, item, time) lies below the threshold; a locked mask takes time 0 at all times. The mask is
//   drawn once, as bits that the backward pass uses again. At rate 1 everything is 0; at rate 0 the
//   result is the input itself.
// Complexity: O(elements), about a nanosecond each for the random words; a bit for each element.
// Determinism: a pure function of (key, item, time, column), or of (key, item, column).

public import Noise
import TensorCore

/// The rate and key of dropout at one place in a model.
public struct ActivationDropout: Sendable {
  /// The probability that an element is dropped.
  public let rate: DropoutRate
  /// Seed, epoch and site, derived for this place in the model.
  public let key: NoiseKey
  /// Whether all times of a sequence share one mask.
  public let isLocked: Bool
  let threshold: BernoulliThreshold

  /// Creates a place with noise.
  ///
  /// - Parameters:
  ///   - rate: The probability that an element is dropped; 0 is no noise.
  ///   - key: Unique to each place; see `NoiseKey.derived(_:)`.
  ///   - isLocked: Whether all times of a sequence share one mask.
  public init(_ rate: DropoutRate, key: NoiseKey, isLocked: Bool = false) {
    self.rate = rate
    self.key = key
    self.isLocked = isLocked
    self.threshold = BernoulliThreshold(rate.value)
  }

  /// The same rate at a numbered place inside this one.
  public func derived(_ number: UInt64) -> ActivationDropout {
    ActivationDropout(rate, key: key.derived(number), isLocked: isLocked)
  }

  func scale<Element: TensorElement>(_: Element.Type) -> Element {
    rate.value < 1 ? Element(1 / (1 - rate.value)) : 0
  }

  func row(_ index: Int, of rows: RowPlacement) -> DropoutRow {
    DropoutRow(
      threshold,
      key: key,
      item: rows.firstItem &+ UInt64(rows.sequence(of: index)),
      position: isLocked ? 0 : rows.firstTime + UInt64(rows.time(of: index))
    )
  }

  /// The bits of kept elements, row by row, each of `DropoutRow.maskWords(columns)` words.
  func masks(of rows: RowPlacement, columns: Int, on pool: ComputePool) -> [UInt64] {
    precondition(
      columns <= DropoutRow.maximumCount,
      "a row under dropout has at most \(DropoutRow.maximumCount) columns, but this has \(columns)"
    )
    let words = DropoutRow.maskWords(columns)
    var masks = [UInt64](repeating: 0, count: rows.rows * words)
    masks.withUnsafeMutableBufferPointer { masks in
      guard let base = masks.baseAddress else { return }
      // SAFETY: each row has words of its own.
      pool.forRows(rows.rows, cost: 2 * columns) { range in
        for index in range {
          row(index, of: rows).writeMask(base + index * words, from: 0, columns)
        }
      }
    }
    return masks
  }
}

extension ComputePool {
  /// Keeps the elements whose bits are set, scaled; a mask is its own gradient.
  fileprivate func keep<Element: TensorElement>(
    _ x: Tensor<Element>,
    _ masks: [UInt64],
    scale: Element
  ) -> Tensor<Element> {
    let (rows, columns) = (x.rows, x.columns)
    let words = DropoutRow.maskWords(columns)
    var y: Tensor<Element> = tensor(x.shape)
    x.read { x in
      y.write { y in
        masks.withUnsafeBufferPointer { masks in
          guard let base = masks.baseAddress else { return }
          // SAFETY: a row has as many words as its mask takes, and ranges of rows are disjoint.
          forRows(rows, cost: columns) { range in
            for row in range {
              let (line, mask) = (row * columns, base + row * words)
              Element.masked(y + line, x + line, mask, first: 0, scale: scale, beta: 0, columns)
            }
          }
        }
      }
    }
    return y
  }
}

extension Tape {
  /// Drops elements of an activation.
  ///
  /// **Shapes**: x [rows, columns] → [rows, columns], the rows those of the placement.
  ///
  /// - Parameters:
  ///   - x: The activation.
  ///   - dropout: Rate and key; nil or rate 0 returns x itself.
  ///   - rows: The sequence and time of each row.
  /// - Returns: The masked activation.
  public func dropout(
    _ x: Variable<Element>,
    _ dropout: ActivationDropout?,
    rows: RowPlacement
  ) -> Variable<Element> {
    guard let dropout, dropout.rate != .zero else { return x }
    precondition(
      x.value.rows == rows.rows,
      "an activation of shape \(x.shape) has \(x.value.rows) rows, its placement \(rows.rows)"
    )
    let (pool, scale) = (pool, dropout.scale(Element.self))
    let masks = dropout.masks(of: rows, columns: x.value.columns, on: pool)
    let output = output(pool.keep(x.value, masks, scale: scale))
    record(output, as: "dropout") { gradient in
      x.gradient?.add(pool.keep(gradient, masks, scale: scale), on: pool)
    }
    return output
  }
}

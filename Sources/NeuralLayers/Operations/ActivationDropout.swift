// Source: N. Srivastava et al., "Dropout", JMLR 15, 2014; inverted: kept elements are scaled by 1 /
//   (1 - rate) in training, and evaluation changes nothing.
// Procedure: element j of the row at (item, time) is dropped if word j of the random stream of
//   (key, item, time) lies below the threshold. Backward regenerates the mask; none is stored. At
//   rate 1 everything is 0; at rate 0 the result is the input itself.
// Complexity: O(elements), about a nanosecond each for the random words.
// Determinism: a pure function of (key, item, time, column).

public import Noise
import TensorCore

/// The rate and key of dropout at one place in a model.
public struct ActivationDropout: Sendable {
  /// The probability that an element is dropped.
  public let rate: DropoutRate
  /// Seed, epoch and site, derived for this place in the model.
  public let key: NoiseKey
  let threshold: BernoulliThreshold

  /// Creates a place with noise.
  ///
  /// - Parameters:
  ///   - rate: The probability that an element is dropped; 0 is no noise.
  ///   - key: Unique to each place; see `NoiseKey.derived(_:)`.
  public init(_ rate: DropoutRate, key: NoiseKey) {
    self.rate = rate
    self.key = key
    self.threshold = BernoulliThreshold(rate.value)
  }

  /// The same rate at a numbered place inside this one.
  public func derived(_ number: UInt64) -> ActivationDropout {
    ActivationDropout(rate, key: key.derived(number))
  }

  func scale<Element: TensorElement>(_: Element.Type) -> Element {
    rate.value < 1 ? Element(1 / (1 - rate.value)) : 0
  }

  func row(_ index: Int, of rows: RowPlacement) -> DropoutRow {
    DropoutRow(
      threshold,
      key: key,
      item: rows.firstItem &+ UInt64(rows.sequence(of: index)),
      position: rows.firstTime + UInt64(rows.time(of: index))
    )
  }

  /// y = mask * x / (1 - rate), which is its own gradient; y may be x.
  func apply<Element: TensorElement>(
    _ y: UnsafeMutablePointer<Element>,
    _ x: UnsafePointer<Element>,
    rows: RowPlacement,
    columns: Int,
    on pool: ComputePool
  ) {
    precondition(
      columns <= DropoutRow.maximumCount,
      "a row under dropout has at most \(DropoutRow.maximumCount) columns, but this has \(columns)"
    )
    let scale = scale(Element.self)
    pool.forRows(rows.rows, cost: 4 * columns) { range in
      for index in range {
        let offset = index * columns
        Element.dropout(y + offset, x + offset, row(index, of: rows), scale: scale, columns)
      }
    }
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
    let (columns, pool) = (x.value.columns, pool)
    var y: Tensor<Element> = pool.tensor(x.shape)
    x.value.read { x in
      y.write { dropout.apply($0, x, rows: rows, columns: columns, on: pool) }
    }
    let output = output(y)
    record(output, as: "dropout") { gradient in
      guard let slot = x.gradient else { return }
      var masked: Tensor<Element> = pool.tensor(gradient.shape)
      gradient.read { gradient in
        masked.write { dropout.apply($0, gradient, rows: rows, columns: columns, on: pool) }
      }
      slot.add(masked, on: pool)
    }
    return output
  }
}

// Source: dropout whose mask all rows of a product share: S. Sarma et al., "Structured in Space,
//   Randomized in Time", NeurIPS 2021; one mask for all times: Y. Gal, Z. Ghahramani, NeurIPS 2016.
// Procedure: column j is dropped if word j of a random stream lies below the threshold. The columns
//   that are kept are gathered from the activation, scaled by 1 / (1 - rate), and from the weight;
//   one product of that inner dimension takes the place of the whole one. Backward scatters the
//   gradients; those of dropped columns are 0. Where no column is kept, one is multiplied by 0.
// Complexity: a product costs its share of kept columns; gathering and scattering O(rows columns)
//   and O(weight).
// Determinism: a pure function of the stream.

public import Noise
import TensorCore

/// The columns of an activation that a step keeps.
public struct KeptColumns: Sendable {
  /// The number of all columns.
  public let width: Int
  /// The columns that are kept, in ascending order; never empty.
  public let columns: [Int32]
  /// The factor of kept columns: 1 / (1 - rate), or 0 if none was kept.
  public let scale: Double

  /// Draws the columns that are kept.
  ///
  /// - Parameters:
  ///   - rate: The probability that a column is dropped.
  ///   - width: The number of columns, at least 1.
  ///   - stream: Gives one word for each column.
  public init(_ rate: DropoutRate, of width: Int, from stream: inout RandomStream) {
    precondition(width > 0 && width <= Int(Int32.max), "no columns can be kept of \(width)")
    let threshold = BernoulliThreshold(rate.value)
    let kept = (0..<Int32(width)).filter { _ in !stream.happens(threshold) }
    self.width = width
    columns = kept.isEmpty ? [0] : kept
    scale = kept.isEmpty ? 0 : 1 / (1 - rate.value)
  }
}

extension Tape {
  /// Gathers the kept columns of an activation, scaled.
  ///
  /// **Shapes**: x […, columns] → […, kept columns].
  ///
  /// - Parameters:
  ///   - x: The activation.
  ///   - kept: The columns; nil returns x itself.
  /// - Returns: The kept columns, side by side.
  public func columns(_ x: Variable<Element>, _ kept: KeptColumns?) -> Variable<Element> {
    guard let kept else { return x }
    precondition(
      x.value.columns == kept.width,
      "columns of \(kept.width) cannot be kept of an activation of shape \(x.shape)"
    )
    let (pool, scale) = (pool, Element(kept.scale))
    let y = pool.gather(x.value, kept, scale: scale)
    let output = output(y)
    record(output, as: "columns") { gradient in
      if let slot = x.gradient { pool.scatter(gradient, kept, scale: scale, to: slot) }
    }
    return output
  }

  /// A parameter as operations use it, without the columns that meet no input.
  func used(_ parameter: Parameter<Element>, columns kept: KeptColumns?) -> UsedWeight<Element> {
    let whole = used(parameter)
    guard let kept else { return whole }
    precondition(
      whole.value.columns == kept.width,
      "columns of \(kept.width) cannot be kept of \(whole.name) \(whole.shape)"
    )
    let pool = pool
    let output = output(pool.gather(whole.value, kept, scale: 1))
    record(output, as: "columns") { gradient in
      pool.scatter(gradient, kept, scale: 1, to: whole.gradient)
    }
    return UsedWeight(
      name: whole.name,
      value: output.value,
      gradient: output.gradient ?? Gradient(shape: output.shape)
    )
  }
}

extension ComputePool {
  /// The kept columns of each row.
  fileprivate func gather<Element: TensorElement>(
    _ x: Tensor<Element>,
    _ kept: KeptColumns,
    scale: Element
  ) -> Tensor<Element> {
    let (rows, width, count) = (x.rows, kept.width, kept.columns.count)
    var y: Tensor<Element> = tensor(x.shape.dropLast() + [count])
    x.read { x in
      y.write { y in
        kept.columns.withUnsafeBufferPointer { columns in
          guard let columns = columns.baseAddress else { return }
          // SAFETY: columns lie below the width, and ranges of rows are disjoint.
          forRows(rows, cost: 2 * count) { range in
            for row in range {
              Element.gather(
                y + row * count,
                x + row * width,
                columns: columns,
                scale: scale,
                count
              )
            }
          }
        }
      }
    }
    return y
  }

  /// Adds each row of a gradient to the kept columns of a row.
  fileprivate func scatter<Element: TensorElement>(
    _ gradient: Tensor<Element>,
    _ kept: KeptColumns,
    scale: Element,
    to slot: Gradient<Element>
  ) {
    let (rows, width, count) = (gradient.rows, kept.width, kept.columns.count)
    slot.accumulate { sum, beta in
      gradient.read { gradient in
        kept.columns.withUnsafeBufferPointer { columns in
          guard let columns = columns.baseAddress else { return }
          // SAFETY: columns lie below the width, and ranges of rows are disjoint.
          forRows(rows, cost: 2 * width) { range in
            for row in range {
              let line = sum + row * width
              if beta == 0 { line.clear(width) }
              let source = gradient + row * count
              Element.scatter(line, source, columns: columns, scale: scale, count)
            }
          }
        }
      }
    }
  }
}

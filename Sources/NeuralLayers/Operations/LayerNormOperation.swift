// Source: J. L. Ba, J. R. Kiros, G. E. Hinton, "Layer Normalization", arXiv 1607.06450.
// Procedure: sum = x + residual, y = (sum - mean) / sqrt(variance + epsilon) * gain + bias, row by
//   row; mean and 1 / deviation are saved. Backward: both row sums in one pass; the gradients of
//   gain and bias are summed per shard of rows.
// Complexity: O(elements).
// Determinism: shards by shape; their sums are added in the order of rows.

import TensorCore

extension Tape {
  /// Normalises each row, after adding a residual stream if one is given.
  ///
  /// **Shapes**: x and residual […, columns], gain and bias [columns] → twice […, columns].
  ///
  /// - Parameters:
  ///   - x: The activation.
  ///   - residual: Added to x first; nil for none.
  ///   - gain: Multiplies the normalised row.
  ///   - bias: Added to the scaled row.
  ///   - epsilon: Added to the variance.
  /// - Returns: The sum (x itself without a residual), which continues the stream, and the
  ///   normalised rows.
  public func layerNorm(
    _ x: Variable<Element>,
    residual: Variable<Element>? = nil,
    gain: Parameter<Element>,
    bias: Parameter<Element>,
    epsilon: Double = 1e-5
  ) -> (sum: Variable<Element>, normalized: Variable<Element>) {
    let (rows, columns, pool) = (x.value.rows, x.value.columns, pool)
    precondition(
      gain.shape == [columns] && bias.shape == [columns],
      "\(gain.name) \(gain.shape) and \(bias.name) \(bias.shape) cannot scale rows of \(x.shape)"
    )
    precondition(columns > 0, "an empty row has no mean")
    let sum = residual.map { add(x, $0) } ?? x
    let scale = gain.value
    var y: Tensor<Element> = pool.tensor(x.shape)
    var statistics: Tensor<Element> = pool.tensor([rows, 2])
    y.write { y in
      statistics.write { statistics in
        Tensor.read(sum.value, scale, bias.value) { inputs in
          pool.forRows(rows, cost: 2 * columns) { range in
            for row in range {
              Element.layerNorm(
                y + row * columns,
                statistics: statistics + 2 * row,
                inputs[0] + row * columns,
                gain: inputs[1],
                bias: inputs[2],
                epsilon: Element(epsilon),
                columns
              )
            }
          }
        }
      }
    }
    let output = output(y)
    let saved = statistics
    record(output, as: "layer norm") { gradient in
      let shards = RowShards(rows: rows, cost: 2 * columns)
      var parts = Tensor<Element>(zeros: [shards.count, 2, columns])
      var dSum: Tensor<Element> = pool.tensor(gradient.shape)
      parts.write { parts in
        dSum.write { dSum in
          Tensor.read(gradient, sum.value, scale, saved) { inputs in
            // SAFETY: a shard writes only its rows and its own part.
            pool.run(shards: shards.count) { shard in
              for row in shards[shard] {
                Element.layerNormBackward(
                  LayerNormGradients(
                    dx: dSum + row * columns,
                    dGain: parts + shard * 2 * columns,
                    dBias: parts + (shard * 2 + 1) * columns
                  ),
                  dy: inputs[0] + row * columns,
                  x: inputs[1] + row * columns,
                  gain: inputs[2],
                  statistics: inputs[3] + 2 * row,
                  columns
                )
              }
            }
          }
        }
      }
      sum.gradient?.add(dSum, on: pool)
      parts.read { parts in
        for (offset, slot) in [(0, gain.gradient), (columns, bias.gradient)] {
          slot.accumulate { total, beta in
            for shard in 0..<shards.count {
              let part = parts + shard * 2 * columns + offset
              Element.axpby(total, 1, part, shard == 0 ? beta : 1, columns)
            }
          }
        }
      }
    }
    return (sum, output)
  }

  /// Adds two activations of one shape.
  public func add(_ x: Variable<Element>, _ y: Variable<Element>) -> Variable<Element> {
    precondition(x.shape == y.shape, "activations \(x.shape) and \(y.shape) cannot be added")
    let pool = pool
    var sum = y.value
    let count = sum.count
    x.value.read { x in sum.write { pool.axpby($0, 1, x, 1, count) } }
    let output = output(sum)
    record(output, as: "layer norm") { gradient in
      x.gradient?.add(gradient, on: pool)
      y.gradient?.add(gradient, on: pool)
    }
    return output
  }
}

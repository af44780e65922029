// Source: B. Zhang, R. Sennrich, "Root Mean Square Layer Normalization", NeurIPS 2019.
// Procedure: sum = x + residual, y = sum / sqrt(mean of squares + epsilon) * gain, row by row; the
//   factor of each row is saved. Backward: the row's sum in one pass; the gain's gradient is summed
//   per shard.
// Complexity: O(elements).
// Determinism: shards by shape; their sums are added in the order of rows.

import TensorCore

extension Tape {
  /// Divides each row by its root mean square, after adding a residual stream if one is given.
  ///
  /// **Shapes**: x and residual […, columns], gain [columns] → twice […, columns].
  ///
  /// - Parameters:
  ///   - x: The activation.
  ///   - residual: Added to x first; nil for none.
  ///   - gain: Multiplies the normalised row.
  ///   - epsilon: Added to the mean of squares.
  /// - Returns: The sum (x itself without a residual), which continues the stream, and the
  ///   normalised rows.
  public func rmsNorm(
    _ x: Variable<Element>,
    residual: Variable<Element>? = nil,
    gain: Parameter<Element>,
    epsilon: Double = 1e-5
  ) -> (sum: Variable<Element>, normalized: Variable<Element>) {
    let (rows, columns, pool) = (x.value.rows, x.value.columns, pool)
    precondition(
      gain.shape == [columns] && columns > 0,
      "\(gain.name) \(gain.shape) cannot scale rows of \(x.shape)"
    )
    let sum = residual.map { add(x, $0) } ?? x
    let used = gain.value
    var y: Tensor<Element> = pool.tensor(x.shape)
    var factors: Tensor<Element> = pool.tensor([rows])
    y.write { y in
      factors.write { factors in
        Tensor.read(sum.value, used) { inputs in
          // SAFETY: ranges of rows are disjoint.
          pool.forRows(rows, cost: 2 * columns) { range in
            for row in range {
              let offset = row * columns
              factors[row] = Element.rmsNorm(
                y + offset,
                inputs[0] + offset,
                gain: inputs[1],
                epsilon: Element(epsilon),
                columns
              )
            }
          }
        }
      }
    }
    let output = output(y)
    let saved = factors
    record(output, as: "RMS norm") { gradient in
      let shards = RowShards(rows: rows, cost: 2 * columns)
      var parts = Tensor<Element>(zeros: [shards.count, columns])
      var dSum: Tensor<Element> = pool.tensor(gradient.shape)
      parts.write { parts in
        dSum.write { dSum in
          Tensor.read(gradient, sum.value, used, saved) { inputs in
            // SAFETY: a shard writes only its rows and its own part.
            pool.run(shards: shards.count) { shard in
              for row in shards[shard] {
                let offset = row * columns
                Element.rmsNormBackward(
                  dx: dSum + offset,
                  dGain: parts + shard * columns,
                  dy: inputs[0] + offset,
                  x: inputs[1] + offset,
                  gain: inputs[2],
                  scale: inputs[3][row],
                  columns
                )
              }
            }
          }
        }
      }
      sum.gradient?.add(dSum, on: pool)
      gain.gradient.add(rowsOf: parts)
    }
    return (sum, output)
  }
}

extension Gradient {
  /// Adds the rows of a matrix, one after the other.
  func add(rowsOf parts: Tensor<Element>) {
    let (rows, columns) = (parts.rows, parts.columns)
    parts.read { parts in
      accumulate { total, beta in
        for row in 0..<rows {
          Element.axpby(total, 1, parts + row * columns, row == 0 ? beta : 1, columns)
        }
      }
    }
  }
}

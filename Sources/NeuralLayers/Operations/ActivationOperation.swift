// Source: N. Shazeer, "GLU Variants Improve Transformer", arXiv 2002.05202 (SwiGLU); D. So et al.,
//   "Primer", NeurIPS 2021 (squared ReLU).
// Procedure: SwiGLU: the first half of a row holds gates, the second half values: y = gate
//   sigmoid(gate) value. Squared ReLU: y = max(x, 0)^2. Backward from the saved input.
// Complexity: O(elements).
// Determinism: element by element.

import TensorCore

extension Tape {
  /// SwiGLU of rows of gates and values.
  ///
  /// **Shapes**: […, 2 columns] → […, columns].
  public func swiglu(_ x: Variable<Element>) -> Variable<Element> {
    precondition(x.value.columns % 2 == 0, "rows of \(x.shape) have no two halves")
    let (rows, columns, pool) = (x.value.rows, x.value.columns / 2, pool)
    var y: Tensor<Element> = pool.tensor(x.shape.dropLast() + [columns])
    x.value.read { x in
      y.write { y in
        pool.forRows(rows, cost: 8 * columns) { range in
          for row in range { Element.swiglu(y + row * columns, x + 2 * row * columns, columns) }
        }
      }
    }
    let output = output(y)
    record(output, as: "SwiGLU") { gradient in
      guard let slot = x.gradient else { return }
      var dx: Tensor<Element> = pool.tensor(x.shape)
      dx.write { dx in
        Tensor.read(gradient, x.value) { inputs in
          pool.forRows(rows, cost: 8 * columns) { range in
            for row in range {
              let (one, two) = (row * columns, 2 * row * columns)
              Element.swigluBackward(dx + two, inputs[0] + one, inputs[1] + two, columns)
            }
          }
        }
      }
      slot.add(dx, on: pool)
    }
    return output
  }

  /// Squared ReLU: max(x, 0)^2.
  ///
  /// **Shapes**: any → the same.
  public func squaredReLU(_ x: Variable<Element>) -> Variable<Element> {
    let (count, pool) = (x.value.count, pool)
    var y: Tensor<Element> = pool.tensor(x.shape)
    x.value.read { x in
      y.write { y in
        pool.forRows(count, cost: 1) { range in
          Element.squaredReLU(y + range.lowerBound, x + range.lowerBound, range.count)
        }
      }
    }
    let output = output(y)
    record(output, as: "squared ReLU") { gradient in
      guard let slot = x.gradient else { return }
      var dx: Tensor<Element> = pool.tensor(x.shape)
      dx.write { dx in
        Tensor.read(gradient, x.value) { inputs in
          pool.forRows(count, cost: 1) { range in
            let start = range.lowerBound
            Element.squaredReLUBackward(
              dx + start,
              inputs[0] + start,
              inputs[1] + start,
              range.count
            )
          }
        }
      }
      slot.add(dx, on: pool)
    }
    return output
  }
}

// Procedure: row 2 i of the result is row i of x, row 2 i + 1 is row i of y. Backward takes the rows
//   apart again.
// Complexity: O(elements).
// Determinism: element by element.

import TensorCore

extension Tape {
  /// Puts the rows of two activations beside each other, in turns.
  ///
  /// **Shapes**: x and y […, columns] of `rows` rows → [2 rows, columns].
  public func interleave(_ x: Variable<Element>, _ y: Variable<Element>) -> Variable<Element> {
    precondition(x.shape == y.shape, "activations \(x.shape) and \(y.shape) have no equal rows")
    let (rows, columns, pool) = (x.value.rows, x.value.columns, pool)
    var both: Tensor<Element> = pool.tensor([2 * rows, columns])
    both.write { both in
      Tensor.read(x.value, y.value) { inputs in
        // SAFETY: ranges of rows are disjoint.
        pool.forRows(rows, cost: 2 * columns) { range in
          for row in range {
            for view in 0..<2 {
              (both + (2 * row + view) * columns).copy(inputs[view] + row * columns, columns)
            }
          }
        }
      }
    }
    let output = output(both)
    record(output, as: "interleave") { gradient in
      gradient.read { gradient in
        for (view, variable) in [x, y].enumerated() {
          variable.gradient?.accumulate { sum, beta in
            pool.forRows(rows, cost: columns) { range in
              for row in range {
                let source = gradient + (2 * row + view) * columns
                Element.axpby(sum + row * columns, 1, source, beta, columns)
              }
            }
          }
        }
      }
    }
    return output
  }
}

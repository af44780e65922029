// Procedure: y[i] = x[row i]. Backward adds each row's gradient to the row that it came from.
// Complexity: O(elements).
// Determinism: rows that are selected more than once add in the order of the selection.

import TensorCore

extension Tape {
  /// Selects rows of an activation, such as those with targets, or the first of each sequence.
  ///
  /// **Shapes**: x […, columns] of any rows → [selected rows, columns].
  ///
  /// - Parameters:
  ///   - x: The activation.
  ///   - rows: The indices of the rows, each within x.
  /// - Returns: The rows, in the order given.
  public func select(_ x: Variable<Element>, rows: [Int]) -> Variable<Element> {
    let (columns, pool) = (x.value.columns, pool)
    precondition(
      rows.allSatisfy { $0 >= 0 && $0 < x.value.rows },
      "an activation of shape \(x.shape) has no row \(rows.max() ?? 0)"
    )
    var y: Tensor<Element> = pool.tensor([rows.count, columns])
    x.value.read { x in
      y.write { y in
        // SAFETY: rows were checked, and ranges of the result are disjoint.
        pool.forRows(rows.count, cost: columns) { range in
          for row in range {
            (y + row * columns).update(from: x + rows[row] * columns, count: columns)
          }
        }
      }
    }
    let output = output(y)
    record(output, as: "selection") { gradient in
      x.gradient?.accumulate { sum, beta in
        if beta == 0 {
          pool.forRows(x.value.rows, cost: columns) { range in
            let part = sum + range.lowerBound * columns
            part.update(repeating: 0, count: range.count * columns)
          }
        }
        gradient.read { gradient in
          for (index, row) in rows.enumerated() {
            Element.axpby(sum + row * columns, 1, gradient + index * columns, 1, columns)
          }
        }
      }
    }
    return output
  }
}

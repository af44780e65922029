// Source: y[row] = table[id of row] (+ positions[time of row]), then dropout.
// Procedure: forward copies rows. Backward adds each row's gradient to its table rows: shards are
//   column ranges, and each processes all rows in order.
// Complexity: O(rows columns); the first use in a step clears the table's gradient, O(table).
// Determinism: equal ids add in the order of rows, whatever the number of threads.

import TensorCore

extension Tape {
  /// Looks up a row for each token.
  ///
  /// **Shapes**: ids [rows], table [vocabulary, columns], positions [at least times, columns] →
  /// [times, batch, columns] or [batch, times, columns], as in the placement.
  ///
  /// - Parameters:
  ///   - ids: In the order of the placement, each below the size of the vocabulary.
  ///   - table: A row for each token.
  ///   - positions: A row for each time, which is added; nil for none.
  ///   - rows: The sequence and time of each token.
  ///   - dropout: Applied to the sum; nil for none.
  /// - Returns: The embedded tokens.
  public func embedding(
    _ ids: [Int32],
    table: Parameter<Element>,
    positions: Parameter<Element>? = nil,
    rows: RowPlacement,
    dropout: ActivationDropout? = nil
  ) -> Variable<Element> {
    let (table, positions) = (used(table), positions.map(used))
    precondition(table.shape.count == 2, "\(table.name) must be a matrix, but is \(table.shape)")
    let (vocabulary, columns, pool) = (table.shape[0], table.shape[1], pool)
    precondition(ids.count == rows.rows, "\(ids.count) ids are given for \(rows.rows) places")
    if let wrong = ids.first(where: { $0 < 0 || Int($0) >= vocabulary }) {
      preconditionFailure("id \(wrong) is not below the \(vocabulary) rows of \(table.name)")
    }
    if let positions {
      precondition(
        positions.shape.count == 2 && positions.shape[1] == columns
          && positions.shape[0] >= rows.times,
        "\(positions.name) of shape \(positions.shape) cannot serve \(rows.times) x \(columns)"
      )
    }
    var y: Tensor<Element> = pool.tensor(rows.shape(columns: columns))
    y.write { y in
      table.value.read { table in
        // SAFETY: ids were checked against the table, and ranges of rows are disjoint.
        pool.forRows(rows.rows, cost: columns) { range in
          for row in range {
            (y + row * columns).copy(table + Int(ids[row]) * columns, columns)
          }
        }
      }
      positions?.value.read { positions in
        pool.forRows(rows.rows, cost: columns) { range in
          for row in range {
            Element.axpby(
              y + row * columns,
              1,
              positions + rows.time(of: row) * columns,
              1,
              columns
            )
          }
        }
      }
    }
    let output = output(y)
    record(output, as: "embedding") { gradient in
      pool.scatter(gradient, to: table.gradient) { Int(ids[$0]) }
      if let positions {
        pool.scatter(gradient, to: positions.gradient) { rows.time(of: $0) }
      }
    }
    return self.dropout(output, dropout, rows: rows)
  }
}

extension ComputePool {
  /// Adds each row of a gradient to a row of a table's gradient.
  func scatter<Element: TensorElement>(
    _ gradient: Tensor<Element>,
    to table: Gradient<Element>,
    row target: (Int) -> Int
  ) {
    let (rows, columns, tableRows) = (gradient.rows, gradient.columns, table.shape[0])
    table.accumulate { sum, beta in
      if beta == 0 {
        forRows(tableRows, cost: columns) { range in
          (sum + range.lowerBound * columns).clear(range.count * columns)
        }
      }
      let shards = min(RowShards(rows: columns, cost: rows).count, max(columns / 32, 1))
      gradient.read { gradient in
        // SAFETY: shards are disjoint ranges of columns, so no two write the same element.
        run(shards: shards) { shard in
          let range = shardRange(columns, parts: shards, index: shard)
          for row in 0..<rows {
            Element.axpby(
              sum + target(row) * columns + range.lowerBound,
              1,
              gradient + row * columns + range.lowerBound,
              1,
              range.count
            )
          }
        }
      }
    }
  }
}

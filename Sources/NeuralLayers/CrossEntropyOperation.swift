// Source: softmax cross-entropy of logits h W^T + b; row chunks as in research note C6.
// Procedure: for a chunk of rows: logits by one product, then each row's nats and, in place, the
//   gradient of its logits, then at once dh and dW of the chunk; the next chunk takes the same
//   buffer. So the gradients are handed out while the loss is computed, and the loss needs no
//   record on the tape.
// Complexity: memory for one chunk of logits, about two million; 6 rows columns vocabulary operations.
// Determinism: chunks by shape, in order; nats in Double, summed in the order of rows.

import TensorCore

/// What a prediction cost.
public struct TokenLoss: Sendable {
  /// For each row -ln of the probability of its target; 0 where it has none.
  public let nats: [Double]
  /// Their sum.
  public let total: Double
  /// How many rows have a target.
  public let count: Int

  /// The nats of a target on average; 0 where there is none.
  public var mean: Double { count > 0 ? total / Double(count) : 0 }
}

extension Tape {
  /// Predicts a token at each row, and compares with the one that came.
  ///
  /// **Shapes**: hidden […, columns] of `rows` rows, weight [vocabulary, columns], bias
  /// [vocabulary], targets [rows].
  ///
  /// - Parameters:
  ///   - hidden: What is predicted from.
  ///   - weight: A row for each token; may be the embedding table.
  ///   - bias: Added to the logits, where there is one.
  ///   - targets: Each below the size of the vocabulary, or negative for none.
  ///   - scale: What the sum of nats is multiplied by in the gradient: 1 / count for the mean,
  ///     1 / batch for Zaremba's recipe; with micro-batches the figure of the whole batch.
  /// - Returns: The nats, not scaled.
  public func crossEntropy(
    _ hidden: Variable<Element>,
    weight: Parameter<Element>,
    bias: Parameter<Element>? = nil,
    targets: [Int32],
    scale: Double
  ) -> TokenLoss {
    let (rows, columns) = (hidden.value.rows, hidden.value.columns)
    precondition(
      weight.shape.count == 2 && weight.shape[1] == columns,
      "\(weight.name) of shape \(weight.shape) cannot multiply rows of \(hidden.shape)"
    )
    let vocabulary = weight.shape[0]
    precondition(targets.count == rows, "\(targets.count) targets are given for \(rows) rows")
    precondition(
      bias.map { $0.shape == [vocabulary] } ?? true,
      "the bias of \(weight.name) must have shape \([vocabulary])"
    )
    if let wrong = targets.first(where: { Int($0) >= vocabulary }) {
      preconditionFailure("target \(wrong) is not below the \(vocabulary) rows of \(weight.name)")
    }
    var nats = [Double](repeating: 0, count: rows)
    if rows > 0 {
      let head = Head(
        pool: pool,
        weight: weight,
        bias: bias,
        columns: columns,
        scale: isRecording ? Element(scale) : 0
      )
      nats.withUnsafeMutableBufferPointer { head.run(hidden, targets, $0) }
    }
    profile?.lap("head and cross-entropy")
    return TokenLoss(
      nats: nats,
      total: nats.reduce(0, +),
      count: targets.reduce(0) { $0 + ($1 >= 0 ? 1 : 0) }
    )
  }
}

/// One computation of the loss.
private struct Head<Element: TensorElement> {
  let pool: ComputePool
  let weight: Parameter<Element>
  let bias: Parameter<Element>?
  let columns: Int
  let scale: Element

  func run(
    _ hidden: Variable<Element>,
    _ targets: [Int32],
    _ nats: UnsafeMutableBufferPointer<Double>
  ) {
    let (rows, vocabulary) = (targets.count, weight.shape[0])
    let most = min(max((1 << 21) / max(vocabulary, 1), 32), 1024)
    let chunks = (rows + most - 1) / most
    // Chunks write rows of dh that are apart, so one answer to "is it the first to add?" serves all.
    let isFirst = !(hidden.gradient?.isSet ?? false)
    var logits = Tensor<Element>(uninitialized: [(rows + chunks - 1) / chunks, vocabulary])
    logits.write { logits in
      for chunk in 0..<chunks {
        let range = rows * chunk / chunks..<rows * (chunk + 1) / chunks
        Tensor.read(hidden.value, weight.value) { inputs in
          let h = inputs[0] + range.lowerBound * columns
          predict(h, inputs[1], logits, rows: range.count)
          compare(logits, targets, nats, rows: range)
          guard scale != 0 else { return }
          carryBack(logits, h, inputs[1], to: hidden, rows: range, isFirst: isFirst)
        }
      }
    }
  }

  private func predict(
    _ h: UnsafePointer<Element>,
    _ w: UnsafePointer<Element>,
    _ logits: UnsafeMutablePointer<Element>,
    rows: Int
  ) {
    let vocabulary = weight.shape[0]
    if let bias {
      bias.value.read { pool.fillRows(logits, $0, rows: rows, columns: vocabulary) }
    }
    let product = MatrixProduct(.transposedB, rows: rows, columns: vocabulary, inner: columns)
    pool.multiply(product, h, w, beta: bias == nil ? 0 : 1, logits)
  }

  private func compare(
    _ logits: UnsafeMutablePointer<Element>,
    _ targets: [Int32],
    _ nats: UnsafeMutableBufferPointer<Double>,
    rows: Range<Int>
  ) {
    let vocabulary = weight.shape[0]
    // SAFETY: targets were checked against the vocabulary; every row is written by one shard.
    pool.forRows(rows.count, cost: 4 * vocabulary) { range in
      for row in range {
        let line = logits + row * vocabulary
        let target = Int(targets[rows.lowerBound + row])
        if target >= 0 {
          nats[rows.lowerBound + row] = Element.crossEntropy(
            line,
            target: target,
            scale: scale,
            vocabulary
          )
        } else {
          line.update(repeating: 0, count: vocabulary)
        }
      }
    }
  }

  private func carryBack(
    _ dLogits: UnsafeMutablePointer<Element>,
    _ h: UnsafePointer<Element>,
    _ w: UnsafePointer<Element>,
    to hidden: Variable<Element>,
    rows: Range<Int>,
    isFirst: Bool
  ) {
    let vocabulary = weight.shape[0]
    hidden.gradient?.accumulate { dh, _ in
      let product = MatrixProduct(.plain, rows: rows.count, columns: columns, inner: vocabulary)
      let part = dh + rows.lowerBound * columns
      pool.multiply(product, dLogits, w, beta: isFirst ? 0 : 1, part)
    }
    weight.gradient.accumulate { dw, beta in
      let product = MatrixProduct(
        .transposedA,
        rows: vocabulary,
        columns: columns,
        inner: rows.count
      )
      pool.multiply(product, dLogits, h, beta: beta, dw)
    }
    bias?.gradient.accumulate { db, beta in
      pool.sumRows(db, dLogits, rows: rows.count, columns: vocabulary, beta: beta)
    }
  }
}

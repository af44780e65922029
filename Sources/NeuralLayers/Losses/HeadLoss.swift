// Source: the logits h W^T + b of a head, and a loss of each row of them; row chunks as in research
//   note C6.
// Procedure: for each chunk of rows, the logits by one product, then each row's nats and, in place,
//   the gradient of its logits, then dh and dW of the chunk; all chunks share one buffer. Gradients
//   are thus accumulated while the loss is computed, and the loss needs no record on the tape.
// Complexity: memory for one chunk of logits: about four million, at least 256 rows; 6 rows columns
//   vocabulary operations.
// Determinism: chunks by shape, in order; nats in Double, summed in the order of rows.

import TensorCore

extension Tape {
  /// Predicts a token at each row, and returns the cross-entropy with the targets.
  ///
  /// **Shapes**: hidden […, columns] of `rows` rows, weight [vocabulary, columns], bias
  /// [vocabulary], targets [rows].
  ///
  /// - Parameters:
  ///   - hidden: The hidden state.
  ///   - weight: A row for each token; may be the embedding table.
  ///   - bias: Added to the logits; nil for none.
  ///   - targets: Each below the size of the vocabulary, or negative for none.
  ///   - scale: The factor of the sum of nats in the gradient: 1 / count for the mean, 1 / batch
  ///     for Zaremba's recipe; with micro-batches, count and batch are those of the whole batch.
  /// - Returns: The nats, unscaled.
  public func crossEntropy(
    _ hidden: Variable<Element>,
    weight: Parameter<Element>,
    bias: Parameter<Element>? = nil,
    targets: [Int32],
    scale: Double
  ) -> TokenLoss {
    loss(hidden, weight: weight, bias: bias, against: TokenTargets(targets), scale: scale)
  }

  /// Computes the logits of each row, and their loss.
  ///
  /// **Shapes**: hidden […, columns] of `rows` rows, weight [vocabulary, columns], bias
  /// [vocabulary].
  ///
  /// - Parameters:
  ///   - hidden: The hidden state.
  ///   - weight: A row for each token; may be the embedding table.
  ///   - bias: Added to the logits; nil for none.
  ///   - kept: The columns of the hidden state that the head reads; nil for all.
  ///   - targets: As many rows as the hidden state has.
  ///   - scale: The factor of the sum of nats in the gradient.
  /// - Returns: The nats, unscaled.
  public func loss<Loss: RowLoss<Element>>(
    _ hidden: Variable<Element>,
    weight: Parameter<Element>,
    bias: Parameter<Element>? = nil,
    columns kept: KeptColumns? = nil,
    against targets: Loss,
    scale: Double
  ) -> TokenLoss {
    let hidden = columns(hidden, kept)
    let (rows, columns) = (hidden.value.rows, hidden.value.columns)
    let (weight, bias) = (used(weight, columns: kept), bias.map(used))
    precondition(
      weight.shape.count == 2 && weight.shape[1] == columns,
      "\(weight.name) of shape \(weight.shape) cannot multiply rows of \(hidden.shape)"
    )
    let vocabulary = weight.shape[0]
    precondition(targets.rows == rows, "\(targets.rows) targets are given for \(rows) rows")
    precondition(rows % targets.group == 0, "\(rows) rows are no groups of \(targets.group)")
    precondition(
      bias.map { $0.shape == [vocabulary] } ?? true,
      "the bias of \(weight.name) must have shape \([vocabulary])"
    )
    if let fault = targets.fault(vocabulary: vocabulary) {
      preconditionFailure("\(weight.name): \(fault)")
    }
    var nats = [Double](repeating: 0, count: rows)
    if rows > 0 {
      let head = Head(
        pool: pool,
        weight: weight,
        bias: bias,
        targets: targets,
        columns: columns,
        scale: isRecording ? Element(scale) : 0
      )
      nats.withUnsafeMutableBufferPointer { head.run(hidden, $0) }
    }
    let operations = (isRecording ? 6 : 2) * Double(rows) * Double(columns) * Double(vocabulary)
    profile?.lap("head and cross-entropy", operations: operations)
    return TokenLoss(
      nats: nats,
      total: nats.reduce(0, +),
      count: (0..<rows).reduce(0) { $0 + (targets.isCounted($1) ? 1 : 0) }
    )
  }
}

/// One computation of the loss.
private struct Head<Loss: RowLoss> {
  typealias Element = Loss.Element

  let pool: ComputePool
  let weight: UsedWeight<Element>
  let bias: UsedWeight<Element>?
  let targets: Loss
  let columns: Int
  let scale: Element

  func run(_ hidden: Variable<Element>, _ nats: UnsafeMutableBufferPointer<Double>) {
    let (rows, vocabulary, group) = (targets.rows, weight.shape[0], targets.group)
    let groups = rows / group
    let most = min(max(Self.logits / max(vocabulary, 1), Self.leastRows), 1024)
    let chunks = min((rows + most - 1) / most, groups)
    // Chunks write disjoint rows of dh, so whether this is its first gradient is decided once for
    // all of them.
    let isFirst = !(hidden.gradient?.isSet ?? false)
    var logits: Tensor<Element> = pool.tensor([
      (groups + chunks - 1) / chunks * group, vocabulary,
    ])
    Tensor.read(hidden.value, weight.value) { inputs in
      let (h, w) = (inputs[0], inputs[1])
      logits.write { logits in
        for chunk in 0..<chunks {
          let range = groups * chunk / chunks * group..<groups * (chunk + 1) / chunks * group
          let h = h + range.lowerBound * columns
          predict(h, w, rows: range.count, logits)
          compare(logits, nats, rows: range)
          guard scale != 0 else { continue }
          hidden.gradient?.accumulate { dh, _ in
            let product = MatrixProduct(
              .plain,
              rows: range.count,
              columns: columns,
              inner: vocabulary
            )
            let part = dh + range.lowerBound * columns
            pool.multiply(product, logits, w, beta: isFirst ? 0 : 1, part)
          }
          addWeight(logits, h, rows: range.count)
        }
      }
    }
  }

  /// The number of logits in a chunk: as many as the last-level cache holds.
  private static var logits: Int { 1 << 22 }

  /// With fewer rows, products would be bound by reading the weight from memory once per chunk.
  private static var leastRows: Int { 256 }

  private func predict(
    _ h: UnsafePointer<Element>,
    _ w: UnsafePointer<Element>,
    rows: Int,
    _ logits: UnsafeMutablePointer<Element>
  ) {
    let vocabulary = weight.shape[0]
    let product = MatrixProduct(.transposedB, rows: rows, columns: vocabulary, inner: columns)
    if let bias {
      bias.value.read { pool.multiply(product, h, w, bias: $0, beta: 0, logits) }
    } else {
      pool.multiply(product, h, w, beta: 0, logits)
    }
  }

  private func compare(
    _ logits: UnsafeMutablePointer<Element>,
    _ nats: UnsafeMutableBufferPointer<Double>,
    rows: Range<Int>
  ) {
    let (vocabulary, group) = (weight.shape[0], targets.group)
    // SAFETY: a line holds `vocabulary` logits; each group is written by exactly one shard.
    pool.forRows(rows.count / group, cost: 4 * group * vocabulary) { range in
      for index in range {
        let line = logits + index * group * vocabulary
        let place = rows.lowerBound + index * group
        guard targets.isCounted(place) else {
          line.clear(group * vocabulary)
          continue
        }
        if group == 1 {
          nats[place] = targets.compare(place, line, scale: scale, vocabulary: vocabulary)
          continue
        }
        let all = targets.compareGroup(place, line, scale: scale, vocabulary: vocabulary)
        for (member, value) in all.enumerated() { nats[place + member] = value }
      }
    }
  }

  private func addWeight(
    _ dLogits: UnsafeMutablePointer<Element>,
    _ h: UnsafePointer<Element>,
    rows: Int
  ) {
    let vocabulary = weight.shape[0]
    weight.gradient.accumulate { dw, beta in
      let product = MatrixProduct(.transposedA, rows: vocabulary, columns: columns, inner: rows)
      pool.multiply(product, dLogits, h, beta: beta, dw)
    }
    bias?.gradient.accumulate { db, beta in
      pool.sumRows(db, dLogits, rows: rows, columns: vocabulary, beta: beta)
    }
  }
}

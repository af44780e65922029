// Source: A. Vaswani et al., "Attention Is All You Need", 2017; the backward with saved log sums is
//   that of T. Dao et al., "FlashAttention", 2022, section 3.1 (D = rows of dO * O).
// Procedure: for each sequence and head, blocks of 64 queries against all keys up to the block's
//   last: scores by one product, a softmax over the keys that are not later, dropout, one product
//   with the values. Backward makes a block's probabilities again from the saved log sums, and takes
//   the blocks from the last to the first, so that the first it takes covers all keys.
// Complexity: 2 T^2 columns operations forward (half of the full square is skipped by blocks), about
//   2.5 times that backward; memory 64 T a thread and one log sum for each row and head.
// Determinism: sequences and heads write apart; their blocks run in a fixed order. Dropout: word j
//   of (key of the head, item, time of the query) for key j.

import Noise
import TensorCore

extension Tape {
  /// Multi-head causal self-attention.
  ///
  /// **Shapes**: qkv [batch, times, 3 columns], the queries of all heads, then keys, then values →
  /// [batch, times, columns].
  ///
  /// - Parameters:
  ///   - qkv: Queries, keys and values, side by side.
  ///   - heads: Divides the columns.
  ///   - dropout: Of the probabilities.
  ///   - firstItem: The item of the first sequence.
  /// - Returns: The values' means, heads side by side.
  public func causalAttention(
    _ qkv: Variable<Element>,
    heads: Int,
    dropout: LayerDropout? = nil,
    firstItem: UInt64 = 0
  ) -> Variable<Element> {
    precondition(
      qkv.shape.count == 3 && heads > 0 && qkv.shape[2] % (3 * heads) == 0,
      "attention of \(heads) heads wants [batch, times, 3 columns], not \(qkv.shape)"
    )
    let run = AttentionRun<Element>(
      batch: qkv.shape[0],
      times: qkv.shape[1],
      heads: heads,
      columns: qkv.shape[2] / 3,
      dropout: dropout.flatMap { $0.rate == .zero ? nil : $0 },
      firstItem: firstItem
    )
    let pool = pool
    var y = Tensor<Element>(uninitialized: [run.batch, run.times, run.columns])
    var logSums = Tensor<Element>(uninitialized: [run.batch, heads, run.times])
    qkv.value.read { qkv in
      y.write { y in
        logSums.write { logSums in
          // SAFETY: a sequence and head has rows of its own in the log sums, columns in y.
          pool.forRows(run.batch * heads, cost: run.cost) { range in
            for index in range { run.forward(index, qkv, logSums: logSums, y) }
          }
        }
      }
    }
    let output = output(y)
    let saved = logSums
    record(output, as: "attention") { gradient in
      qkv.gradient?.accumulate { sum, beta in
        Tensor.read(qkv.value, saved, output.value, gradient) { inputs in
          pool.forRows(run.batch * heads, cost: run.cost) { range in
            for index in range {
              run.backward(
                index,
                inputs[0],
                logSums: inputs[1],
                y: inputs[2],
                dy: inputs[3],
                beta: beta,
                sum
              )
            }
          }
        }
      }
    }
    return output
  }
}

/// The extents of one attention, and both directions for one sequence and head.
private struct AttentionRun<Element: TensorElement> {
  let batch: Int
  let times: Int
  let heads: Int
  let columns: Int
  let dropout: LayerDropout?
  let firstItem: UInt64

  private static var block: Int { 64 }

  private var width: Int { columns / heads }
  private var stride: Int { 3 * columns }
  private var scale: Element { 1 / Element(max(width, 1)).squareRoot() }

  var cost: Int { times * times * (width + 8) / 8 }

  private var blocks: [Range<Int>] {
    Swift.stride(from: 0, to: times, by: Self.block).map { $0..<min($0 + Self.block, times) }
  }

  private func scoreBuffer() -> Tensor<Element> {
    Tensor(uninitialized: [min(Self.block, times), times])
  }

  /// Applies the mask to the probabilities, or to their gradients, of a block of queries.
  private func mask(
    _ y: UnsafeMutablePointer<Element>,
    _ x: UnsafePointer<Element>,
    _ index: Int,
    queries: Range<Int>,
    _ dropout: LayerDropout
  ) {
    let place = dropout.derived(UInt64(index % heads))
    let rows = RowPlacement(
      .batchMajor,
      batch: batch,
      times: times,
      firstItem: firstItem
    )
    let width = queries.upperBound
    for query in queries {
      let offset = (query - queries.lowerBound) * width
      let row = place.row(index / heads * times + query, of: rows)
      Element.dropout(y + offset, x + offset, row, scale: place.scale(Element.self), width)
    }
  }

  private func scores(
    _ q: UnsafePointer<Element>,
    queries: Range<Int>,
    _ scores: UnsafeMutablePointer<Element>
  ) {
    let product = MatrixProduct(
      .transposedB,
      rows: queries.count,
      columns: queries.upperBound,
      inner: width,
      strideA: stride,
      strideB: stride
    )
    Element.multiply(product, scale, q + queries.lowerBound * stride, q + columns, 0, scores)
  }

  func forward(
    _ index: Int,
    _ qkv: UnsafePointer<Element>,
    logSums: UnsafeMutablePointer<Element>,
    _ y: UnsafeMutablePointer<Element>
  ) {
    let (sequence, head) = (index / heads, index % heads)
    let q = qkv + sequence * times * stride + head * width
    let y = y + sequence * times * columns + head * width
    var buffer = scoreBuffer()
    buffer.write { p in
      for queries in blocks {
        let keys = queries.upperBound
        scores(q, queries: queries, p)
        for query in queries {
          let row = p + (query - queries.lowerBound) * keys
          logSums[index * times + query] = Element.softmax(row, valid: query + 1, keys)
        }
        if let dropout { mask(p, UnsafePointer(p), index, queries: queries, dropout) }
        let product = MatrixProduct(
          .plain,
          rows: queries.count,
          columns: width,
          inner: keys,
          strideB: stride,
          strideC: columns
        )
        Element.multiply(product, 1, p, q + 2 * columns, 0, y + queries.lowerBound * columns)
      }
    }
  }

  func backward(
    _ index: Int,
    _ qkv: UnsafePointer<Element>,
    logSums: UnsafePointer<Element>,
    y: UnsafePointer<Element>,
    dy: UnsafePointer<Element>,
    beta: Element,
    _ dqkv: UnsafeMutablePointer<Element>
  ) {
    let (sequence, head) = (index / heads, index % heads)
    let q = qkv + sequence * times * stride + head * width
    let dq = dqkv + sequence * times * stride + head * width
    let offset = sequence * times * columns + head * width
    var buffers = (scoreBuffer(), scoreBuffer(), scoreBuffer())
    buffers.0.write { p in
      buffers.1.write { dropped in
        buffers.2.write { dp in
          for queries in blocks.reversed() {
            let (first, keys) = (queries.lowerBound, queries.upperBound)
            let keyBeta = keys == times ? beta : 1
            let (y, dy) = (y + offset + first * columns, dy + offset + first * columns)
            scores(q, queries: queries, p)
            for query in queries {
              Element.softmax(
                p + (query - first) * keys,
                logSum: logSums[index * times + query],
                valid: query + 1,
                keys
              )
            }
            if let dropout { mask(dropped, p, index, queries: queries, dropout) }
            let used = UnsafePointer(dropout == nil ? p : dropped)
            // dV += P^T dO, dP = dO V^T.
            let toKeys = MatrixProduct(
              .transposedA,
              rows: keys,
              columns: width,
              inner: queries.count,
              strideB: columns,
              strideC: stride
            )
            Element.multiply(toKeys, 1, used, dy, keyBeta, dq + 2 * columns)
            let toScores = MatrixProduct(
              .transposedB,
              rows: queries.count,
              columns: keys,
              inner: width,
              strideA: columns,
              strideB: stride
            )
            Element.multiply(toScores, 1, dy, q + 2 * columns, 0, dp)
            if let dropout { mask(dp, UnsafePointer(dp), index, queries: queries, dropout) }
            for row in 0..<queries.count {
              let dot = Element.dot(dy + row * columns, y + row * columns, width)
              Element.softmaxBackward(dp + row * keys, p + row * keys, dot: dot, keys)
            }
            // dQ = dS K, dK += dS^T Q, both scaled as the scores were.
            let toQueries = MatrixProduct(
              .plain,
              rows: queries.count,
              columns: width,
              inner: keys,
              strideB: stride,
              strideC: stride
            )
            Element.multiply(toQueries, scale, dp, q + columns, beta, dq + first * stride)
            let toKeysOfQueries = MatrixProduct(
              .transposedA,
              rows: keys,
              columns: width,
              inner: queries.count,
              strideB: stride,
              strideC: stride
            )
            Element.multiply(
              toKeysOfQueries,
              scale,
              dp,
              q + first * stride,
              keyBeta,
              dq + columns
            )
          }
        }
      }
    }
  }
}

// Source: FlashAttention, algorithm 4: see AttentionBlocks.swift.
// Procedure: a block's probabilities are recomputed from the log sums. Blocks of queries run from
//   the last to the first: the last one meets every key, so its results overwrite and need no
//   clearing.
// Determinism: blocks in a fixed order; a group's heads one after the other.

import TensorCore

extension AttentionBlocks {
  /// The input and output of the backward pass; log sums and masks are those of all rows of a head,
  /// head by head.
  struct Backward {
    let qkv: UnsafePointer<Element>
    let logSums: UnsafePointer<Element>
    let masks: UnsafePointer<UInt64>?
    let y: UnsafePointer<Element>
    let dy: UnsafePointer<Element>
    /// The gradient of queries, keys and values: added to if beta is 1, replaced if it is 0.
    let dqkv: UnsafeMutablePointer<Element>
    let beta: Element
  }

  /// Processes runs and groups of heads by number: the groups of the first run, then those of the
  /// next.
  func backward(_ units: Range<Int>, _ pass: Backward) {
    let group = heads / keyHeads
    var buffers = (scoreBuffer(), scoreBuffer())
    var noise = scoreRows()
    buffers.0.write { scores in
      buffers.1.write { dp in
        for number in units {
          let run = runs[number / keyHeads]
          for member in 0..<group {
            let unit = headRun(run, head: number % keyHeads * group + member)
            for queries in blocks(run.count, of: Self.queryBlock).reversed() {
              let isFirst = member == 0 && queries.upperBound == run.count
              let keyBeta = isFirst ? pass.beta : 1
              backward(queries, of: unit, pass, (scores, dp), &noise, keyBeta: keyBeta)
            }
          }
        }
      }
    }
  }

  private func backward(
    _ queries: Range<Int>,
    of unit: HeadRun,
    _ pass: Backward,
    _ buffers: (scores: UnsafeMutablePointer<Element>, dp: UnsafeMutablePointer<Element>),
    _ noise: inout ScoreRows<Element>?,
    keyBeta: Element
  ) {
    let (scores, dp) = buffers
    let (first, rows) = (queries.lowerBound, queries.count)
    let q = Rows(pass.qkv + unit.query + first * stride, stride)
    let dy = Rows(pass.dy + unit.result + first * columns, columns)
    let y = pass.y + unit.result + first * columns
    for keys in keyBlocks(queries, unit.run) {
      let (offset, count) = (keys.lowerBound * stride, keys.count)
      let k = Rows(pass.qkv + unit.key + offset, stride)
      let v = Rows(pass.qkv + unit.value + offset, stride)
      let byKey = Extents(rows, count, width)
      multiply(.transposedB, byKey, scale: scale, q, k, beta: 0, (scores, count))
      // dP = dO V^T.
      multiply(.transposedB, byKey, dy, v, beta: 0, (dp, count))
      for (index, query) in queries.enumerated() {
        let visible = valid(query, keys)
        noise?.apply(to: scores + index * count, visible, at: place(query, of: unit))
        Element.attentionRowBackward(
          scores + index * count,
          dp: dp + index * count,
          row(query, keys, of: unit, masks: pass.masks),
          logSum: pass.logSums[unit.row + query],
          dot: Element.dot(dy.base + index * columns, y + index * columns, width),
          scale: keepScale
        )
        noise?.pullBack(dp + index * count, visible)
      }
      // dV += P^T dO, dQ += dS K, dK += dS^T Q, the last two scaled as the scores were.
      let (p, ds) = (Rows(scores, count), Rows(dp, count))
      let (dk, dv) = (pass.dqkv + unit.key + offset, pass.dqkv + unit.value + offset)
      let dq = pass.dqkv + unit.query + first * stride
      let queryBeta = keys.lowerBound == 0 ? pass.beta : 1
      let toKey = Extents(count, width, rows)
      multiply(.transposedA, toKey, p, dy, beta: keyBeta, (dv, stride))
      let toQuery = Extents(rows, width, count)
      multiply(.plain, toQuery, scale: scale, ds, k, beta: queryBeta, (dq, stride))
      multiply(.transposedA, toKey, scale: scale, ds, q, beta: keyBeta, (dk, stride))
    }
  }
}

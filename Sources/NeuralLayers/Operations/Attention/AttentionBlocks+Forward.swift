// Source: FlashAttention, algorithm 1: see AttentionBlocks.swift.
// Procedure: scores by one product, the running softmax row by row, one product with the values. If
//   a later block has larger scores, the sums so far are scaled down.
// Determinism: blocks in a fixed order.

import Glibc
import TensorCore

extension AttentionBlocks {
  /// The input and output of the forward pass; log sums and masks are those of all rows of a head,
  /// head by head.
  struct Forward {
    let qkv: UnsafePointer<Element>
    let logSums: UnsafeMutablePointer<Element>
    let masks: UnsafeMutablePointer<UInt64>?
    let y: UnsafeMutablePointer<Element>
  }

  private func drawMask(
    _ masks: UnsafeMutablePointer<UInt64>?,
    _ unit: HeadRun,
    queries: Range<Int>
  ) {
    guard let dropout, let masks else { return }
    let own = dropout.derived(UInt64(unit.head))
    let rows = RowPlacement(.batchMajor, batch: batch, times: times, firstItem: firstItem)
    for query in queries {
      let row = own.row(unit.run.lowerBound + query, of: rows)
      let count = isCausal ? query + 1 : unit.run.count
      row.writeMask(masks + (unit.row + query) * rowWords, from: unit.time, count)
    }
  }

  /// Processes runs and heads by number: the heads of the first run, then those of the next.
  func forward(_ units: Range<Int>, _ pass: Forward) {
    var buffers = (
      scoreBuffer(), Tensor<Element>(uninitialized: [Self.queryBlock, 2])
    )
    var noise = scoreRows()
    buffers.0.write { scores in
      buffers.1.write { states in
        for number in units {
          let unit = headRun(runs[number / heads], head: number % heads)
          for queries in blocks(unit.run.count, of: Self.queryBlock) {
            drawMask(pass.masks, unit, queries: queries)
            forward(queries, of: unit, pass, (scores, states), &noise)
            for (index, query) in queries.enumerated() {
              let (max, sum) = (states[2 * index], states[2 * index + 1])
              pass.logSums[unit.row + query] = max + Element(log(Double(sum)))
              let row = pass.y + unit.result + query * columns
              Element.axpby(row, keepScale / sum, UnsafePointer(row), 0, width)
            }
          }
        }
      }
    }
  }

  /// One block of queries: its softmax states, and the sums that they scale.
  private func forward(
    _ queries: Range<Int>,
    of unit: HeadRun,
    _ pass: Forward,
    _ buffers: (scores: UnsafeMutablePointer<Element>, states: UnsafeMutablePointer<Element>),
    _ noise: inout ScoreRows<Element>?
  ) {
    let (scores, states) = buffers
    let (first, rows, masks) = (queries.lowerBound, queries.count, UnsafePointer(pass.masks))
    let result = pass.y + unit.result + first * columns
    let q = Rows(pass.qkv + unit.query + first * stride, stride)
    for index in 0..<rows { (states[2 * index], states[2 * index + 1]) = (-.infinity, 0) }
    for keys in keyBlocks(queries, unit.run) {
      let (offset, count) = (keys.lowerBound * stride, keys.count)
      let k = Rows(pass.qkv + unit.key + offset, stride)
      let v = Rows(pass.qkv + unit.value + offset, stride)
      let extents = Extents(rows, count, width)
      multiply(.transposedB, extents, scale: scale, q, k, beta: 0, (scores, count))
      for (index, query) in queries.enumerated() {
        noise?.apply(to: scores + index * count, valid(query, keys), at: place(query, of: unit))
        let factor = Element.attentionRow(
          scores + index * count,
          state: states + 2 * index,
          row(query, keys, of: unit, masks: masks)
        )
        if keys.lowerBound > 0 && factor != 1 {
          let row = result + index * columns
          Element.axpby(row, factor, UnsafePointer(row), 0, width)
        }
      }
      let beta: Element = keys.lowerBound == 0 ? 0 : 1
      let weights = Rows(scores, count)
      multiply(.plain, Extents(rows, width, count), weights, v, beta: beta, (result, columns))
    }
  }
}

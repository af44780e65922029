// Source: T. Dao et al., "FlashAttention", 2022, algorithms 1 and 4 and section 3.1 (D = rows of dO * O).
// Procedure: blocks of 64 queries against blocks of 256 keys, those above the diagonal left out. Forward:
//   scores by one product, the running softmax row by row, one product with the values; where a later
//   block has larger scores, what is there is scaled down. Backward makes a block's probabilities again
//   from the log sums, and takes the queries' blocks from the last to the first: the last one meets
//   every key, so what it writes needs no clearing before.
// Complexity: a block of scores is 64 kB in Float. Wider blocks of queries were slower: they compute
//   more of what the diagonal cuts off.
// Determinism: blocks in a fixed order; a group's heads one after the other.

import Glibc
import TensorCore

/// The extents of one attention, and both directions for a run of rows.
struct AttentionBlocks<Element: TensorElement> {
  let batch: Int
  let times: Int
  let heads: Int
  let keyHeads: Int
  let width: Int
  let isCausal: Bool
  let runs: [Range<Int>]
  let dropout: ActivationDropout?
  let firstItem: UInt64

  /// What backward reads; the masks are those of all rows of a head, head by head.
  struct Saved {
    let qkv: UnsafePointer<Element>
    let logSums: UnsafePointer<Element>
    let masks: UnsafePointer<UInt64>?
    let y: UnsafePointer<Element>
    let dy: UnsafePointer<Element>
  }

  private static var queryBlock: Int { 64 }
  private static var keyBlock: Int { 256 }

  /// Of the result.
  var columns: Int { heads * width }
  private var stride: Int { (heads + 2 * keyHeads) * width }
  private var scale: Element { 1 / Element(max(width, 1)).squareRoot() }
  private var keepScale: Element { dropout?.scale(Element.self) ?? 1 }
  private var longest: Int { runs.reduce(0) { max($0, $1.count) } }
  private var rowWords: Int { dropout == nil ? 0 : DropoutRow.maskWords(longest) }

  /// The words of all masks.
  var maskWords: Int { heads * batch * times * rowWords }

  /// What the two products forward take, without what the diagonal cuts off.
  var operations: Double {
    let scores = runs.reduce(0.0) { $0 + Double($1.count) * Double($1.count) }
    return (isCausal ? 2 : 4) * scores * Double(columns)
  }

  /// Roughly how many element operations a run and head takes on average.
  var cost: Int {
    let scores = runs.reduce(0) { $0 + $1.count * $1.count } / max(runs.count, 1)
    return scores * (width + 16) / (isCausal ? 8 : 4)
  }

  private func scoreBuffer() -> Tensor<Element> {
    let keys = min(Self.keyBlock, longest)
    return Tensor(uninitialized: [min(Self.queryBlock, longest), keys])
  }

  private func blocks(_ count: Int, of size: Int) -> [Range<Int>] {
    Swift.stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }

  /// The blocks of keys that some query sees, inside the run.
  private func keyBlocks(_ queries: Range<Int>, _ run: Range<Int>) -> [Range<Int>] {
    blocks(isCausal ? queries.upperBound : run.count, of: Self.keyBlock)
  }

  /// How many keys of a block a query sees.
  private func valid(_ query: Int, _ keys: Range<Int>) -> Int {
    isCausal ? min(query + 1 - keys.lowerBound, keys.count) : keys.count
  }

  /// Where the heads of a run stand.
  private struct Place {
    /// Of the run's first row, in queries, keys and values, and in the result.
    let query: Int, key: Int, value: Int, result: Int
    /// Of the run's first row among rows and heads.
    let row: Int
    /// The time of the first row in its sequence.
    let time: Int
  }

  private func place(_ run: Range<Int>, head: Int) -> Place {
    let (first, keyHead) = (run.lowerBound, head / (heads / keyHeads))
    let (sequence, time) = first.quotientAndRemainder(dividingBy: max(times, 1))
    let base = first * stride
    return Place(
      query: base + head * width,
      key: base + (heads + keyHead) * width,
      value: base + (heads + keyHeads + keyHead) * width,
      result: first * columns + head * width,
      row: (sequence * heads + head) * times + time,
      time: time
    )
  }

  private func multiply(
    _ form: MatrixProduct.Form,
    _ rows: Int,
    _ columns: Int,
    _ inner: Int,
    scale: Element = 1,
    _ a: UnsafePointer<Element>,
    _ strideA: Int,
    _ b: UnsafePointer<Element>,
    _ strideB: Int,
    beta: Element,
    _ c: UnsafeMutablePointer<Element>,
    _ strideC: Int
  ) {
    let product = MatrixProduct(
      form,
      rows: rows,
      columns: columns,
      inner: inner,
      strideA: strideA,
      strideB: strideB,
      strideC: strideC
    )
    Element.multiply(product, scale, a, b, beta, c)
  }

  /// The scaled scores of some queries and a block of keys.
  private func multiplyQueries(
    _ q: UnsafePointer<Element>,
    _ rows: Int,
    by k: UnsafePointer<Element>,
    _ count: Int,
    _ scores: UnsafeMutablePointer<Element>
  ) {
    let form = MatrixProduct.Form.transposedB
    multiply(form, rows, count, width, scale: scale, q, stride, k, stride, beta: 0, scores, count)
  }

  /// The mask of a query's row; nil where nothing is dropped.
  private func mask(
    _ masks: UnsafePointer<UInt64>?,
    _ place: Place,
    _ query: Int
  ) -> UnsafePointer<UInt64>? {
    dropout == nil ? nil : masks.map { $0 + (place.row + query) * rowWords }
  }

  private func drawMask(
    _ masks: UnsafeMutablePointer<UInt64>?,
    _ place: Place,
    _ run: Range<Int>,
    head: Int,
    queries: Range<Int>
  ) {
    guard let dropout, let masks else { return }
    let own = dropout.derived(UInt64(head))
    let rows = RowPlacement(.batchMajor, batch: batch, times: times, firstItem: firstItem)
    for query in queries {
      let row = own.row(run.lowerBound + query, of: rows)
      let count = isCausal ? query + 1 : run.count
      row.writeMask(masks + (place.row + query) * rowWords, from: place.time, count)
    }
  }

  /// Runs and heads by their number: the heads of the first run, then those of the next.
  func forward(
    _ units: Range<Int>,
    _ qkv: UnsafePointer<Element>,
    logSums: UnsafeMutablePointer<Element>,
    masks: UnsafeMutablePointer<UInt64>?,
    _ y: UnsafeMutablePointer<Element>
  ) {
    var buffers = (
      scoreBuffer(), Tensor<Element>(uninitialized: [Self.queryBlock, 2])
    )
    buffers.0.write { scores in
      buffers.1.write { states in
        for unit in units {
          let (run, head) = (runs[unit / heads], unit % heads)
          let place = place(run, head: head)
          for queries in blocks(run.count, of: Self.queryBlock) {
            drawMask(masks, place, run, head: head, queries: queries)
            forward(queries, run, place, qkv, masks: masks, scores, states: states, y)
            for (index, query) in queries.enumerated() {
              let (max, sum) = (states[2 * index], states[2 * index + 1])
              logSums[place.row + query] = max + Element(log(Double(sum)))
              let row = y + place.result + query * columns
              Element.axpby(row, keepScale / sum, UnsafePointer(row), 0, width)
            }
          }
        }
      }
    }
  }

  /// One block of queries: its states, and the sums that they scale.
  private func forward(
    _ queries: Range<Int>,
    _ run: Range<Int>,
    _ place: Place,
    _ qkv: UnsafePointer<Element>,
    masks: UnsafeMutablePointer<UInt64>?,
    _ scores: UnsafeMutablePointer<Element>,
    states: UnsafeMutablePointer<Element>,
    _ y: UnsafeMutablePointer<Element>
  ) {
    let (first, rows) = (queries.lowerBound, queries.count)
    let result = y + place.result + first * columns
    for index in 0..<rows { (states[2 * index], states[2 * index + 1]) = (-.infinity, 0) }
    for keys in keyBlocks(queries, run) {
      let (q, k) = (qkv + place.query + first * stride, qkv + place.key + keys.lowerBound * stride)
      let count = keys.count
      multiplyQueries(q, rows, by: k, count, scores)
      for (index, query) in queries.enumerated() {
        let factor = Element.attentionRow(
          scores + index * count,
          state: states + 2 * index,
          mask: mask(UnsafePointer(masks), place, query),
          first: place.time % 4 + keys.lowerBound,
          valid: valid(query, keys),
          count
        )
        if keys.lowerBound > 0 && factor != 1 {
          let row = result + index * columns
          Element.axpby(row, factor, UnsafePointer(row), 0, width)
        }
      }
      let v = qkv + place.value + keys.lowerBound * stride
      let beta: Element = keys.lowerBound == 0 ? 0 : 1
      multiply(.plain, rows, width, count, scores, count, v, stride, beta: beta, result, columns)
    }
  }

  /// Runs and groups of heads by their number: the groups of the first run, then those of the next.
  func backward(
    _ units: Range<Int>,
    _ saved: Saved,
    beta: Element,
    _ dqkv: UnsafeMutablePointer<Element>
  ) {
    let group = heads / keyHeads
    var buffers = (scoreBuffer(), scoreBuffer())
    buffers.0.write { scores in
      buffers.1.write { dp in
        for unit in units {
          let run = runs[unit / keyHeads]
          for member in 0..<group {
            let place = place(run, head: unit % keyHeads * group + member)
            for queries in blocks(run.count, of: Self.queryBlock).reversed() {
              let isFirst = member == 0 && queries.upperBound == run.count
              let keyBeta = isFirst ? beta : 1
              backward(queries, run, place, saved, scores, dp, beta: beta, keyBeta: keyBeta, dqkv)
            }
          }
        }
      }
    }
  }

  private func backward(
    _ queries: Range<Int>,
    _ run: Range<Int>,
    _ place: Place,
    _ saved: Saved,
    _ scores: UnsafeMutablePointer<Element>,
    _ dp: UnsafeMutablePointer<Element>,
    beta: Element,
    keyBeta: Element,
    _ dqkv: UnsafeMutablePointer<Element>
  ) {
    let (first, rows) = (queries.lowerBound, queries.count)
    let q = saved.qkv + place.query + first * stride
    let dy = saved.dy + place.result + first * columns
    let y = saved.y + place.result + first * columns
    for keys in keyBlocks(queries, run) {
      let (offset, count) = (keys.lowerBound * stride, keys.count)
      let (k, v) = (saved.qkv + place.key + offset, saved.qkv + place.value + offset)
      multiplyQueries(q, rows, by: k, count, scores)
      // dP = dO V^T.
      multiply(.transposedB, rows, count, width, dy, columns, v, stride, beta: 0, dp, count)
      for (index, query) in queries.enumerated() {
        Element.attentionRowBackward(
          scores + index * count,
          dp: dp + index * count,
          mask: mask(saved.masks, place, query),
          first: place.time % 4 + keys.lowerBound,
          logSum: saved.logSums[place.row + query],
          dot: Element.dot(dy + index * columns, y + index * columns, width),
          scale: keepScale,
          valid: valid(query, keys),
          count
        )
      }
      // dV += P^T dO, dQ += dS K, dK += dS^T Q, the last two scaled as the scores were.
      let (dk, dv) = (dqkv + place.key + offset, dqkv + place.value + offset)
      multiply(
        .transposedA,
        count,
        width,
        rows,
        scores,
        count,
        dy,
        columns,
        beta: keyBeta,
        dv,
        stride
      )
      let dq = dqkv + place.query + first * stride
      let queryBeta = keys.lowerBound == 0 ? beta : 1
      multiply(
        .plain,
        rows,
        width,
        count,
        scale: scale,
        dp,
        count,
        k,
        stride,
        beta: queryBeta,
        dq,
        stride
      )
      multiply(
        .transposedA,
        count,
        width,
        rows,
        scale: scale,
        dp,
        count,
        q,
        stride,
        beta: keyBeta,
        dk,
        stride
      )
    }
  }
}

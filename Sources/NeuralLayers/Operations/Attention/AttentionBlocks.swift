// Source: T. Dao et al., "FlashAttention", 2022, algorithms 1 and 4 and section 3.1 (D = rows of dO
//   * O).
// Procedure: blocks of 64 queries against blocks of 256 keys; blocks above the diagonal are
//   skipped. Each direction has its own file.
// Complexity: a block of scores is 64 kB in Float. Wider blocks of queries are slower, because they
//   compute more of what the diagonal cuts off.
// Determinism: blocks in a fixed order; a group's heads one after the other.

import TensorCore

/// The extents of one attention, and its division into blocks.
struct AttentionBlocks<Element: TensorElement> {
  let batch: Int
  let times: Int
  let heads: Int
  let keyHeads: Int
  let width: Int
  let isCausal: Bool
  let runs: [Range<Int>]
  let dropout: ActivationDropout?
  let scores: ScoreNoise?
  let firstItem: UInt64

  static var queryBlock: Int { 64 }

  /// Noise on scores needs whole rows.
  var keyBlock: Int { scores == nil ? 256 : max(longest, 1) }

  /// The columns of the result.
  var columns: Int { heads * width }
  var stride: Int { (heads + 2 * keyHeads) * width }
  var scale: Element { 1 / Element(max(width, 1)).squareRoot() }
  var keepScale: Element { dropout?.scale(Element.self) ?? 1 }
  var longest: Int { runs.reduce(0) { max($0, $1.count) } }
  var rowWords: Int { dropout == nil ? 0 : DropoutRow.maskWords(longest) }

  /// The number of words of all masks.
  var maskWords: Int { heads * batch * times * rowWords }

  /// The operations of the two forward products, without the part that the diagonal cuts off.
  var operations: Double {
    let scores = runs.reduce(0.0) { $0 + Double($1.count) * Double($1.count) }
    return (isCausal ? 2 : 4) * scores * Double(columns)
  }

  /// A rough estimate of the element operations of a run and head.
  var cost: Int {
    let scores = runs.reduce(0) { $0 + $1.count * $1.count } / max(runs.count, 1)
    return scores * (width + 16) / (isCausal ? 8 : 4)
  }

  func scoreBuffer() -> Tensor<Element> {
    let keys = min(keyBlock, longest)
    return Tensor(uninitialized: [min(Self.queryBlock, longest), keys])
  }

  func blocks(_ count: Int, of size: Int) -> [Range<Int>] {
    Swift.stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }

  /// The blocks of keys in the run that at least one of the queries sees.
  func keyBlocks(_ queries: Range<Int>, _ run: Range<Int>) -> [Range<Int>] {
    blocks(isCausal ? queries.upperBound : run.count, of: keyBlock)
  }

  /// The number of keys of a block that a query sees.
  func valid(_ query: Int, _ keys: Range<Int>) -> Int {
    isCausal ? min(query + 1 - keys.lowerBound, keys.count) : keys.count
  }

  /// One head of one run, and its position.
  struct HeadRun {
    let run: Range<Int>
    let head: Int
    /// Offsets of the run's first row in queries, keys, values and the result.
    let query: Int, key: Int, value: Int, result: Int
    /// The index of the run's first row among rows and heads.
    let row: Int
    /// The time of the first row in its sequence.
    let time: Int
  }

  func headRun(_ run: Range<Int>, head: Int) -> HeadRun {
    let (first, keyHead) = (run.lowerBound, head / (heads / keyHeads))
    let (sequence, time) = first.quotientAndRemainder(dividingBy: max(times, 1))
    let base = first * stride
    return HeadRun(
      run: run,
      head: head,
      query: base + head * width,
      key: base + (heads + keyHead) * width,
      value: base + (heads + keyHeads + keyHead) * width,
      result: first * columns + head * width,
      row: (sequence * heads + head) * times + time,
      time: time
    )
  }

  /// Rows in memory, and the stride between them.
  struct Rows {
    let base: UnsafePointer<Element>
    let stride: Int

    init(_ base: UnsafePointer<Element>, _ stride: Int) {
      (self.base, self.stride) = (base, stride)
    }
    init(_ base: UnsafeMutablePointer<Element>, _ stride: Int) {
      self.init(UnsafePointer(base), stride)
    }
  }

  /// The extents of a product.
  struct Extents {
    let rows: Int, columns: Int, inner: Int
    init(_ rows: Int, _ columns: Int, _ inner: Int) {
      (self.rows, self.columns, self.inner) = (rows, columns, inner)
    }
  }

  /// C = scale A B + beta C.
  func multiply(
    _ form: MatrixProduct.Form,
    _ extents: Extents,
    scale: Element = 1,
    _ a: Rows,
    _ b: Rows,
    beta: Element,
    _ c: (base: UnsafeMutablePointer<Element>, stride: Int)
  ) {
    let product = MatrixProduct(
      form,
      rows: extents.rows,
      columns: extents.columns,
      inner: extents.inner,
      strideA: a.stride,
      strideB: b.stride,
      strideC: c.stride
    )
    Element.multiply(product, scale, a.base, b.base, beta, c.base)
  }

  /// The noise of scores, for the calling thread.
  func scoreRows() -> ScoreRows<Element>? { scores.map { ScoreRows($0, longest: longest) } }

  /// The row of a query among the random words of ``scores``.
  func place(_ query: Int, of unit: HeadRun) -> ScoreRows<Element>.Place {
    ScoreRows.Place(
      head: unit.head,
      item: firstItem &+ UInt64(unit.run.lowerBound / max(times, 1)),
      time: UInt64(unit.time + query)
    )
  }

  /// The kernel's description of a query's row against a block of keys.
  func row(
    _ query: Int,
    _ keys: Range<Int>,
    of unit: HeadRun,
    masks: UnsafePointer<UInt64>?
  ) -> AttentionRow {
    AttentionRow(
      mask: dropout == nil ? nil : masks.map { $0 + (unit.row + query) * rowWords },
      first: unit.time % 4 + keys.lowerBound,
      valid: valid(query, keys),
      count: keys.count
    )
  }
}

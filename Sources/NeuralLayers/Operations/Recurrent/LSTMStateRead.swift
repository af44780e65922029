// Source: recurrent dropout: Y. Gal, Z. Ghahramani, "A Theoretically Grounded Application of Dropout
//   in Recurrent Neural Networks", NeurIPS 2016; fresh masks at each time are what W. Zaremba et
//   al., arXiv 1409.2329, advise against.
// Procedure: under noise the recurrent product at a time does not read the hidden state before it,
//   but a row of its own: all columns under a mask, or the kept columns only. A part that computes
//   units of a time writes their columns of the next time's row. The carried state is without noise.
// Complexity: one number for each row and column read, and one bit for each element under a mask.
// Determinism: masks by (key, item, time at which the state is read), columns by their stream.

import Noise
import TensorCore

/// Noise on the hidden state as the recurrent product reads it.
public enum StateNoise: Sendable {
  /// Elements are dropped; the rows are those of the window.
  case masks(ActivationDropout, RowPlacement)
  /// Columns are dropped at all times, and left out of the product.
  case kept(KeptColumns)

  /// The columns that are read; nil for all.
  var columns: KeptColumns? { if case .kept(let columns) = self { columns } else { nil } }
}

/// Noise on what the two products of an LSTM layer read.
public struct LSTMNoise: Sendable {
  /// The columns of the input that are read; nil for all.
  public var inputs: KeptColumns?
  /// Noise on the hidden state; nil for none.
  public var states: StateNoise?

  /// Creates noise.
  public init(inputs: KeptColumns? = nil, states: StateNoise? = nil) {
    (self.inputs, self.states) = (inputs, states)
  }
}

/// What the recurrent product reads at each time of a window: rows of ``width`` numbers, time by
/// time, which the callers keep.
struct LSTMStateRead<Element: TensorElement> {
  /// The columns of a row.
  let width: Int
  private let hidden: Int
  private let scale: Element
  /// The columns that are read; nil under masks.
  private let kept: [Int32]?
  /// The bits of each row's kept elements, under masks.
  private let masks: [UInt64]

  /// Draws the noise of all times.
  init(_ noise: StateNoise, _ extents: LSTMExtents, on pool: ComputePool) {
    hidden = extents.hidden
    switch noise {
    case .kept(let columns):
      precondition(
        columns.width == hidden,
        "columns are kept of another state than \(hidden) units"
      )
      (width, kept, scale) = (columns.columns.count, columns.columns, Element(columns.scale))
      masks = []
    case .masks(let dropout, let placement):
      let rows = extents.times * extents.batch
      precondition(
        placement.rows == rows && placement.order == .timeMajor,
        "the masks of an LSTM's states take the placement of its window"
      )
      (width, kept, scale) = (hidden, nil, dropout.scale(Element.self))
      masks = dropout.masks(of: placement, columns: hidden, on: pool)
    }
  }

  /// The units whose columns, where they are read, are a range of those that are read; ranges that
  /// cover all columns give ranges that cover all units.
  func units(of columns: Range<Int>) -> Range<Int> {
    guard let kept else { return columns }
    func bound(_ column: Int) -> Int {
      column == 0 ? 0 : column == kept.count ? hidden : Int(kept[column])
    }
    return bound(columns.lowerBound)..<bound(columns.upperBound)
  }

  /// Writes the columns of some units.
  ///
  /// - Parameters:
  ///   - line: A row that is read.
  ///   - row: Its index among all times.
  ///   - state: The hidden state before it, all units.
  ///   - units: What is written.
  func write(
    _ line: UnsafeMutablePointer<Element>,
    row: Int,
    from state: UnsafePointer<Element>,
    _ units: Range<Int>
  ) {
    if let kept {
      kept.withUnsafeBufferPointer { kept in
        let columns = columns(of: units, kept)
        guard let base = kept.baseAddress else { return }
        let (first, count) = (columns.lowerBound, columns.count)
        Element.gather(line + first, state, columns: base + first, scale: scale, count)
      }
    } else {
      withMask(of: row) { mask in
        let (first, count) = (units.lowerBound, units.count)
        Element.masked(
          line + first,
          state + first,
          mask,
          first: first,
          scale: scale,
          beta: 0,
          count
        )
      }
    }
  }

  /// Adds the gradient of the columns of some units to that of the state.
  func pullBack(
    _ line: UnsafePointer<Element>,
    row: Int,
    to state: UnsafeMutablePointer<Element>,
    _ units: Range<Int>
  ) {
    if let kept {
      kept.withUnsafeBufferPointer { kept in
        let columns = columns(of: units, kept)
        guard let base = kept.baseAddress else { return }
        let (first, count) = (columns.lowerBound, columns.count)
        Element.scatter(state, line + first, columns: base + first, scale: scale, count)
      }
    } else {
      withMask(of: row) { mask in
        let (first, count) = (units.lowerBound, units.count)
        Element.masked(
          state + first,
          line + first,
          mask,
          first: first,
          scale: scale,
          beta: 1,
          count
        )
      }
    }
  }

  private func withMask(of row: Int, _ body: (UnsafePointer<UInt64>) -> Void) {
    masks.withUnsafeBufferPointer { masks in
      // SAFETY: a row has as many words as its mask takes.
      if let base = masks.baseAddress { body(base + row * DropoutRow.maskWords(hidden)) }
    }
  }

  /// The columns that some units have, by bisection.
  private func columns(of units: Range<Int>, _ kept: UnsafeBufferPointer<Int32>) -> Range<Int> {
    func first(atLeast unit: Int) -> Int {
      var (low, high) = (0, kept.count)
      while low < high {
        let middle = (low + high) / 2
        if Int(kept[middle]) < unit { low = middle + 1 } else { high = middle }
      }
      return low
    }
    return first(atLeast: units.lowerBound)..<first(atLeast: units.upperBound)
  }
}

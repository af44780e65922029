// Procedure: see LSTMOperation.swift. The part of a time that one thread computes is either some
//   sequences, or some units of all sequences: LSTMSteps decides which.
// Determinism: the parts are fixed by the shape, and no element depends on them.

import TensorCore

/// The extents of an LSTM layer over a window.
struct LSTMExtents {
  let times: Int
  let batch: Int
  /// Columns of the input.
  let inner: Int
  /// Columns of the hidden state.
  let hidden: Int
}

/// One pass over a window: the saved activations, and both directions.
struct LSTMRun<Element: TensorElement> {
  let pool: ComputePool
  let extents: LSTMExtents
  let start: LSTMState<Element>
  let inputWeight: Tensor<Element>
  let stateWeight: Tensor<Element>

  /// The values of the gates; after `backward`, the gradients of their pre-activations.
  var gates: Tensor<Element>
  var cells: Tensor<Element>
  var cellTanh: Tensor<Element>

  init(
    pool: ComputePool,
    extents: LSTMExtents,
    start: LSTMState<Element>,
    inputWeight: Tensor<Element>,
    stateWeight: Tensor<Element>
  ) {
    let (times, batch, hidden) = (extents.times, extents.batch, extents.hidden)
    (self.pool, self.extents, self.start) = (pool, extents, start)
    (self.inputWeight, self.stateWeight) = (inputWeight, stateWeight)
    gates = pool.tensor([times, batch, 4 * hidden])
    cells = pool.tensor([times, batch, hidden])
    cellTanh = pool.tensor([times, batch, hidden])
  }

  private var times: Int { extents.times }
  private var batch: Int { extents.batch }
  private var hidden: Int { extents.hidden }
  private var steps: LSTMSteps { LSTMSteps(pool: pool, batch: batch, hidden: hidden) }

  func last(of tensor: Tensor<Element>) -> Tensor<Element> {
    var part = Tensor<Element>(uninitialized: [batch, hidden])
    tensor.read { all in
      part.write { $0.copy(all + (times - 1) * batch * hidden, batch * hidden) }
    }
    return part
  }

  mutating func forward(_ x: Tensor<Element>, bias: Tensor<Element>, to y: inout Tensor<Element>) {
    let (pool, batch, inner, hidden, steps) = (pool, batch, extents.inner, hidden, steps)
    let (times, start, inputWeight, stateWeight) = (times, start, inputWeight, stateWeight)
    gates.write { gates in
      pool.multiply(
        MatrixProduct(.transposedB, rows: times * batch, columns: 4 * hidden, inner: inner),
        x,
        inputWeight,
        bias: bias,
        gates
      )
      cells.write { cells in
        cellTanh.write { cellTanh in
          y.write { y in
            Tensor.read(start.hidden, start.cell, stateWeight) { inputs in
              // One matrix per gate, so that a panel covers the same units in every gate.
              let toGates = (0..<4).map { gate in
                pool.pack(
                  inputs[2] + gate * hidden * hidden,
                  stride: hidden,
                  isTransposed: true,
                  inner: hidden,
                  columns: hidden
                )
              }
              // SAFETY: a part reads and writes its own sequences and units; of the previous hidden
              // state it reads all units, which are complete.
              steps.run(0..<times, panels: toGates[0].panels) { time, rows, panels in
                let row = time * batch + rows.lowerBound
                let before = (time == 0 ? rows.lowerBound : row - batch) * hidden
                let hiddenBefore = (time == 0 ? inputs[0] : UnsafePointer(y)) + before
                let cellBefore = (time == 0 ? inputs[1] : UnsafePointer(cells)) + before
                for (gate, matrix) in toGates.enumerated() {
                  matrix.multiply(
                    hiddenBefore,
                    rows: rows.count,
                    strideA: hidden,
                    panels: panels,
                    gates + row * 4 * hidden + gate * hidden,
                    strideC: 4 * hidden
                  )
                }
                let units = toGates[0].columns(of: panels)
                for index in 0..<rows.count {
                  let offset = (row + index) * hidden + units.lowerBound
                  Element.lstmForward(
                    gates: gates + (row + index) * 4 * hidden + units.lowerBound,
                    cellBefore: cellBefore + index * hidden + units.lowerBound,
                    cell: cells + offset,
                    cellTanh: cellTanh + offset,
                    output: y + offset,
                    hidden: hidden,
                    units.count
                  )
                }
              }
            }
          }
        }
      }
    }
  }

  /// Turns `gates` into gradients, from the last time to the first.
  mutating func backward(_ gradient: Tensor<Element>) {
    let (pool, batch, hidden, times, steps) = (pool, batch, hidden, times, steps)
    let (cells, cellTanh, start, stateWeight) = (cells, cellTanh, start, stateWeight)
    var dHidden: Tensor<Element> = pool.tensor([batch, hidden])
    var dCell = Tensor<Element>(zeros: [batch, hidden])
    gates.write { gates in
      dHidden.write { dHidden in
        dCell.write { dCell in
          Tensor.read(gradient, cells, cellTanh, start.cell, stateWeight) { inputs in
            let toHidden = pool.pack(inputs[4], stride: hidden, inner: 4 * hidden, columns: hidden)
            // SAFETY: a part reads and writes its own sequences and units; of the next time's gates
            // it reads all units, which are complete.
            steps.run((0..<times).reversed(), panels: toHidden.panels) { time, rows, panels in
              let row = time * batch + rows.lowerBound
              let before = (time == 0 ? rows.lowerBound : row - batch) * hidden
              let cellBefore = (time == 0 ? inputs[3] : inputs[1]) + before
              let units = toHidden.columns(of: panels)
              for index in 0..<rows.count {
                let own = (rows.lowerBound + index) * hidden + units.lowerBound
                let place = (row + index) * hidden + units.lowerBound
                (dHidden + own).copy(inputs[0] + place, units.count)
              }
              if time + 1 < times {
                toHidden.multiply(
                  UnsafePointer(gates) + (row + batch) * 4 * hidden,
                  rows: rows.count,
                  strideA: 4 * hidden,
                  panels: panels,
                  dHidden + rows.lowerBound * hidden,
                  strideC: hidden
                )
              }
              for index in 0..<rows.count {
                let offset = (row + index) * hidden + units.lowerBound
                let own = (rows.lowerBound + index) * hidden + units.lowerBound
                Element.lstmBackward(
                  gates: gates + (row + index) * 4 * hidden + units.lowerBound,
                  cellBefore: cellBefore + index * hidden + units.lowerBound,
                  cellTanh: inputs[2] + offset,
                  dOutput: dHidden + own,
                  dCell: dCell + own,
                  hidden: hidden,
                  units.count
                )
              }
            }
          }
        }
      }
    }
  }

  /// dW_hh: the first time's gates with the initial state, all others' with the output before them.
  func addStateWeight(_ y: Tensor<Element>, to slot: Gradient<Element>) {
    Tensor.read(gates, y, start.hidden) { inputs in
      slot.accumulate { sum, beta in
        func product(_ rows: Int) -> MatrixProduct {
          MatrixProduct(.transposedA, rows: 4 * hidden, columns: hidden, inner: rows)
        }
        pool.multiply(product(batch), inputs[0], inputs[2], beta: beta, sum)
        guard times > 1 else { return }
        let later = inputs[0] + batch * 4 * hidden
        pool.multiply(product((times - 1) * batch), later, inputs[1], beta: 1, sum)
      }
    }
  }
}

/// How the times of a window are divided among the threads.
private struct LSTMSteps {
  let pool: ComputePool
  let batch: Int
  let hidden: Int

  /// Runs a body for all times in order, each cut into parts that do not wait for each other.
  ///
  /// If the weights fit a core's own cache, a part is some sequences through all times. Larger
  /// weights are cut into units, so that each core reads only a part of them; the cores then wait
  /// for each other after each time.
  func run(
    _ times: some Sequence<Int>,
    panels: Int,
    _ body: (_ time: Int, _ rows: Range<Int>, _ panels: Range<Int>) -> Void
  ) {
    if 4 * hidden * hidden <= Self.ownCache {
      let shards = RowShards(rows: batch, atLeast: 8)
      pool.run(shards: shards.count) { shard in
        for time in times { body(time, shards[shard], 0..<panels) }
      }
    } else {
      let shards = RowShards(rows: panels, atLeast: 4)
      for time in times {
        pool.run(shards: shards.count) { body(time, 0..<batch, shards[$0]) }
      }
    }
  }

  /// The most weights that fit a core's own cache.
  private static var ownCache: Int { 1 << 18 }
}

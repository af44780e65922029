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
  /// The noise on what the recurrent product reads; nil if it reads the hidden state itself.
  let read: LSTMStateRead<Element>?
  /// What it reads under noise, [times, batch, columns]; else empty.
  var readRows: Tensor<Element>

  /// The values of the gates; after `backward`, the gradients of their pre-activations.
  var gates: Tensor<Element>
  var cells: Tensor<Element>
  var cellTanh: Tensor<Element>

  init(
    pool: ComputePool,
    extents: LSTMExtents,
    start: LSTMState<Element>,
    inputWeight: Tensor<Element>,
    stateWeight: Tensor<Element>,
    noise: StateNoise?
  ) {
    let (times, batch, hidden) = (extents.times, extents.batch, extents.hidden)
    (self.pool, self.extents, self.start) = (pool, extents, start)
    (self.inputWeight, self.stateWeight) = (inputWeight, stateWeight)
    gates = pool.tensor([times, batch, 4 * hidden])
    cells = pool.tensor([times, batch, hidden])
    cellTanh = pool.tensor([times, batch, hidden])
    read = noise.map { LSTMStateRead($0, extents, on: pool) }
    readRows = pool.tensor([read == nil ? 0 : times, batch, read?.width ?? 0])
  }

  /// The columns of the hidden state that the recurrent product reads.
  private var readWidth: Int { read?.width ?? hidden }

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
    let (read, width) = (read, readWidth)
    readRows.write { readRows in
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
                for row in 0..<batch {
                  read?.write(
                    readRows + row * width,
                    row: row,
                    from: inputs[0] + row * hidden,
                    0..<hidden
                  )
                }
                // One matrix per gate, so that a panel covers the same units in every gate.
                let toGates = (0..<4).map { gate in
                  pool.pack(
                    inputs[2] + gate * hidden * width,
                    stride: width,
                    isTransposed: true,
                    inner: width,
                    columns: hidden
                  )
                }
                // SAFETY: a part reads and writes its own sequences and units; of the previous hidden
                // state it reads all units, which are complete.
                steps.run(0..<times, panels: toGates[0].panels) { time, rows, panels in
                  let row = time * batch + rows.lowerBound
                  let before = (time == 0 ? rows.lowerBound : row - batch) * hidden
                  let hiddenBefore =
                    read != nil
                    ? UnsafePointer(readRows) + row * width
                    : (time == 0 ? inputs[0] : UnsafePointer(y)) + before
                  let cellBefore = (time == 0 ? inputs[1] : UnsafePointer(cells)) + before
                  for (gate, matrix) in toGates.enumerated() {
                    matrix.multiply(
                      hiddenBefore,
                      rows: rows.count,
                      strideA: width,
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
                    if time + 1 < times, let read {
                      let next = row + batch + index
                      let state = y + (row + index) * hidden
                      read.write(readRows + next * width, row: next, from: state, units)
                    }
                  }
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
    let (read, width) = (read, readWidth)
    var dRead: Tensor<Element> = pool.tensor([batch, read == nil ? 0 : width])
    var dHidden: Tensor<Element> = pool.tensor([batch, hidden])
    var dCell = Tensor<Element>(zeros: [batch, hidden])
    gates.write { gates in
      dRead.write { dRead in
        dHidden.write { dHidden in
          dCell.write { dCell in
            Tensor.read(gradient, cells, cellTanh, start.cell, stateWeight) { inputs in
              let toHidden = pool.pack(inputs[4], stride: width, inner: 4 * hidden, columns: width)
              // SAFETY: a part reads and writes its own sequences and units; of the next time's gates
              // it reads all units, which are complete.
              steps.run((0..<times).reversed(), panels: toHidden.panels) { time, rows, panels in
                let row = time * batch + rows.lowerBound
                let before = (time == 0 ? rows.lowerBound : row - batch) * hidden
                let cellBefore = (time == 0 ? inputs[3] : inputs[1]) + before
                let columns = toHidden.columns(of: panels)
                let units = read?.units(of: columns) ?? columns
                for index in 0..<rows.count {
                  let own = (rows.lowerBound + index) * hidden + units.lowerBound
                  let place = (row + index) * hidden + units.lowerBound
                  (dHidden + own).copy(inputs[0] + place, units.count)
                }
                if time + 1 < times {
                  let target = read == nil ? dHidden : dRead
                  if read != nil {
                    for row in rows {
                      (dRead + row * width + columns.lowerBound).clear(columns.count)
                    }
                  }
                  toHidden.multiply(
                    UnsafePointer(gates) + (row + batch) * 4 * hidden,
                    rows: rows.count,
                    strideA: 4 * hidden,
                    panels: panels,
                    target + rows.lowerBound * width,
                    strideC: width
                  )
                  if let read {
                    for index in rows {
                      let place = (time + 1) * batch + index
                      read.pullBack(
                        dRead + index * width,
                        row: place,
                        to: dHidden + index * hidden,
                        units
                      )
                    }
                  }
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
  }

  /// dW_hh: the first time's gates with the initial state, all others' with the output before them.
  func addStateWeight(_ y: Tensor<Element>, to slot: Gradient<Element>) {
    if let read {
      Tensor.read(gates, readRows) { inputs in
        slot.accumulate { sum, beta in
          let (rows, columns) = (4 * hidden, read.width)
          let product = MatrixProduct(
            .transposedA,
            rows: rows,
            columns: columns,
            inner: times * batch
          )
          pool.multiply(product, inputs[0], inputs[1], beta: beta, sum)
        }
      }
      return
    }
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

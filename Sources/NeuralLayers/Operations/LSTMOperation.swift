// Source: S. Hochreiter, J. Schmidhuber, "Long Short-Term Memory", 1997, with forget gates; gates in
//   PyTorch's order (input, forget, cell, output) and one bias; research note C2.
// Procedure: one product gives x W_ih^T for all times. Then each time adds h W_hh^T, with weights that are
//   packed once a window, and a fused kernel makes cells and hidden states of the units it has. Backward
//   goes back through time in the same parts, then one product each for dW_ih, dW_hh and dx. The
//   carried state gets no gradient (truncated back-propagation).
// Complexity: 8 T B H (I + H) operations forward, twice that backward; saves gates, cells, tanh of
//   cells: 6 T B H elements.
// Determinism: the parts are fixed by the shape, and no element depends on them; weights' gradients are products over all times.

public import TensorCore

/// What an LSTM layer carries from one window of text to the next.
public struct LSTMState<Element: TensorElement>: Sendable {
  /// The hidden state, [batch, hidden].
  public var hidden: Tensor<Element>
  /// The cell, [batch, hidden].
  public var cell: Tensor<Element>

  /// The state at the start of a text: zeros.
  public init(batch: Int, hidden: Int) {
    self.hidden = Tensor(zeros: [batch, hidden])
    self.cell = Tensor(zeros: [batch, hidden])
  }

  init(hidden: Tensor<Element>, cell: Tensor<Element>) {
    self.hidden = hidden
    self.cell = cell
  }
}

extension Tape {
  /// Runs an LSTM layer over all times of a window.
  ///
  /// **Shapes**: x [times, batch, in], inputWeight [4 hidden, in], stateWeight [4 hidden, hidden], bias
  /// [4 hidden] → [times, batch, hidden].
  ///
  /// - Parameters:
  ///   - x: The inputs, time by time.
  ///   - inputWeight: From the input to the gates.
  ///   - stateWeight: From the hidden state before to the gates.
  ///   - bias: Of the gates.
  ///   - state: Before the first time; a constant for gradients.
  /// - Returns: The hidden state at each time, and the state after the last.
  public func lstm(
    _ x: Variable<Element>,
    inputWeight: Parameter<Element>,
    stateWeight: Parameter<Element>,
    bias: Parameter<Element>,
    state: LSTMState<Element>
  ) -> (output: Variable<Element>, state: LSTMState<Element>) {
    precondition(x.shape.count == 3, "an LSTM wants [times, batch, in], not \(x.shape)")
    let (times, batch, inner) = (x.shape[0], x.shape[1], x.shape[2])
    let hidden = stateWeight.shape.last ?? 0
    precondition(
      inputWeight.shape == [4 * hidden, inner] && stateWeight.shape == [4 * hidden, hidden]
        && bias.shape == [4 * hidden],
      "\(inputWeight.name) \(inputWeight.shape), \(stateWeight.name) \(stateWeight.shape) and "
        + "\(bias.name) \(bias.shape) do not make an LSTM for inputs of shape \(x.shape)"
    )
    precondition(
      state.hidden.shape == [batch, hidden] && state.cell.shape == [batch, hidden],
      "the state must have shape \([batch, hidden]), but has \(state.hidden.shape)"
    )
    guard times > 0 else { return (input(Tensor(zeros: [0, batch, hidden])), state) }
    var run = LSTMRun(
      pool: pool,
      times: times,
      batch: batch,
      inner: inner,
      hidden: hidden,
      start: state,
      inputWeight: inputWeight.value,
      stateWeight: stateWeight.value
    )
    var y: Tensor<Element> = pool.tensor([times, batch, hidden])
    run.forward(x.value, bias: bias.value, to: &y)
    let last = LSTMState(hidden: run.last(of: y), cell: run.last(of: run.cells))
    let output = output(y)
    let operations = 8 * Double(times * batch) * Double(hidden) * Double(inner + hidden)
    record(output, as: "lstm", operations: operations) { gradient in
      run.backward(gradient)
      let gates = run.gates.reshaped([times * batch, 4 * hidden])
      run.addStateWeight(y, to: stateWeight.gradient)
      run.pool.linearBackward(
        gates,
        x: x.value,
        weight: run.inputWeight,
        dx: x.gradient,
        dWeight: inputWeight.gradient,
        dBias: bias.gradient
      )
    }
    return (output, last)
  }
}

/// One pass over a window: the extents, the saved activations, and both directions.
private struct LSTMRun<Element: TensorElement> {
  let pool: ComputePool
  let times: Int
  let batch: Int
  let inner: Int
  let hidden: Int
  let start: LSTMState<Element>
  let inputWeight: Tensor<Element>
  let stateWeight: Tensor<Element>

  /// The gates' values; after `backward` the gradients before their nonlinearities.
  var gates: Tensor<Element>
  var cells: Tensor<Element>
  var cellTanh: Tensor<Element>

  init(
    pool: ComputePool,
    times: Int,
    batch: Int,
    inner: Int,
    hidden: Int,
    start: LSTMState<Element>,
    inputWeight: Tensor<Element>,
    stateWeight: Tensor<Element>
  ) {
    self.pool = pool
    self.times = times
    self.batch = batch
    self.inner = inner
    self.hidden = hidden
    self.start = start
    self.inputWeight = inputWeight
    self.stateWeight = stateWeight
    self.gates = pool.tensor([times, batch, 4 * hidden])
    self.cells = pool.tensor([times, batch, hidden])
    self.cellTanh = pool.tensor([times, batch, hidden])
  }

  private var steps: LSTMSteps { LSTMSteps(pool: pool, batch: batch, hidden: hidden) }

  func last(of tensor: Tensor<Element>) -> Tensor<Element> {
    var part = Tensor<Element>(uninitialized: [batch, hidden])
    tensor.read { all in
      part.write { $0.copy(all + (times - 1) * batch * hidden, batch * hidden) }
    }
    return part
  }

  mutating func forward(_ x: Tensor<Element>, bias: Tensor<Element>, to y: inout Tensor<Element>) {
    let (pool, batch, inner, hidden, steps) = (pool, batch, inner, hidden, steps)
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
              // A matrix for each gate, so that panels are the same units of all.
              let toGates = (0..<4).map { gate in
                pool.pack(
                  inputs[2] + gate * hidden * hidden,
                  stride: hidden,
                  isTransposed: true,
                  inner: hidden,
                  columns: hidden
                )
              }
              // SAFETY: a part reads and writes its own sequences and units; of the hidden state before,
              // all units, which are complete.
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
            // SAFETY: a part reads and writes its own sequences and units; of the gates behind, all,
            // which are complete.
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

  /// dW_hh = the first time's gates with the start, and all others' with the output before them.
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

/// How the times of a window are cut into parts for the threads.
private struct LSTMSteps {
  let pool: ComputePool
  let batch: Int
  let hidden: Int

  /// Runs a body for all times in order, each cut into parts that do not wait for each other.
  ///
  /// Where the weights fit a core's own cache, a part is some sequences through all times. Larger ones
  /// are cut into units, so that each core reads a part of the weights only, and waits after each time.
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

  /// How many weights are small enough.
  private static var ownCache: Int { 1 << 18 }
}

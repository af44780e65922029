// Source: S. Hochreiter, J. Schmidhuber, "Long Short-Term Memory", 1997, with forget gates; gates in
//   PyTorch's order (input, forget, cell, output) and one bias; research note C2.
// Procedure: one product gives x W_ih^T for all times. Shards of sequences then run through time by
//   themselves: one small product h W_hh^T and one fused row kernel a step, no barrier. Backward
//   runs back through time in the same shards, then one product each for dW_ih, dW_hh and dx. The
//   carried state gets no gradient (truncated back-propagation).
// Complexity: 8 T B H (I + H) operations forward, twice that backward; saves gates, cells, tanh of
//   cells: 6 T B H elements.
// Determinism: the shards are fixed by the batch; weights' gradients are products over all times.

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
    var y = Tensor<Element>(uninitialized: [times, batch, hidden])
    run.forward(x.value, bias: bias.value, to: &y)
    let last = LSTMState(hidden: run.last(of: y), cell: run.last(of: run.cells))
    let output = output(y)
    record(output, as: "lstm") { gradient in
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
    self.gates = Tensor(uninitialized: [times, batch, 4 * hidden])
    self.cells = Tensor(uninitialized: [times, batch, hidden])
    self.cellTanh = Tensor(uninitialized: [times, batch, hidden])
  }

  /// Shards of at least eight sequences.
  private var shards: RowShards { RowShards(rows: batch, atLeast: 8) }

  func last(of tensor: Tensor<Element>) -> Tensor<Element> {
    var part = Tensor<Element>(uninitialized: [batch, hidden])
    tensor.read { all in
      part.write { $0.update(from: all + (times - 1) * batch * hidden, count: batch * hidden) }
    }
    return part
  }

  mutating func forward(_ x: Tensor<Element>, bias: Tensor<Element>, to y: inout Tensor<Element>) {
    let (pool, batch, inner, hidden, times) = (pool, batch, inner, hidden, times)
    let (start, stateWeight, shards) = (start, stateWeight, shards)
    gates.write { gates in
      bias.read { pool.fillRows(gates, $0, rows: times * batch, columns: 4 * hidden) }
      Tensor.read(x, inputWeight) { inputs in
        let product = MatrixProduct(
          .transposedB,
          rows: times * batch,
          columns: 4 * hidden,
          inner: inner
        )
        pool.multiply(product, inputs[0], inputs[1], beta: 1, gates)
      }
      cells.write { cells in
        cellTanh.write { cellTanh in
          y.write { y in
            Tensor.read(start.hidden, start.cell, stateWeight) { inputs in
              // SAFETY: a shard reads and writes the rows of its own sequences only.
              pool.run(shards: shards.count) { shard in
                let rows = shards[shard]
                let product = MatrixProduct(
                  .transposedB,
                  rows: rows.count,
                  columns: 4 * hidden,
                  inner: hidden
                )
                for time in 0..<times {
                  let row = time * batch + rows.lowerBound
                  let before = (time == 0 ? rows.lowerBound : row - batch) * hidden
                  let hiddenBefore = (time == 0 ? inputs[0] : UnsafePointer(y)) + before
                  let cellBefore = (time == 0 ? inputs[1] : UnsafePointer(cells)) + before
                  Element.multiply(
                    product,
                    1,
                    hiddenBefore,
                    inputs[2],
                    1,
                    gates + row * 4 * hidden
                  )
                  for index in 0..<rows.count {
                    let offset = (row + index) * hidden
                    Element.lstmForward(
                      gates: gates + 4 * offset,
                      cellBefore: cellBefore + index * hidden,
                      cell: cells + offset,
                      cellTanh: cellTanh + offset,
                      output: y + offset,
                      hidden: hidden
                    )
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
    let (pool, batch, hidden, times) = (pool, batch, hidden, times)
    let (cells, cellTanh, start, shards) = (cells, cellTanh, start, shards)
    let stateWeight = stateWeight
    var dHidden = Tensor<Element>(zeros: [batch, hidden])
    var dCell = Tensor<Element>(zeros: [batch, hidden])
    gates.write { gates in
      dHidden.write { dHidden in
        dCell.write { dCell in
          Tensor.read(gradient, cells, cellTanh, start.cell, stateWeight) { inputs in
            // SAFETY: a shard reads and writes the rows of its own sequences only.
            pool.run(shards: shards.count) { shard in
              let rows = shards[shard]
              let product = MatrixProduct(
                .plain,
                rows: rows.count,
                columns: hidden,
                inner: 4 * hidden
              )
              let first = rows.lowerBound * hidden
              for time in (0..<times).reversed() {
                let row = time * batch + rows.lowerBound
                let before = (time == 0 ? rows.lowerBound : row - batch) * hidden
                let cellBefore = (time == 0 ? inputs[3] : inputs[1]) + before
                Element.axpby(
                  dHidden + first,
                  1,
                  inputs[0] + row * hidden,
                  1,
                  rows.count * hidden
                )
                for index in 0..<rows.count {
                  let offset = (row + index) * hidden
                  let own = first + index * hidden
                  Element.lstmBackward(
                    gates: gates + 4 * offset,
                    cellBefore: cellBefore + index * hidden,
                    cellTanh: inputs[2] + offset,
                    dOutput: dHidden + own,
                    dCell: dCell + own,
                    hidden: hidden
                  )
                }
                if time > 0 {
                  Element.multiply(
                    product,
                    1,
                    gates + row * 4 * hidden,
                    inputs[4],
                    0,
                    dHidden + first
                  )
                }
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

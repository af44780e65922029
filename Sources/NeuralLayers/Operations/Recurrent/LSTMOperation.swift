// Source: S. Hochreiter, J. Schmidhuber, "Long Short-Term Memory", 1997, with forget gates; gates
//   in PyTorch's order (input, forget, cell, output) and one bias.
// Procedure: one product gives x W_ih^T for all times. Then each time adds h W_hh^T, with weights
//   that are packed once per window, and a fused kernel computes cells and hidden states of its
//   units. Backward runs back through time in the same parts, then one product each for dW_ih,
//   dW_hh and dx. The carried state gets no gradient (truncated back-propagation).
// Complexity: 8 T B H (I + H) operations forward, twice that backward; saves gates, cells and tanh
//   of cells: 6 T B H elements.
// Determinism: the parts are fixed by the shape, and no element depends on them; weight gradients
//   are products over all times.

public import TensorCore

/// The state that an LSTM layer carries from one window of text to the next.
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
  /// **Shapes**: x [times, batch, in], inputWeight [4 hidden, in], stateWeight [4 hidden, hidden],
  /// bias [4 hidden] → [times, batch, hidden].
  ///
  /// - Parameters:
  ///   - x: The inputs, time by time.
  ///   - inputWeight: Maps the input to the gates.
  ///   - stateWeight: Maps the previous hidden state to the gates.
  ///   - bias: The bias of the gates.
  ///   - state: The state before the first time; gradients treat it as a constant.
  ///   - noise: On what the two products read; nil for none.
  /// - Returns: The hidden state at each time, and the state after the last.
  public func lstm(
    _ x: Variable<Element>,
    inputWeight: Parameter<Element>,
    stateWeight: Parameter<Element>,
    bias: Parameter<Element>,
    state: LSTMState<Element>,
    noise: LSTMNoise? = nil
  ) -> (output: Variable<Element>, state: LSTMState<Element>) {
    precondition(x.shape.count == 3, "an LSTM wants [times, batch, in], not \(x.shape)")
    let hidden = stateWeight.shape.last ?? 0
    precondition(
      inputWeight.shape == [4 * hidden, x.shape[2]] && stateWeight.shape == [4 * hidden, hidden]
        && bias.shape == [4 * hidden],
      "\(inputWeight.name) \(inputWeight.shape), \(stateWeight.name) \(stateWeight.shape) and "
        + "\(bias.name) \(bias.shape) do not make an LSTM for inputs of shape \(x.shape)"
    )
    let x = columns(x, noise?.inputs)
    let (times, batch, inner) = (x.shape[0], x.shape[1], x.shape[2])
    let inputWeight = used(inputWeight, columns: noise?.inputs)
    let stateWeight = used(stateWeight, columns: noise?.states?.columns)
    let bias = used(bias)
    precondition(
      state.hidden.shape == [batch, hidden] && state.cell.shape == [batch, hidden],
      "the state must have shape \([batch, hidden]), but has \(state.hidden.shape)"
    )
    guard times > 0 else { return (input(Tensor(zeros: [0, batch, hidden])), state) }
    var run = LSTMRun(
      pool: pool,
      extents: LSTMExtents(times: times, batch: batch, inner: inner, hidden: hidden),
      start: state,
      inputWeight: inputWeight.value,
      stateWeight: stateWeight.value,
      noise: noise?.states
    )
    var y: Tensor<Element> = pool.tensor([times, batch, hidden])
    run.forward(x.value, bias: bias.value, to: &y)
    let last = LSTMState(hidden: run.last(of: y), cell: run.last(of: run.cells))
    let output = output(y)
    let read = stateWeight.shape[1]
    let operations = 8 * Double(times * batch) * Double(hidden) * Double(inner + read)
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

import Glibc

/// An LSTM by its definition, number by number, with factors on what its products read.
public struct LSTMOracle {
  /// The length of the window.
  public let times: Int
  /// The number of sequences.
  public let batch: Int
  /// The columns of the input.
  public let inner: Int
  /// The units.
  public let hidden: Int
  /// The factor of each column of the input; empty for 1.
  public var inputFactors: [Double] = []
  /// The factor of a unit of the hidden state, as a time and sequence reads it; nil for 1.
  public var stateFactor: ((_ time: Int, _ sequence: Int, _ unit: Int) -> Double)?

  /// Without noise.
  public init(times: Int, batch: Int, inner: Int, hidden: Int) {
    (self.times, self.batch, self.inner, self.hidden) = (times, batch, inner, hidden)
  }

  /// The hidden state at each time.
  ///
  /// - Parameters:
  ///   - x: [times, batch, inner].
  ///   - weights: [4 hidden, inner], [4 hidden, hidden], and the bias.
  ///   - state: The hidden state and the cell before the window, [batch, hidden] each.
  /// - Returns: [times, batch, hidden].
  public func output(
    _ x: [Double],
    weights: (input: [Double], state: [Double], bias: [Double]),
    state: (hidden: [Double], cell: [Double])
  ) -> [Double] {
    var (h, c) = (state.hidden, state.cell)
    var result: [Double] = []
    for time in 0..<times {
      var next = h
      for sequence in 0..<batch {
        let read = (0..<hidden).map { unit in
          h[sequence * hidden + unit] * (stateFactor?(time, sequence, unit) ?? 1)
        }
        func gate(_ number: Int) -> Double {
          var sum = weights.bias[number]
          for column in 0..<inner {
            sum +=
              weights.input[number * inner + column]
              * x[(time * batch + sequence) * inner + column]
              * (inputFactors.isEmpty ? 1 : inputFactors[column])
          }
          for unit in 0..<hidden { sum += weights.state[number * hidden + unit] * read[unit] }
          return sum
        }
        func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
        for unit in 0..<hidden {
          let place = sequence * hidden + unit
          c[place] =
            sigmoid(gate(hidden + unit)) * c[place]
            + sigmoid(gate(unit)) * tanh(gate(2 * hidden + unit))
          next[place] = sigmoid(gate(3 * hidden + unit)) * tanh(c[place])
        }
      }
      h = next
      result += h
    }
    return result
  }
}

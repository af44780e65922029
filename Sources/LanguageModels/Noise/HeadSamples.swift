// Source: H. Inoue, "Multi-Sample Dropout for Accelerated Training and Better Generalization", arXiv
//   1905.09788.
// Procedure: the trunk is computed once. Each sample draws its own mask at `head` and its own columns
//   at `cut-head`, and the loss is the mean of theirs: never of their logits. Sample m has the key of
//   layer m of its place, so that a single sample is plain dropout.
// Complexity: the head, once for each sample.
// Determinism: samples add up in their order.

import NeuralLayers
import Noise
import TensorCore

/// A head, and the rows that it computes.
struct HeadInput<Element: TensorElement> {
  /// A row for each place.
  let hidden: Variable<Element>
  /// The index in the window of each row.
  let places: [Int]
  /// The sequence and time of each row.
  let rows: RowPlacement
}

extension Tape {
  /// The loss of a head under its noise.
  ///
  /// - Parameters:
  ///   - input: The rows.
  ///   - weight: A row for each token or class.
  ///   - bias: Added to the logits; nil for none.
  ///   - noise: Nil for evaluation.
  ///   - targets: The loss of the rows.
  ///   - scale: The factor of the sum of nats in the gradient.
  /// - Returns: The nats of each row, their sum and the number of targets.
  func loss<Loss: RowLoss<Element>>(
    _ input: HeadInput<Element>,
    weight: Parameter<Element>,
    bias: Parameter<Element>?,
    under noise: ModelNoise?,
    against targets: Loss,
    scale: Double
  ) -> TokenLoss {
    let samples = noise?.headSamples ?? 1
    let losses = (0..<samples).map { sample in
      loss(
        dropout(input.hidden, noise?.dropout(.head, layer: sample), rows: input.rows),
        weight: weight,
        bias: bias,
        columns: noise?.kept(.cutHead, layer: sample, of: input.hidden.value.columns),
        against: targets,
        scale: scale / Double(samples)
      )
    }
    if samples == 1 { return losses[0] }
    let share = 1 / Double(samples)
    let nats = losses[0].nats.indices.map { row in
      losses.reduce(0) { $0 + share * $1.nats[row] }
    }
    return TokenLoss(nats: nats, total: nats.reduce(0, +), count: losses[0].count)
  }
}

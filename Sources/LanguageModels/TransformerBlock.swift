// Source: pre-norm blocks as in GPT-2; with RMS norms, rotary positions and SwiGLU as in H. Touvron
//   et al., "LLaMA", arXiv 2302.13971.
// Procedure: x += dropout(attention(norm1(x))), then x += dropout(mlp(norm2(x))); the norm that
//   follows each sum also computes it. Initial values: normal with deviation 0.02, or 0.02 / sqrt(2
//   layers) for maps back to the residual stream; biases 0, gains 1.

public import NeuralLayers
import Noise
public import TensorCore

/// One block of a transformer.
///
/// **Shapes**: [batch, times, columns] → [batch, times, columns].
public struct TransformerBlock<Element: TensorElement> {
  /// Its index in the model, from 0 at the bottom; names its parameters and derives the keys of its
  /// noise.
  public let layer: Int
  /// The norm before attention.
  public let norm1: StreamNorm<Element>
  /// Mixes the times of a sequence.
  public let attention: SelfAttention<Element>
  /// The norm before the MLP.
  public let norm2: StreamNorm<Element>
  /// Maps each time on its own.
  public let mlp: MLP<Element>

  init(layer: Int, _ shape: TransformerConfiguration, key: NoiseKey) {
    self.layer = layer
    let name = "blocks.\(layer)"
    let normal = Initializer.normal(deviation: 0.02)
    let toStream = Initializer.normal(deviation: 0.02 / Double(2 * shape.layers).squareRoot())
    norm1 = StreamNorm(name + ".norm1", shape.norm, columns: shape.columns)
    attention = SelfAttention(
      name + ".attention",
      AttentionShape(
        columns: shape.columns,
        heads: shape.heads,
        keyHeads: shape.keyHeads,
        isCausal: shape.isCausal,
        normalizesHeads: shape.normalizesHeads,
        hasBias: shape.hasBiases
      ),
      initializer: normal,
      outputInitializer: toStream,
      key: key
    )
    norm2 = StreamNorm(name + ".norm2", shape.norm, columns: shape.columns)
    mlp = MLP(
      name + ".mlp",
      MLPShape(
        columns: shape.columns,
        inner: shape.inner,
        kind: shape.mlp,
        hasBias: shape.hasBiases
      ),
      initializer: normal,
      outputInitializer: toStream,
      key: key
    )
  }

  /// All parameters.
  public var parameters: [Parameter<Element>] {
    norm1.parameters + attention.parameters + norm2.parameters + mlp.parameters
  }

  /// Passes the residual stream through attention and the MLP.
  ///
  /// - Parameters:
  ///   - stream: The stream under ``norm1``.
  ///   - next: The norm after this block, which also computes the last sum.
  ///   - pass: The state shared by all blocks.
  ///   - tape: Runs the computation.
  /// - Returns: The stream after the block, under the next norm.
  func callAsFunction(
    _ stream: ResidualStream<Element>,
    before next: StreamNorm<Element>,
    in pass: BlockPass<Element>,
    on tape: Tape<Element>
  ) -> ResidualStream<Element> {
    let noise = pass.noise
    let mixed = attention(
      stream.normalized,
      noise: noise?.attention(layer: layer),
      context: pass.attention,
      on: tape
    )
    let middle = stream.adding(
      branch(0, mixed, at: .residual, in: pass, on: tape),
      under: norm2,
      on: tape
    )
    let mapped = mlp(
      middle.normalized,
      dropout: noise?.dropout(.inner, layer: layer),
      rows: pass.rows,
      on: tape
    )
    return middle.adding(branch(1, mapped, at: .mlp, in: pass, on: tape), under: next, on: tape)
  }

  /// What a branch adds to the stream, under its noise.
  private func branch(
    _ number: UInt64,
    _ x: Variable<Element>,
    at place: NoisePlace,
    in pass: BlockPass<Element>,
    on tape: Tape<Element>
  ) -> Variable<Element> {
    let dropped = tape.dropout(x, pass.noise?.dropout(place, layer: layer), rows: pass.rows)
    let paths = pass.noise?.paths(layer: layer, of: pass.layers, branch: number)
    return tape.dropPaths(dropped, paths, rows: pass.rows)
  }
}

/// The state shared by all blocks of one pass over a window.
struct BlockPass<Element: TensorElement> {
  /// The sequence and time of each row.
  let rows: RowPlacement
  /// Positions and documents.
  let attention: AttentionContext<Element>
  /// Nil for evaluation.
  let noise: ModelNoise?
  /// The number of blocks of the model.
  let layers: Int
}

/// The residual stream between two parts of a transformer, with its normalised form for the next
/// part.
struct ResidualStream<Element: TensorElement> {
  /// The sum of all contributions.
  let sum: Variable<Element>
  /// The sum under the norm.
  let normalized: Variable<Element>

  /// Starts a stream.
  init(_ x: Variable<Element>, under norm: StreamNorm<Element>, on tape: Tape<Element>) {
    (sum, normalized) = norm(x, on: tape)
  }

  private init(_ parts: (sum: Variable<Element>, normalized: Variable<Element>)) {
    (sum, normalized) = parts
  }

  /// The stream after a part has added to it.
  func adding(
    _ x: Variable<Element>,
    under norm: StreamNorm<Element>,
    on tape: Tape<Element>
  ) -> ResidualStream {
    ResidualStream(norm(x, residual: sum, on: tape))
  }
}

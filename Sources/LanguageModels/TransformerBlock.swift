// Source: pre-norm blocks as in GPT-2; with RMS norms, rotary positions and SwiGLU as in H. Touvron
//   et al., "LLaMA", arXiv 2302.13971.
// Procedure: x += dropout(attention(norm1(x))), then x += dropout(mlp(norm2(x))); each sum is made
//   by the norm that follows it. First values: normal with deviation 0.02, those that map back to
//   the residual stream 0.02 / sqrt(2 layers); biases 0, gains 1.

public import NeuralLayers
import Noise
public import TensorCore

/// One block of a transformer.
///
/// **Shapes**: [batch, times, columns] → [batch, times, columns].
public struct TransformerBlock<Element: TensorElement> {
  /// Its number in the model, from 0 at the bottom: names its parameters and derives the keys of
  /// its noise.
  public let layer: Int
  /// Before attention.
  public let norm1: StreamNorm<Element>
  /// Mixes the times of a sequence.
  public let attention: SelfAttention<Element>
  /// Before the MLP.
  public let norm2: StreamNorm<Element>
  /// Maps each time by itself.
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

  /// Carries the residual stream through attention and the MLP.
  ///
  /// - Parameters:
  ///   - stream: Under ``norm1``.
  ///   - next: The norm that follows this block: it also makes the last sum.
  ///   - pass: What all blocks share.
  ///   - tape: Where to compute.
  /// - Returns: The stream behind the block, under the next norm.
  func callAsFunction(
    _ stream: ResidualStream<Element>,
    before next: StreamNorm<Element>,
    in pass: BlockPass<Element>,
    on tape: Tape<Element>
  ) -> ResidualStream<Element> {
    let noise = pass.noise
    let mixed = attention(
      stream.normalized,
      dropout: noise?.dropout(.attention, layer: layer),
      context: pass.attention,
      on: tape
    )
    let middle = stream.adding(
      tape.dropout(mixed, noise?.dropout(.residual, layer: layer), rows: pass.rows),
      under: norm2,
      on: tape
    )
    let mapped = mlp(middle.normalized, on: tape)
    return middle.adding(
      tape.dropout(mapped, noise?.dropout(.mlp, layer: layer), rows: pass.rows),
      under: next,
      on: tape
    )
  }
}

/// What all blocks of one pass over a window share.
struct BlockPass<Element: TensorElement> {
  /// Where the rows of the stream stand.
  let rows: RowPlacement
  /// Positions and documents.
  let attention: AttentionContext<Element>
  /// Nil for evaluation.
  let noise: ModelNoise?
}

/// The residual stream between two parts of a transformer, also under the norm of the part that
/// follows.
struct ResidualStream<Element: TensorElement> {
  /// The sum of all that was added.
  let sum: Variable<Element>
  /// The sum under the norm.
  let normalized: Variable<Element>

  /// A stream that begins.
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

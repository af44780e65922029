// Source: pre-norm blocks as in GPT-2; with RMS norms, rotary positions and SwiGLU as in H. Touvron et al.,
//   "LLaMA", arXiv 2302.13971.
// Procedure: x += dropout(attention(norm1(x))), then x += dropout(mlp(norm2(x))); each sum is made by the
//   norm that follows it. First values: normal with deviation 0.02, those that map back to the residual
//   stream 0.02 / sqrt(2 layers); biases 0, gains 1.

public import NeuralLayers
import Noise
public import TensorCore

/// One block of a transformer.
///
/// **Shapes**: [batch, times, columns] → [batch, times, columns].
public struct TransformerBlock<Element: TensorElement> {
  /// Before attention.
  public let norm1: StreamNorm<Element>
  /// Mixes the times of a sequence.
  public let attention: SelfAttention<Element>
  /// Before the MLP.
  public let norm2: StreamNorm<Element>
  /// Maps each time by itself.
  public let mlp: MLP<Element>

  init(_ name: String, _ shape: TransformerConfiguration, key: NoiseKey) {
    let normal = Initializer.normal(deviation: 0.02)
    let toStream = Initializer.normal(deviation: 0.02 / Double(2 * shape.layers).squareRoot())
    norm1 = StreamNorm(name + ".norm1", shape.norm, columns: shape.columns)
    attention = SelfAttention(
      name + ".attention",
      columns: shape.columns,
      heads: shape.heads,
      keyHeads: shape.keyHeads,
      isCausal: shape.isCausal,
      normalizesHeads: shape.normalizesHeads,
      hasBias: shape.hasBiases,
      initializer: normal,
      outputInitializer: toStream,
      key: key
    )
    norm2 = StreamNorm(name + ".norm2", shape.norm, columns: shape.columns)
    mlp = MLP(
      name + ".mlp",
      columns: shape.columns,
      inner: shape.inner,
      kind: shape.mlp,
      hasBias: shape.hasBiases,
      initializer: normal,
      outputInitializer: toStream,
      key: key
    )
  }

  /// All parameters.
  public var parameters: [Parameter<Element>] {
    norm1.parameters + attention.parameters + norm2.parameters + mlp.parameters
  }
}

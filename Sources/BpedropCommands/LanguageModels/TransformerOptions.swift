public import ArgumentParser
public import LanguageModels
public import NeuralLayers

extension PositionKind: ExpressibleByArgument {}
extension NormKind: ExpressibleByArgument {}
extension MLPKind: ExpressibleByArgument {}

/// The parts of a transformer, where they are not those of its architecture, in the words of
/// Hugging Face, too.
struct TransformerOptions: ParsableArguments {
  @Option(
    name: [.long, .customLong("num_key_value_heads"), .customLong("n_kv_head")],
    help: "Heads of keys and values, which groups of --heads share. (default: all, modern half)"
  )
  var keyHeads: Int?

  @Option(
    name: [.long, .customLong("intermediate_size"), .customLong("d_ff")],
    help: "The width inside an MLP. (default: 4 times --columns, with swiglu 8 / 3)"
  )
  var inner: Int?

  @Option(help: "How a token's place is known. (default: learned, modern rope)")
  var positions: PositionKind?

  @Option(help: "How the residual stream is normalised. (default: layernorm, modern rmsnorm)")
  var norm: NormKind?

  @Option(
    name: [.long, .customLong("hidden_act")],
    help: "What is between the maps of an MLP. (default: gelu, modern swiglu)"
  )
  var mlp: MLPKind?

  @Flag(inversion: .prefixedNo, help: "Normalise queries and keys. (default: modern only)")
  var qkNorm: Bool?

  @Flag(inversion: .prefixedNo, help: "Linear maps have biases. (default: not modern)")
  var bias: Bool?

  @Flag(help: "A token sees its own document only, and positions begin anew in each.")
  var documentMask = false

  /// The shape of an architecture, with the parts that are given.
  func shape(
    _ size: TransformerConfiguration,
    _ architecture: Architecture
  ) -> TransformerConfiguration {
    var shape = architecture == .modern && size.heads > 0 ? size.modern : size
    shape.isCausal = architecture != .encoder
    shape.keyHeads = keyHeads ?? shape.keyHeads
    shape.positions = positions ?? shape.positions
    shape.norm = norm ?? shape.norm
    shape.mlp = mlp ?? shape.mlp
    shape.inner = inner ?? TransformerConfiguration.inner(of: shape.mlp, columns: size.columns)
    shape.normalizesHeads = qkNorm ?? shape.normalizesHeads
    shape.hasBiases = bias ?? shape.hasBiases
    shape.separatesDocuments = documentMask
    return shape
  }
}

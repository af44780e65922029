// Procedure: the settings of GPT-2 are the defaults, and a model file records only those that
//   differ, so files from before other settings existed keep their meaning.
// Determinism: names and shapes of the parameters are a function of the configuration.

import Diagnostics
public import NeuralLayers

/// The encoding of token positions.
public enum PositionKind: String, CaseIterable, Sendable {
  /// A learned row for each position.
  case learned
  /// Queries and keys are rotated by an angle for each position.
  case rotary = "rope"
}

/// The shape of a transformer: a decoder that predicts the next token, or an encoder that sees all.
public struct TransformerConfiguration: Hashable, Sendable {
  /// The number of tokens.
  public var vocabulary: Int
  /// The width of the residual stream.
  public var columns: Int
  /// The number of blocks.
  public var layers: Int
  /// The number of query heads, which share the columns.
  public var heads: Int
  /// The longest window.
  public var context: Int
  /// The number of heads of keys and values.
  public var keyHeads: Int
  /// The width inside an MLP.
  public var inner: Int
  /// The encoding of token positions.
  public var positions = PositionKind.learned
  /// The norm of the residual stream.
  public var norm = NormKind.layerNorm
  /// The nonlinearity of the MLP.
  public var mlp = MLPKind.gelu
  /// Whether queries and keys are normalised.
  public var normalizesHeads = false
  /// Whether linear maps have biases.
  public var hasBiases = true
  /// Whether a token attends to its own document only, with positions that restart in each.
  ///
  /// A document begins with the separator before it (``TokenWindow/bounds(from:)``), in training,
  /// in evaluation and in generation.
  public var separatesDocuments = false
  /// Whether a token sees only those before it; otherwise the model is an encoder.
  public var isCausal = true

  /// Creates the shape of a GPT-2; extents must be positive, and the heads must divide the columns.
  public init(vocabulary: Int, columns: Int, layers: Int, heads: Int, context: Int) {
    self.vocabulary = vocabulary
    self.columns = columns
    self.layers = layers
    self.heads = heads
    self.context = context
    keyHeads = heads
    inner = Self.inner(of: .gelu, columns: columns)
  }

  /// The same size in the layout of newer models: rotary positions, RMS norms, also of queries and
  /// keys, SwiGLU with 8 / 3 of the width, no biases, and two query heads per key head if the
  /// number of heads is even.
  public var modern: TransformerConfiguration {
    var shape = self
    shape.positions = .rotary
    shape.norm = .rmsNorm
    shape.mlp = .swiglu
    shape.normalizesHeads = true
    shape.hasBiases = false
    shape.keyHeads = heads % 2 == 0 ? heads / 2 : heads
    shape.inner = Self.inner(of: .swiglu, columns: columns)
    return shape
  }

  /// The MLP width that gives each kind about the same number of weights: 4 times the columns, or 8
  /// / 3 times, rounded up to a multiple of 16, if a third matrix makes the gates.
  public static func inner(of kind: MLPKind, columns: Int) -> Int {
    let columns = min(max(columns, 0), 1 << 16)
    return kind == .swiglu ? (8 * columns / 3 + 15) / 16 * 16 : 4 * columns
  }
}

extension TransformerConfiguration {
  /// The numbers by name, in the order of the file.
  var numbers: [(key: String, value: Int)] {
    [
      ("vocabulary", vocabulary), ("columns", columns), ("layers", layers), ("heads", heads),
      ("context", context),
    ] + (keyHeads == heads ? [] : [("key_heads", keyHeads)])
      + (inner == Self.inner(of: .gelu, columns: columns) ? [] : [("inner", inner)])
  }

  /// The other settings that differ from GPT-2's.
  var kinds: [(key: String, value: String)] {
    let gpt2 = TransformerConfiguration(vocabulary: 1, columns: 1, layers: 1, heads: 1, context: 1)
    return zip(allKinds, gpt2.allKinds).compactMap { $0.value == $1.value ? nil : $0 }
  }

  private var allKinds: [(key: String, value: String)] {
    [
      ("positions", positions.rawValue), ("norm", norm.rawValue), ("mlp", mlp.rawValue),
      ("qk_norm", normalizesHeads ? "1" : "0"), ("bias", hasBiases ? "1" : "0"),
      ("documents", separatesDocuments ? "1" : "0"),
    ]
  }

  /// A fault of the numbers, each of which is within its limits; nil if there is none.
  var fault: String? {
    if columns % heads != 0 { return "\(heads) heads cannot share \(columns) columns" }
    if heads % keyHeads != 0 { return "\(heads) heads cannot share \(keyHeads) key heads" }
    if positions == .rotary && columns / heads % 2 != 0 {
      return "rotary positions want heads of even width, not of \(columns / heads) columns"
    }
    return nil
  }

  /// Adopts the settings of a file.
  mutating func read(number: (String) throws -> Int?, text: (String) -> String?) throws {
    func kind<Kind: RawRepresentable<String> & CaseIterable>(
      _ key: String,
      _ own: Kind
    ) throws -> Kind {
      guard let value = text(key) else { return own }
      guard let kind = Kind(rawValue: value) else {
        let known = Kind.allCases.map(\.rawValue).joined(separator: ", ")
        throw InvalidData(
          place: "header: __metadata__",
          "'\(key)' is '\(value)', not one of \(known)"
        )
      }
      return kind
    }
    func flag(_ key: String, _ own: Bool) throws -> Bool {
      guard let value = try number(key) else { return own }
      guard value <= 1 else {
        throw InvalidData(place: "header: __metadata__", "'\(key)' is \(value), not 0 or 1")
      }
      return value == 1
    }
    keyHeads = try number("key_heads") ?? heads
    inner = try number("inner") ?? Self.inner(of: .gelu, columns: columns)
    positions = try kind("positions", positions)
    norm = try kind("norm", norm)
    mlp = try kind("mlp", mlp)
    normalizesHeads = try flag("qk_norm", normalizesHeads)
    hasBiases = try flag("bias", hasBiases)
    separatesDocuments = try flag("documents", separatesDocuments)
  }

  /// See ``ModelConfiguration/operationsPerToken(context:)``.
  func operationsPerToken(context: Int) -> Double {
    let (columns, inner) = (Double(columns), Double(inner))
    let qkv = columns * columns * (1 + 2 * Double(keyHeads) / Double(heads))
    let mlp = (mlp == .swiglu ? 3 : 2) * columns * inner
    // In a causal window, half is seen on average.
    let seen = columns * Double(context) * (isCausal ? 1 : 2)
    let layer = qkv + columns * columns + mlp + seen
    return 6 * (Double(layers) * layer + columns * Double(vocabulary))
  }

  /// The names and shapes of the parameters, in the model's order.
  var shapes: [(name: String, shape: [Int])] {
    typealias Shapes = [(name: String, shape: [Int])]
    func norm(_ name: String) -> Shapes {
      [(name + ".weight", [columns])]
        + (self.norm == .layerNorm ? [(name + ".bias", [columns])] : [])
    }
    func linear(_ name: String, _ inputs: Int, _ outputs: Int) -> Shapes {
      [(name + ".weight", [outputs, inputs])] + (hasBiases ? [(name + ".bias", [outputs])] : [])
    }
    let width = columns / heads
    let gains: Shapes =
      normalizesHeads ? [("q_norm.weight", [width]), ("k_norm.weight", [width])] : []
    let up = mlp == .swiglu ? ("gate_up", 2 * inner) : ("up", inner)
    let blocks = (0..<layers).flatMap { layer -> Shapes in
      let name = "blocks.\(layer)"
      return norm(name + ".norm1")
        + linear(name + ".attention.qkv", columns, (heads + 2 * keyHeads) * width)
        + linear(name + ".attention.out", columns, columns)
        + gains.map { ("\(name).attention.\($0.name)", $0.shape) }
        + norm(name + ".norm2") + linear("\(name).mlp.\(up.0)", columns, up.1)
        + linear(name + ".mlp.down", inner, columns)
    }
    let learned: Shapes = positions == .learned ? [("positions.weight", [context, columns])] : []
    return [("tokens.weight", [vocabulary, columns])] + learned + blocks + norm("norm")
  }
}

// Procedure: a configuration is a list of whole numbers, written into the metadata of a model file
//   as decimal text under the same names, and checked when it is read, before anything is
//   allocated.
// Determinism: names and shapes of the parameters are a function of the configuration.

import Files

/// The shape of an LSTM language model.
public struct LSTMConfiguration: Hashable, Sendable {
  /// How many tokens there are.
  public var vocabulary: Int
  /// The width of the embedding and of every hidden state.
  public var columns: Int
  /// How many LSTM layers.
  public var layers: Int
  /// Whether the head's weight is the embedding.
  public var isTied: Bool

  /// A shape; extents must be positive.
  public init(vocabulary: Int, columns: Int, layers: Int, isTied: Bool = false) {
    self.vocabulary = vocabulary
    self.columns = columns
    self.layers = layers
    self.isTied = isTied
  }
}

/// The shape of a decoder-only transformer language model.
public struct TransformerConfiguration: Hashable, Sendable {
  /// How many tokens there are.
  public var vocabulary: Int
  /// The width of the residual stream.
  public var columns: Int
  /// How many blocks.
  public var layers: Int
  /// How many heads share the columns.
  public var heads: Int
  /// The longest window.
  public var context: Int

  /// A shape; extents must be positive, and the heads divide the columns.
  public init(vocabulary: Int, columns: Int, layers: Int, heads: Int, context: Int) {
    self.vocabulary = vocabulary
    self.columns = columns
    self.layers = layers
    self.heads = heads
    self.context = context
  }
}

/// The kind and shape of a language model.
public enum ModelConfiguration: Hashable, Sendable {
  /// Recurrent.
  case lstm(LSTMConfiguration)
  /// Attending.
  case transformer(TransformerConfiguration)
}

extension ModelConfiguration: CustomStringConvertible {
  /// The name of the kind.
  public var kind: String {
    switch self {
    case .lstm: "lstm"
    case .transformer: "transformer"
    }
  }

  /// How many tokens there are.
  public var vocabulary: Int {
    switch self {
    case .lstm(let shape): shape.vocabulary
    case .transformer(let shape): shape.vocabulary
    }
  }

  /// The numbers by name, in the order of the file.
  var numbers: [(key: String, value: Int)] {
    switch self {
    case .lstm(let shape):
      [
        ("vocabulary", shape.vocabulary), ("columns", shape.columns), ("layers", shape.layers),
        ("tied", shape.isTied ? 1 : 0),
      ]
    case .transformer(let shape):
      [
        ("vocabulary", shape.vocabulary), ("columns", shape.columns), ("layers", shape.layers),
        ("heads", shape.heads), ("context", shape.context),
      ]
    }
  }

  /// Such as `lstm of vocabulary 100, columns 8, layers 2, tied 1`.
  public var description: String {
    "\(kind) of " + numbers.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }

  /// What is wrong with the numbers; nil where nothing is.
  public var fault: String? {
    let limits = ["vocabulary": 1 << 26, "columns": 1 << 16, "layers": 1 << 10, "context": 1 << 22]
    for (key, value) in numbers where key != "tied" {
      let limit = limits[key] ?? 1 << 16
      if !(1...limit).contains(value) { return "\(key) must lie in 1...\(limit), but is \(value)" }
    }
    if case .transformer(let shape) = self, shape.columns % shape.heads != 0 {
      return "\(shape.heads) heads cannot share \(shape.columns) columns"
    }
    return nil
  }
}

extension ModelConfiguration {
  /// What one token costs in training, in products of matrices: two operations for each weight that
  /// it meets forward, twice that backward.
  ///
  /// - Parameter context: The length of the window, for attention: half of it is seen on average.
  /// - Returns: Floating-point operations.
  public func operationsPerToken(context: Int) -> Double {
    switch self {
    case .lstm(let shape):
      let layer = 8 * Double(shape.columns) * Double(shape.columns)
      return 6 * (Double(shape.layers) * layer + Double(shape.columns) * Double(shape.vocabulary))
    case .transformer(let shape):
      let columns = Double(shape.columns)
      let layer = 12 * columns * columns + columns * Double(context)
      return 6 * (Double(shape.layers) * layer + columns * Double(shape.vocabulary))
    }
  }

  /// The version of names and layout.
  static let version = "1"

  /// What a model file says about itself.
  public var metadata: [(key: String, value: String)] {
    // Readers of PyTorch's ecosystem ask for a format.
    [("format", "pt"), ("model", "bpedrop-" + kind), ("version", Self.version)]
      + numbers.map { ($0.key, String($0.value)) }
  }

  /// Reads what a model file says about itself.
  ///
  /// - Parameter file: With metadata.
  /// - Throws: ``InvalidData`` where it is none of our models, of another version, or of a shape
  ///   that cannot be.
  public init(_ file: Safetensors) throws {
    let place = "header: __metadata__"
    func number(_ key: String) throws -> Int {
      guard let text = file.metadata(key) else {
        throw InvalidData(place: place, "there is no '\(key)'")
      }
      guard text.utf8.count <= 18, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        let number = Int(text)
      else { throw InvalidData(place: place, "'\(key)' is '\(text)', no whole number") }
      return number
    }
    let model = file.metadata("model") ?? "none"
    guard ["bpedrop-lstm", "bpedrop-transformer"].contains(model) else {
      throw InvalidData(
        place: place,
        "the model is '\(model)'; bpedrop-lstm or bpedrop-transformer was expected"
      )
    }
    guard file.metadata("version") == Self.version else {
      throw InvalidData(
        place: place,
        "the version is '\(file.metadata("version") ?? "none")'; \(Self.version) was expected"
      )
    }
    let (vocabulary, columns) = (try number("vocabulary"), try number("columns"))
    let layers = try number("layers")
    if model == "bpedrop-lstm" {
      let tied = try number("tied")
      guard tied <= 1 else { throw InvalidData(place: place, "'tied' is \(tied), not 0 or 1") }
      self = .lstm(
        LSTMConfiguration(
          vocabulary: vocabulary,
          columns: columns,
          layers: layers,
          isTied: tied == 1
        )
      )
    } else {
      self = .transformer(
        TransformerConfiguration(
          vocabulary: vocabulary,
          columns: columns,
          layers: layers,
          heads: try number("heads"),
          context: try number("context")
        )
      )
    }
    if let fault { throw InvalidData(place: place, fault) }
  }

  /// The parameters' names and shapes, in the order of the model's.
  var shapes: [(name: String, shape: [Int])] {
    switch self {
    case .lstm(let shape): shape.shapes
    case .transformer(let shape): shape.shapes
    }
  }
}

extension LSTMConfiguration {
  fileprivate var shapes: [(name: String, shape: [Int])] {
    let layers = (0..<layers).flatMap { layer -> [(name: String, shape: [Int])] in
      [
        ("lstm.\(layer).weight_ih", [4 * columns, columns]),
        ("lstm.\(layer).weight_hh", [4 * columns, columns]), ("lstm.\(layer).bias", [4 * columns]),
      ]
    }
    return [("embedding.weight", [vocabulary, columns])] + layers
      + (isTied ? [] : [("head.weight", [vocabulary, columns])]) + [("head.bias", [vocabulary])]
  }
}

extension TransformerConfiguration {
  fileprivate var shapes: [(name: String, shape: [Int])] {
    func norm(_ name: String) -> [(name: String, shape: [Int])] {
      [(name + ".weight", [columns]), (name + ".bias", [columns])]
    }
    func linear(_ name: String, _ inputs: Int, _ outputs: Int) -> [(name: String, shape: [Int])] {
      [(name + ".weight", [outputs, inputs]), (name + ".bias", [outputs])]
    }
    let blocks = (0..<layers).flatMap { layer -> [(name: String, shape: [Int])] in
      let name = "blocks.\(layer)"
      return norm(name + ".norm1") + linear(name + ".attention.qkv", columns, 3 * columns)
        + linear(name + ".attention.out", columns, columns) + norm(name + ".norm2")
        + linear(name + ".mlp.up", columns, 4 * columns)
        + linear(name + ".mlp.down", 4 * columns, columns)
    }
    return [("tokens.weight", [vocabulary, columns]), ("positions.weight", [context, columns])]
      + blocks + norm("norm")
  }
}

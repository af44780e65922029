// Procedure: a configuration is a list of whole numbers, stored in the metadata of a model file as
//   decimal text under the same names. They are checked when read, before anything is allocated.
// Determinism: names and shapes of the parameters are a function of the configuration.

import Diagnostics

/// The shape of an LSTM language model.
public struct LSTMConfiguration: Hashable, Sendable {
  /// The number of tokens.
  public var vocabulary: Int
  /// The width of the embedding and of every hidden state.
  public var columns: Int
  /// The number of LSTM layers.
  public var layers: Int
  /// Whether the head's weight is the embedding.
  public var isTied: Bool

  /// Creates a configuration; extents must be positive.
  public init(vocabulary: Int, columns: Int, layers: Int, isTied: Bool = false) {
    self.vocabulary = vocabulary
    self.columns = columns
    self.layers = layers
    self.isTied = isTied
  }
}

/// The kind and shape of a language model.
public enum ModelConfiguration: Hashable, Sendable {
  /// A recurrent model.
  case lstm(LSTMConfiguration)
  /// A transformer.
  case transformer(TransformerConfiguration)
}

extension ModelConfiguration: CustomStringConvertible {
  /// The name of the kind.
  public var kind: String {
    switch self {
    case .lstm: "lstm"
    case .transformer(let shape): shape.isCausal ? "transformer" : "encoder"
    }
  }

  /// Whether a token is predicted from the tokens before it only.
  public var isCausal: Bool {
    if case .transformer(let shape) = self { shape.isCausal } else { true }
  }

  /// The longest window; nil if there is no limit.
  public var context: Int? {
    if case .transformer(let shape) = self { shape.context } else { nil }
  }

  /// Whether a token attends to its own document only.
  public var separatesDocuments: Bool {
    if case .transformer(let shape) = self { shape.separatesDocuments } else { false }
  }

  /// The number of tokens.
  public var vocabulary: Int {
    switch self {
    case .lstm(let shape): shape.vocabulary
    case .transformer(let shape): shape.vocabulary
    }
  }

  /// The numbers by name, in the order of the file.
  private var numbers: [(key: String, value: Int)] {
    switch self {
    case .lstm(let shape):
      [
        ("vocabulary", shape.vocabulary), ("columns", shape.columns), ("layers", shape.layers),
        ("tied", shape.isTied ? 1 : 0),
      ]
    case .transformer(let shape): shape.numbers
    }
  }

  /// All settings as text, in the order of the file; a transformer's settings that equal GPT-2's
  /// are left out.
  public var settings: [(key: String, value: String)] {
    let numbers = numbers.map { (key: $0.key, value: "\($0.value)") }
    if case .transformer(let shape) = self { return numbers + shape.kinds }
    return numbers
  }

  /// The names that settings of any model can have, so that a misspelt one is found.
  package static let settingNames = [
    "model", "version", "vocabulary", "columns", "layers", "tied", "heads", "context", "key_heads",
    "inner", "positions", "norm", "mlp", "qk_norm", "bias", "documents",
  ]

  /// For example `lstm of vocabulary 100, columns 8, layers 2, tied 1`.
  public var description: String {
    "\(kind) of " + settings.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }

  /// A fault of the numbers, in words; nil if there is none.
  public var fault: String? {
    let limits = [
      "vocabulary": 1 << 26, "layers": 1 << 10, "context": 1 << 22, "inner": 1 << 18,
    ]
    for (key, value) in numbers where key != "tied" {
      let limit = limits[key] ?? 1 << 16
      if !(1...limit).contains(value) { return "\(key) must lie in 1...\(limit), but is \(value)" }
    }
    if case .transformer(let shape) = self { return shape.fault }
    return nil
  }
}

extension ModelConfiguration {
  /// The cost of training on one token, in matrix products: two operations per weight used forward,
  /// twice that backward.
  ///
  /// - Parameter context: The length of the window, for attention: half of it is seen on average.
  /// - Returns: Floating-point operations.
  public func operationsPerToken(context: Int) -> Double {
    switch self {
    case .lstm(let shape):
      let layer = 8 * Double(shape.columns) * Double(shape.columns)
      return 6 * (Double(shape.layers) * layer + Double(shape.columns) * Double(shape.vocabulary))
    case .transformer(let shape): return shape.operationsPerToken(context: context)
    }
  }

  /// The version of names and layout.
  static let version = "1"

  /// The metadata of a model file.
  public var metadata: [(key: String, value: String)] {
    // Readers of PyTorch's ecosystem expect a format.
    [("format", "pt"), ("model", "bpedrop-" + kind), ("version", Self.version)]
      + settings
  }

  /// Reads the metadata of a model file.
  ///
  /// - Parameter file: A file with metadata.
  /// - Throws: ``InvalidData`` if it is not one of this package's models, has another version, or
  ///   an invalid shape.
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
    guard ["bpedrop-lstm", "bpedrop-transformer", "bpedrop-encoder"].contains(model) else {
      throw InvalidData(
        place: place,
        "the model is '\(model)'; bpedrop-lstm, bpedrop-transformer or bpedrop-encoder was expected"
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
      var shape = TransformerConfiguration(
        vocabulary: vocabulary,
        columns: columns,
        layers: layers,
        heads: try number("heads"),
        context: try number("context")
      )
      shape.isCausal = model == "bpedrop-transformer"
      try shape.read(number: { key in file.metadata(key) == nil ? nil : try number(key) }) { key in
        file.metadata(key)
      }
      self = .transformer(shape)
    }
    if let fault { throw InvalidData(place: place, fault) }
  }

  /// The names and shapes of the parameters, in the model's order.
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

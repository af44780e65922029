import Glibc
public import LanguageModels
import NeuralLayers
import Noise
public import TensorCore

extension TorchFigures {
  /// The models of `Benchmarks/parity/torch_parity.py`.
  private static let configurations: [String: ModelConfiguration] = {
    let gpt2 = TransformerConfiguration(
      vocabulary: 50,
      columns: 24,
      layers: 2,
      heads: 3,
      context: 16
    )
    var (modern, encoder, documents) = (gpt2, gpt2, gpt2)
    modern.heads = 4
    modern = modern.modern
    encoder.isCausal = false
    (documents.mlp, documents.separatesDocuments) = (.squaredReLU, true)
    return [
      "lstm": .lstm(LSTMConfiguration(vocabulary: 50, columns: 24, layers: 2)),
      "transformer": .transformer(gpt2), "modern": .transformer(modern),
      "encoder": .transformer(encoder), "documents": .transformer(documents),
    ]
  }()

  /// The model with the closed-form weights; nil where the script has one that is not known here.
  public func model<Element: TensorElement>(
    of _: Element.Type
  ) -> (any LanguageModel<Element>)? {
    let key = NoiseKey(seed: 0, site: .initialization)
    guard let model = Self.configurations[name]?.model(of: Element.self, key: key) else {
      return nil
    }
    for (number, parameter) in model.parameters.enumerated() {
      let isGain = parameter.name.contains("norm") && parameter.name.hasSuffix("weight")
      let values = (0..<parameter.value.count).map {
        Element(value($0, ofParameter: number, isGain: isGain))
      }
      parameter.value = Tensor(values, shape: parameter.shape)
    }
    return model
  }

  /// The three sequences.
  public var window: TokenWindow {
    TokenWindow(inputs, targets: targets, batch: 3, bounds: bounds)
  }
}

/// The distance of numbers from those that are right, by the length of the latter.
public func relativeDistance(_ x: [Double], _ right: [Double]) -> Double {
  guard x.count == right.count else { return .infinity }
  let error = zip(x, right).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  return (error / right.reduce(0) { $0 + $1 * $1 }).squareRoot()
}

/// The two figures that a tensor is known by: its sum of squares, and its product with cos(0.11 i).
public func waveFigures(_ x: [Double]) -> (squares: Double, product: Double) {
  x.enumerated().reduce((squares: 0, product: 0)) { sums, x in
    (sums.squares + x.element * x.element, sums.product + x.element * cos(0.11 * Double(x.offset)))
  }
}

import Files
import Glibc
import LanguageModels
import NeuralLayers
import Noise
import TensorCore
import TestSupport
import Testing

/// Logits, losses and gradients beside PyTorch's.
struct ParityTests {
  /// The models of `Benchmarks/peers/torch_parity.py`.
  static let kinds: [String: ModelConfiguration] = {
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

  private func model<Element: TensorElement>(
    _ peer: TorchFigures,
    _: Element.Type
  ) throws -> any LanguageModel<Element> {
    let kind = try #require(Self.kinds[peer.name])
    let model = kind.model(of: Element.self, key: NoiseKey(seed: 0, site: .initialization))
    for (number, parameter) in model.parameters.enumerated() {
      let isGain = parameter.name.contains("norm") && parameter.name.hasSuffix("weight")
      let values = (0..<parameter.value.count).map {
        Element(peer.value($0, ofParameter: number, isGain: isGain))
      }
      parameter.value = Tensor(values, shape: parameter.shape)
    }
    return model
  }

  private func window(_ peer: TorchFigures) -> TokenWindow {
    TokenWindow(peer.inputs, targets: peer.targets, batch: 3, bounds: peer.bounds)
  }

  @Test(arguments: TorchFigures.all.indices)
  func `logits, loss and gradients agree with PyTorch`(index: Int) throws {
    try check(TorchFigures.all[index], Float.self, forward: 1e-5, backward: 1e-4)
    try check(TorchFigures.all[index], Double.self, forward: 1e-10, backward: 1e-9)
  }

  private func check<Element: TensorElement>(
    _ peer: TorchFigures,
    _: Element.Type,
    forward bound: Double,
    backward: Double
  ) throws {
    let model = try model(peer, Element.self)
    let window = window(peer)
    let logits = model.allLogits(window).elements.map(Double.init)
    let chosen = stride(from: 0, to: logits.count, by: 97).map { logits[$0] }
    let relative = distance(chosen, peer.logits)
    #expect(relative < bound, "\(peer.name) in \(Element.self): relative L2 \(relative)")
    #expect(abs(logits.reduce(0, +) - peer.sum) < bound * peer.squares)
    #expect(abs(logits.reduce(0) { $0 + $1 * $1 } - peer.squares) < bound * peer.squares)
    let loss = model.cost(window)
    #expect(abs(loss.mean - peer.loss) < bound * peer.loss)
    _ = model.cost(window, scale: 1 / Double(loss.count))
    #expect(peer.gradients.count == 2 * model.parameters.count)
    for (number, parameter) in model.parameters.enumerated() {
      let gradient = try #require(parameter.gradient.tensor).elements.map(Double.init)
      let squares = peer.gradients[2 * number]
      let size = squares.squareRoot()
      let own = gradient.reduce(0) { $0 + $1 * $1 }
      #expect(abs(own - squares) < 2 * backward * squares, "\(peer.name): \(parameter.name)")
      let product = gradient.enumerated().reduce(0) {
        $0 + $1.element * cos(0.11 * Double($1.offset))
      }
      let width = Double(gradient.count).squareRoot()
      let error = abs(product - peer.gradients[2 * number + 1])
      #expect(error < backward * size * width, "\(peer.name): \(parameter.name)")
    }
  }

  private func distance(_ x: [Double], _ y: [Double]) -> Double {
    guard x.count == y.count else { return .infinity }
    let error = zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (error / y.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }

  /// Tensor by tensor, where somebody has made the dumps.
  @Test(arguments: TorchFigures.all.indices)
  func `whole tensors agree with PyTorch's dumps`(index: Int) throws {
    guard let folder = getenv("BPEDROP_PARITY") else {
      print("no dumps: torch_parity.py --dump FOLDER makes them, BPEDROP_PARITY=FOLDER names them")
      return
    }
    let peer = TorchFigures.all[index]
    let file = try Safetensors(reading: "\(String(cString: folder))/\(peer.name).safetensors")
    func values(_ name: String) throws -> [Double] {
      let tensor = try #require(file.tensors.first { $0.name == name })
      return try tensor.values(of: Double.self).elements
    }
    func check<Element: TensorElement>(_: Element.Type, forward: Double, backward: Double) throws {
      let model = try model(peer, Element.self)
      let logits = model.allLogits(window(peer)).elements.map(Double.init)
      var worst = (forward: distance(logits, try values("logits")), backward: 0.0)
      let count = model.cost(window(peer)).count
      _ = model.cost(window(peer), scale: 1 / Double(count))
      for parameter in model.parameters {
        let gradient = try #require(parameter.gradient.tensor).elements.map(Double.init)
        let error = distance(gradient, try values("gradient." + parameter.name))
        #expect(error < backward, "\(peer.name): \(parameter.name): \(error)")
        worst.backward = max(worst.backward, error)
      }
      print(
        "\(peer.name) in \(Element.self): forward \(worst.forward), gradients \(worst.backward)"
      )
      #expect(worst.forward < forward)
    }
    try check(Float.self, forward: 1e-5, backward: 1e-4)
    try check(Double.self, forward: 1e-12, backward: 1e-9)
  }
}

import Glibc
import LanguageModels
import NeuralLayers
import Noise
import NumberTestSupport
import TensorCore
import TestSupport
import Testing

/// Logits, losses and gradients beside PyTorch's.
struct ParityTests {
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
    let model = try #require(peer.model(of: Element.self))
    let window = peer.window
    let logits = model.allLogits(window).elements.map(Double.init)
    let chosen = stride(from: 0, to: logits.count, by: 97).map { logits[$0] }
    let relative = relativeDistance(chosen, peer.logits)
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
      let own = waveFigures(gradient)
      #expect(
        abs(own.squares - squares) < 2 * backward * squares,
        "\(peer.name): \(parameter.name)"
      )
      let width = Double(gradient.count).squareRoot()
      let error = abs(own.product - peer.gradients[2 * number + 1])
      #expect(error < backward * size * width, "\(peer.name): \(parameter.name)")
    }
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
      let model = try #require(peer.model(of: Element.self))
      let logits = model.allLogits(peer.window).elements.map(Double.init)
      var worst = (forward: relativeDistance(logits, try values("logits")), backward: 0.0)
      let count = model.cost(peer.window).count
      _ = model.cost(peer.window, scale: 1 / Double(count))
      for parameter in model.parameters {
        let gradient = try #require(parameter.gradient.tensor).elements.map(Double.init)
        let error = relativeDistance(gradient, try values("gradient." + parameter.name))
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

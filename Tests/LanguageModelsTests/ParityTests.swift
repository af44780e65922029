import Glibc
import LanguageModels
import NeuralLayers
import Noise
import TensorCore
import Testing

/// Figures of PyTorch 2.13.0, float64, as `Benchmarks/peers/torch_parity.py` prints them.
///
/// The recipe: parameter number p has at its element i the value scale cos(0.37 i + 1.3 p), plus 1
/// for gains; the scale is 0.3 for the LSTM, 0.2 for the transformer. Input j is (7 j + 3) mod 50,
/// target j (5 j + 1) mod 50; 3 sequences of 12.
struct ParityTests {
  struct Case: Sendable {
    let kind: ModelConfiguration
    let scale: Double
    let loss: Double
    let sum: Double
    let squares: Double
    /// Every 97th logit.
    let logits: [Double]
  }

  static let cases = [
    Case(
      kind: .lstm(LSTMConfiguration(vocabulary: 50, columns: 24, layers: 2)),
      scale: 0.3,
      loss: 3.808803155637,
      sum: -4.6092932884,
      squares: 230.8420601260,
      logits: [
        -0.347624264042, -0.137013967628, -0.381377262937, 0.041566418629, 0.608030431424,
        0.227889174390, -0.581811237248, -0.440566134509, 0.348965724256, 0.646206056398,
        -0.091809943831, -0.551851690588, -0.139858645264, 0.230169032472, 0.090342861120,
        -0.103569070208, 0.062750594147, -0.500417524783, -0.567678937643,
      ]
    ),
    Case(
      kind: .transformer(
        TransformerConfiguration(vocabulary: 50, columns: 24, layers: 2, heads: 3, context: 16)
      ),
      scale: 0.2,
      loss: 3.798098841112,
      sum: -13.7362100178,
      squares: 304.6823473549,
      logits: [
        -0.300199912185, 0.211606264476, -0.393522476037, -0.348557363022, 0.326126381945,
        0.146401007669, -0.445171941867, -0.429777725101, -0.088800720871, 0.177226261356,
        -0.303138485435, 0.133816009656, 0.772892114406, 0.911771083582, 0.347874438250,
        -0.600493571430, -0.236934114046, -0.040973454404, -0.265873185657,
      ]
    ),
  ]

  @Test(arguments: cases.indices)
  func `logits and loss agree with PyTorch`(index: Int) {
    check(Self.cases[index], Float.self, within: 1e-5)
    check(Self.cases[index], Double.self, within: 1e-10)
  }

  private func check<Element: TensorElement>(_ peer: Case, _: Element.Type, within bound: Double) {
    let model = peer.kind.model(of: Element.self, key: NoiseKey(seed: 0, site: .initialization))
    for (number, parameter) in model.parameters.enumerated() {
      let isGain = parameter.name.contains("norm") && parameter.name.hasSuffix("weight")
      let values = (0..<parameter.value.count).map { element in
        Element(
          (isGain ? 1 : 0) + peer.scale * cos(0.37 * Double(element) + 1.3 * Double(number))
        )
      }
      parameter.value = Tensor(values, shape: parameter.shape)
    }
    let window = TokenWindow(
      (0..<36).map { Int32((7 * $0 + 3) % 50) },
      targets: (0..<36).map { Int32((5 * $0 + 1) % 50) },
      batch: 3
    )
    let logits = model.allLogits(window).elements.map(Double.init)
    let chosen = stride(from: 0, to: logits.count, by: 97).map { logits[$0] }
    #expect(chosen.count == peer.logits.count)
    let error = zip(chosen, peer.logits).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let size = peer.logits.reduce(0) { $0 + $1 * $1 }
    let relative = (error / size).squareRoot()
    let mean = model.cost(window).mean
    #expect(relative < bound, "\(peer.kind) in \(Element.self): relative L2 \(relative)")
    #expect(abs(mean - peer.loss) < bound * peer.loss)
    #expect(abs(logits.reduce(0, +) - peer.sum) < bound * peer.squares)
    #expect(abs(logits.reduce(0) { $0 + $1 * $1 } - peer.squares) < bound * peer.squares)
  }
}

import LanguageModels
import NeuralLayers
import Noise
import TensorCore
import TestSupport
import Testing

struct TokenWindowTests {
  /// Documents of 0..<12 with the separator 12 between them.
  private func run(_ before: [Int32]) -> (nats: [Double], gradients: [[Double]]) {
    var configuration = kinds[3]
    if case .transformer(var shape) = configuration {
      shape.separatesDocuments = true
      configuration = .transformer(shape)
    }
    let model = configuration.lively(Double.self)
    let text = before + [12, 3, 4, 5, 12, 12, 7, 8]
    let inputs = Array(text.dropLast())
    // Only the document behind costs something, so that gradients are its own.
    let first = before.count
    let targets = text.indices.dropFirst().map { $0 > first ? text[$0] : -1 }
    var window = TokenWindow(inputs, targets: targets, batch: 1)
    window.bounds = window.bounds(from: 12)
    let loss = model.cost(
      window,
      noise: ModelNoise(dropoutRate(0), key: dropoutKey),
      scale: 0.1
    )
    return (Array(loss.nats[first...]), model.parameters.map { $0.gradient.tensor?.elements ?? [] })
  }

  @Test func `what a document costs, and its gradients, do not depend on the one before`() {
    let (one, other) = (run([1, 2, 6]), run([9, 0, 11]))
    #expect(one.nats.count == 7 && one.nats.allSatisfy { $0 > 0 })
    #expect(one.nats == other.nats)
    // The rows of the tokens before are touched by nothing but the softmax, which is the same.
    #expect(one.gradients == other.gradients)
    #expect(zip(run([2]).nats, one.nats).allSatisfy { abs($0 - $1) < 1e-12 })
  }
}

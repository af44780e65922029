import LanguageModels
import NeuralLayers
import Noise
import NumberTestSupport
import TensorCore
import TestSupport
import Testing
import Training

/// Fifty steps beside PyTorch's.
struct CurveTests {
  private func losses<Element: TensorElement>(
    _ peer: TorchFigures,
    _ rule: OptimizerRule,
    of _: Element.Type
  ) throws -> [Double] {
    let model = try #require(peer.model(of: Element.self))
    let isSGD = rule == .sgd
    let optimizer = Optimizer(rule, weightDecay: isSGD ? 0 : 0.1, parameters: model.parameters)
    let count = peer.targets.count { $0 >= 0 }
    return (0..<50).map { _ in
      let tape = Tape<Element>(pool: pools[1])
      var state = model.start(batch: 3)
      let loss = model.loss(peer.window, state: &state, scale: 1 / Double(count), on: tape)
      tape.backward()
      optimizer.step(rate: isSGD ? 0.001 : 0.0003, on: pools[1])
      return loss.mean
    }
  }

  @Test(arguments: TorchFigures.all.indices)
  func `the losses of 50 steps are PyTorch's`(index: Int) throws {
    let peer = TorchFigures.all[index]
    for (rule, curve) in [(OptimizerRule.sgd, peer.sgd), (.adamW(), peer.adamW)] {
      func check<Element: TensorElement>(_: Element.Type, within bound: Double) throws {
        let losses = try losses(peer, rule, of: Element.self)
        let own = stride(from: 0, to: 50, by: 7).map { losses[$0] }
        let worst = zip(own, curve).reduce(0) { max($0, abs($1.0 - $1.1) / $1.1) }
        #expect(own.count == curve.count && worst < bound, "\(peer.name), \(rule): \(worst)")
      }
      try check(Float.self, within: 1e-3)
      try check(Double.self, within: 1e-8)
    }
  }
}

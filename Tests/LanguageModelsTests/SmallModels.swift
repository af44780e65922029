import LanguageModels
import NeuralLayers
import Noise
import TensorCore

/// One thread, two, and more than there are processors.
let pools = [1, 2, 8].map { ComputePool(threads: $0) }

let dropoutKey = NoiseKey(seed: 5, site: .dropout)

/// A model of each kind: an LSTM, one with tied weights, a transformer, one of the newer layout, an
/// encoder.
let kinds: [ModelConfiguration] = [
  .lstm(LSTMConfiguration(vocabulary: 13, columns: 6, layers: 2)),
  .lstm(LSTMConfiguration(vocabulary: 13, columns: 6, layers: 1, isTied: true)),
  .transformer(
    TransformerConfiguration(vocabulary: 13, columns: 8, layers: 2, heads: 2, context: 12)
  ),
  .transformer(
    TransformerConfiguration(vocabulary: 13, columns: 8, layers: 2, heads: 2, context: 12).modern
  ),
  .transformer(
    {
      var shape = TransformerConfiguration(
        vocabulary: 13,
        columns: 8,
        layers: 2,
        heads: 4,
        context: 12
      )
      (shape.isCausal, shape.mlp, shape.keyHeads, shape.inner) = (false, .swiglu, 2, 20)
      return shape
    }()
  ),
]

/// Tokens below a bound, drawn from a seed.
func tokens(_ count: Int, below bound: UInt32, _ seed: UInt64) -> [Int32] {
  var stream = RandomStream(key: NoiseKey(seed: seed, site: .testing), item: 0)
  return (0..<count).map { _ in Int32(stream.next(below: bound)) }
}

extension ModelConfiguration {
  /// A model whose gradients are all of one size: weights uniform in -0.4...0.4, gains about 1.
  func lively<Element: TensorElement>(_: Element.Type) -> any LanguageModel<Element> {
    let model = model(of: Element.self, key: NoiseKey(seed: 1, site: .initialization))
    for parameter in model.parameters {
      let isGain = parameter.name.contains("norm") && parameter.name.hasSuffix("weight")
      let drawn: Parameter<Element> = Initializer.uniform(bound: 0.4).parameter(
        parameter.name,
        parameter.shape,
        key: NoiseKey(seed: 2, site: .testing)
      )
      parameter.value = Tensor(
        drawn.value.elements.map { $0 + (isGain ? 1 : 0) },
        shape: parameter.shape
      )
    }
    return model
  }

  /// Random tokens and targets.
  func window(batch: Int, times: Int, seed: UInt64 = 1) -> TokenWindow {
    let bound = UInt32(vocabulary)
    return TokenWindow(
      tokens(batch * times, below: bound, seed),
      targets: tokens(batch * times, below: bound, seed + 1000),
      batch: batch
    )
  }
}

extension LanguageModel {
  /// Loss of a window at the start of a text; with gradients where a scale is given.
  func cost(
    _ window: TokenWindow,
    noise: ModelNoise? = nil,
    scale: Double? = nil,
    pool: ComputePool = pools[0]
  ) -> WindowLoss {
    let tape = Tape<Element>(pool: pool, isRecording: scale != nil)
    var state = start(batch: window.batch)
    let loss = loss(window, state: &state, noise: noise, scale: scale ?? 0, on: tape)
    tape.backward()
    return loss
  }

  /// All logits of a window at the start of a text.
  func allLogits(_ window: TokenWindow, pool: ComputePool = pools[0]) -> Tensor<Element> {
    var state = start(batch: window.batch)
    return logits(window, state: &state, on: Tape(pool: pool, isRecording: false))
  }

  func clearGradients() {
    for parameter in parameters { parameter.gradient.clear() }
  }

  /// One step of plain SGD; clears the gradients.
  func descend(rate: Element) {
    for parameter in parameters {
      guard let gradient = parameter.gradient.tensor else { continue }
      let count = gradient.count
      gradient.read { gradient in
        parameter.value.write {
          Element.sgd($0, gradient, scale: 1, rate: rate, decay: 0, count)
        }
      }
    }
    clearGradients()
  }

  /// The bits of all parameters, as numbers that are equal only where the bits are.
  var bits: [[UInt64]] { parameters.map { $0.value.elements.map { Double($0).bitPattern } } }
}

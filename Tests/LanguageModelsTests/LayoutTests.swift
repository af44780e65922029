import Diagnostics
import LanguageModels
import NeuralLayers
import Noise
import TensorCore
import TestSupport
import Testing

/// Documents that are kept apart, encoders, classifiers, and the settings of newer layouts in
/// files.
struct LayoutTests {
  private static let small = TransformerConfiguration(
    vocabulary: 13,
    columns: 8,
    layers: 2,
    heads: 2,
    context: 12
  )

  @Test func `a GPT-2 says the same about itself as ever`() {
    let metadata = ModelConfiguration.transformer(Self.small).metadata
    #expect(
      metadata.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        == "format=pt model=bpedrop-transformer version=1 vocabulary=13 columns=8 layers=2 heads=2 context=12"
    )
    let modern = ModelConfiguration.transformer(Self.small.modern)
    #expect(
      modern.description
        == "transformer of vocabulary 13, columns 8, layers 2, heads 2, context 12, key_heads 1, "
        + "positions rope, norm rmsnorm, mlp swiglu, qk_norm 1, bias 0"
    )
  }

  @Test func `settings that cannot be are refused by name`() throws {
    let metadata = ModelConfiguration.transformer(Self.small.modern).metadata
    func message(_ key: String, _ value: String) -> String {
      var changed = metadata.filter { $0.key != key }
      changed.append((key, value))
      let file = Safetensors(metadata: changed)
      return #expect(throws: InvalidData.self) { try ModelConfiguration(file) }?.description ?? ""
    }
    #expect(
      message("norm", "batchnorm").contains("'norm' is 'batchnorm', not one of layernorm, rmsnorm")
    )
    #expect(message("positions", "alibi").contains("not one of learned, rope"))
    #expect(message("mlp", "relu").contains("not one of gelu, swiglu, relu2"))
    #expect(message("qk_norm", "2").contains("'qk_norm' is 2, not 0 or 1"))
    #expect(message("key_heads", "3").contains("2 heads cannot share 3 key heads"))
    #expect(message("key_heads", "0").contains("key_heads must lie in 1..."))
    #expect(message("inner", "999999999").contains("inner must lie in 1..."))
    #expect(message("heads", "8").contains("rotary positions want heads of even width"))
    #expect(message("bias", "yes").contains("'bias' is 'yes', no whole number"))
  }

  @Test(arguments: [false, true])
  func `packed documents cost what they cost one by one`(isModern: Bool) {
    var shape = isModern ? Self.small.modern : Self.small
    for isCausal in [true, false] {
      shape.isCausal = isCausal
      let kind = ModelConfiguration.transformer(shape)
      let model = kind.lively(Double.self)
      var packed = kind.window(batch: 2, times: 12)
      packed.bounds = [0, 5, 6, 12, 22, 24]
      let whole = model.cost(packed, scale: 0.1)
      let gradients = model.parameters.map { $0.gradient.tensor?.elements ?? [] }
      model.clearGradients()
      var nats: [Double] = []
      for (start, end) in zip(packed.bounds ?? [], packed.bounds?.dropFirst() ?? []) {
        let rows = Int(start)..<Int(end)
        let one = TokenWindow(
          Array(packed.inputs[rows]),
          targets: packed.targets.map { Array($0[rows]) },
          batch: 1
        )
        nats += model.cost(one, scale: 0.1).nats
      }
      #expect(zip(nats, whole.nats).allSatisfy { abs($0 - $1) < 1e-12 } && nats.count == 24)
      for (parameter, whole) in zip(model.parameters, gradients) {
        let sum = parameter.gradient.tensor?.elements ?? []
        #expect(sum.count == whole.count && zip(sum, whole).allSatisfy { abs($0 - $1) < 1e-11 })
      }
    }
  }

  @Test func `bounds lie at each separator and at each sequence`() {
    let window = TokenWindow([4, 9, 1, 2, 9, 9, 5, 9], batch: 2)
    #expect(window.bounds(from: 9) == [0, 1, 4, 5, 7, 8])
    #expect(window.bounds(from: 7) == [0, 4, 8])
  }

  @Test func `an encoder sees what comes later, and only masked places cost`() {
    var shape = Self.small
    shape.isCausal = false
    let kind = ModelConfiguration.transformer(shape)
    #expect(kind.kind == "encoder" && !kind.isCausal)
    let model = kind.lively(Double.self)
    var window = kind.window(batch: 2, times: 12)
    window.targets = window.targets?.enumerated().map { $0.offset % 6 == 1 ? $0.element : -100 }
    let before = model.cost(window)
    #expect(
      before.count == 4 && before.nats.indices.allSatisfy { (before.nats[$0] > 0) == ($0 % 6 == 1) }
    )
    var changed = window
    changed.inputs[11] = (changed.inputs[11] + 1) % 13
    let after = model.cost(changed)
    #expect(after.nats[1] != before.nats[1] && after.nats[13] == before.nats[13])
    // The same nats where the head computes all rows.
    let all = model.allLogits(window)
    #expect(all.shape == [2, 12, 13])
  }

  @Test func `a classifier learns a rule, and its gradients are those of differences`() throws {
    var shape = Self.small
    (shape.isCausal, shape.columns) = (false, 16)
    let key = NoiseKey(seed: 6, site: .initialization)
    func classifier<Element: TensorElement>(_: Element.Type) -> SequenceClassifier<Element> {
      SequenceClassifier(TransformerLanguageModel(shape, key: key), classes: 3, key: key)
    }
    // The class is the third token, which the first has to look at; the last sequence has none.
    func window(_ seed: UInt64) -> (TokenWindow, [Int32]) {
      let ids = tokens(8 * 4, below: 3, seed)
      let classes = (0..<8).map { ids[$0 * 4 + 2] }
      return (TokenWindow(ids, batch: 8), classes.dropLast() + [-100])
    }
    let model = classifier(Double.self)
    let (example, labels) = window(1)
    func cost(_ recording: Bool = false) -> Double {
      let tape = Tape<Double>(pool: pools[0], isRecording: recording)
      let loss = model.loss(example, labels: labels, scale: 1, on: tape)
      tape.backward()
      #expect(loss.count == 7 && loss.nats[7] == 0)
      return loss.total
    }
    _ = cost(true)
    for parameter in [model.head.weight, model.encoder.blocks[0].mlp.up.weight] {
      let gradient = try #require(parameter.gradient.tensor)
      let original = parameter.value
      for element in [0, 7, 20] {
        func loss(_ difference: Double) -> Double {
          parameter.value = original
          parameter.value.write { $0[element] += difference }
          return cost()
        }
        let numeric = (8 * (loss(1e-3) - loss(-1e-3)) - (loss(2e-3) - loss(-2e-3))) / 12e-3
        parameter.value = original
        let own = gradient.read { $0[element] }
        #expect(abs(own - numeric) < 1e-7 * max(abs(numeric), 1e-2))
      }
    }
    #expect(model.logits(example, on: Tape(pool: pools[0], isRecording: false)).shape == [8, 3])
    let learner = classifier(Float.self)
    var (first, last) = (0.0, 0.0)
    var adam = Adam()
    for step in 0..<300 {
      let (batch, labels) = window(UInt64(step % 6))
      let tape = Tape<Float>(pool: pools[1])
      last = learner.loss(batch, labels: labels, scale: 1 / 7, on: tape).mean
      if step == 0 { first = last }
      tape.backward()
      adam.step(learner.parameters, rate: 0.01)
    }
    #expect(first > 0.8 && last < 0.1, "\(first) nats became \(last)")
  }
}

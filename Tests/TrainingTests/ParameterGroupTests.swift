import LanguageModels
import NeuralLayers
import Noise
import TensorCore
import Testing
import Training

struct ParameterGroupTests {
  private static func run(_ groups: [ParameterGroup]) throws -> TrainingRun<Float> {
    var recipe = TrainingSamples.recipe(steps: 6)
    recipe.groups = groups
    return try TrainingRun(
      TrainingSamples.model(TrainingSamples.shapes[2]),
      on: TrainingSamples.noisyStream("windows"),
      recipe: recipe,
      pool: pools[1]
    )
  }

  @Test func `names are matched with stars`() {
    let group = ParameterGroup(["embedding.weight", "*.bias", "blocks.*.mlp.*"])
    for name in ["embedding.weight", "a.b.bias", ".bias", "blocks.3.mlp.up.weight"] {
      #expect(group.contains(name), "\(name)")
    }
    for name in ["embedding.weights", "bias", "a.bias.x", "blocks.3.attention.mlp", ""] {
      #expect(!group.contains(name), "\(name)")
    }
    #expect(ParameterGroup(["*"]).contains("") && !ParameterGroup([]).contains("a"))
  }

  @Test func `groups that change nothing leave the plain bits`() throws {
    let plain = try Self.run([])
    let grouped = try Self.run([ParameterGroup(["*.bias"]), ParameterGroup(["nothing"])])
    for run in [plain, grouped] { try run.advance(6) }
    #expect(plain.model.bits == grouped.model.bits)
    #expect(!plain.checkpoint().metadata.contains { $0.key.hasPrefix("recipe.group") })
  }

  @Test func `a frozen parameter keeps its bits, has no moments and no part in the norm`() throws {
    var frozen = ParameterGroup(["*embedding*", "*.bias"])
    frozen.isFrozen = true
    let run = try Self.run([frozen])
    let before = run.model.bits
    let norm = try #require(try run.next()).gradientNorm
    #expect(norm < (try #require(try Self.run([]).next())).gradientNorm)
    try run.advance(5)
    for (index, parameter) in run.model.parameters.enumerated() {
      let isSame = run.model.bits[index] == before[index]
      #expect(isSame == frozen.contains(parameter.name), "\(parameter.name)")
    }
    let names = run.checkpoint().tensors.map(\.name)
    #expect(names.contains { $0.hasPrefix("optimizer.mean.") })
    #expect(!names.contains { $0.hasPrefix("optimizer.") && $0.hasSuffix(".bias") })
  }

  @Test func `a group's rate, rule and decay hold for it alone, and resume`() throws {
    var slow = ParameterGroup(["*.bias"])
    (slow.rateFactor, slow.rule) = (0, .sgd)
    var kept = ParameterGroup(["*"])
    kept.weightDecay = 0
    let groups = [slow, kept]
    let whole = try Self.run(groups)
    let before = whole.model.bits
    try whole.advance(6)
    for (index, parameter) in whole.model.parameters.enumerated() {
      #expect((whole.model.bits[index] == before[index]) == parameter.name.hasSuffix(".bias"))
    }
    let part = try Self.run(groups)
    try part.advance(2)
    let resumed = try Self.run(groups)
    _ = try resumed.resume(from: part.checkpoint())
    try resumed.advance(4)
    #expect(resumed.model.bits == whole.model.bits)
    #expect(throws: (any Error).self) { _ = try Self.run([]).resume(from: part.checkpoint()) }
  }
}

import BytePairEncoding
import Diagnostics
import LanguageModels
import NeuralLayers
import Noise
import PreTokenization
import TensorCore
import TestSupport
import Testing
import TextGeneration
import TextTestSupport
import Tokenization
import UnicodeText

/// A model that says of each token which one comes next, and remembers the windows it has read.
private final class ScriptedModel: LanguageModel {
  let next: [Int: Int]
  let vocabulary: Int
  let headWeight: Parameter<Float>
  var windows: [[Int32]] = []

  init(vocabulary: Int, script: [Int]) {
    next = Dictionary(zip(script, script.dropFirst()), uniquingKeysWith: { first, _ in first })
    self.vocabulary = vocabulary
    var identity = Tensor<Float>(zeros: [vocabulary, vocabulary])
    identity.write { for token in 0..<vocabulary { $0[token * vocabulary + token] = 1 } }
    headWeight = Parameter("head", identity)
  }

  var configuration: ModelConfiguration {
    .lstm(LSTMConfiguration(vocabulary: vocabulary, columns: vocabulary, layers: 1))
  }
  var parameters: [Parameter<Float>] { [headWeight] }
  var context: Int? { nil }
  var order: RowPlacement.Order { .timeMajor }
  var headBias: Parameter<Float>? { nil }
  func start(batch: Int) -> ModelState<Float> { ModelState() }

  func hidden(
    _ window: TokenWindow,
    state: inout ModelState<Float>,
    noise: ModelNoise?,
    on tape: Tape<Float>
  ) -> Variable<Float> {
    windows.append(window.inputs)
    var y = Tensor<Float>(zeros: [window.times, 1, vocabulary])
    y.write { y in
      for (time, token) in window.inputs.enumerated() {
        y[time * vocabulary + (next[Int(token)] ?? 0)] = 9
      }
    }
    return tape.input(y)
  }
}

private let pool = ComputePool(threads: 1)

/// All bytes and some merges, and an end of text.
private func tokenizer() throws -> Tokenizer {
  let model = try toyModel("S-T O-P t-h th-e")
  return Tokenizer(
    normalizer: .none,
    preTokenizer: .none,
    model: model,
    addedTokens: [
      AddedToken(id: TokenID(model.vocabulary.count), content: Array("<|endoftext|>".utf8))
    ]
  )
}

private func wordTokenizer() -> Tokenizer {
  var vocabulary = Vocabulary()
  for word in ["<unk>", "the", "cat", "sat"] { vocabulary.append(Array(word.utf8)) }
  return Tokenizer(
    normalizer: .none,
    preTokenizer: .whitespaceSplit,
    model: UnitModel(unit: .word, vocabulary: vocabulary, unknown: TokenID(0), reserved: [])
  )
}

struct TextGeneratorTests {
  /// The tokens of a script, of which no token may stand twice.
  private func write(
    _ script: [[UInt8]],
    prompt: String = ">",
    stops: [String] = [],
    maximum: Int = 50
  ) throws -> (text: GeneratedText, parts: [String], windows: [[Int32]]) {
    let tokenizer = try tokenizer()
    let ids = try ([Array(prompt.utf8).suffix(1)] + script.map { $0[...] }).map { bytes in
      try #require(tokenizer.vocabulary.id(of: Array(bytes))).index
    }
    let end = tokenizer.vocabularySize - 1
    let model = ScriptedModel(vocabulary: end + 1, script: ids + [end])
    var options = GenerationOptions()
    options.stops = stops
    options.maximumTokens = maximum
    options.end = TokenID(end)
    var parts: [String] = []
    let text = try TextGenerator(tokenizer: tokenizer, model: model, pool: pool)
      .generate(prompt, options: options) { parts.append($0) }
    return (text, parts, model.windows)
  }

  private func bytes(_ text: String) -> [[UInt8]] { text.utf8.map { [$0] } }

  @Test func `a stop string is found across the borders of tokens`() throws {
    let script = bytes("ab ") + [Array("ST".utf8), Array("OP".utf8)] + bytes("xyz")
    let plain = try write(script)
    #expect(plain.text.text == "ab STOPxyz" && plain.text.ending == .endToken)
    #expect(plain.parts.joined() == "ab STOPxyz" && plain.text.tokens.count == 9)
    for (stop, text) in [("STOP", "ab "), ("TO", "ab S"), (" STOPx", "ab"), ("b", "a")] {
      let run = try write(script, stops: ["never", stop])
      #expect(run.text.text == text && run.parts.joined() == text, "\(stop)")
      #expect(run.text.ending == .stopString)
    }
    let half = try write(script, stops: ["STOPP"])
    #expect(half.text.text == "ab STOPxyz" && half.parts.joined() == half.text.text)
  }

  @Test func `only whole characters reach the callback`() throws {
    let run = try write(bytes("aé漢😀z"))
    #expect(run.parts == ["a", "é", "漢", "😀", "z"])
    let cut = try write(bytes("a漢"), maximum: 2)
    #expect(cut.parts == ["a", "\u{FFFD}"] && cut.text.ending == .maximumTokens)
    #expect(cut.text.tokens.count == 2)
  }

  @Test func `the prompt is read once, then each token by itself`() throws {
    let run = try write(bytes("abc"), prompt: "the >", maximum: 3)
    #expect(run.windows.map(\.count) == [3, 1, 1])
    #expect(try write(bytes("abc"), maximum: 0).text.tokens.isEmpty)
  }

  @Test func `words are joined by spaces`() throws {
    let tokenizer = wordTokenizer()
    let model = ScriptedModel(vocabulary: 4, script: [1, 2, 3, 0])
    var options = GenerationOptions()
    options.maximumTokens = 2
    let generator = try TextGenerator(tokenizer: tokenizer, model: model, pool: pool)
    #expect(try generator.generate("the", options: options).text == " cat sat")
  }

  @Test func `an empty prompt needs a start token, and a model all tokens`() throws {
    let tokenizer = try tokenizer()
    let model = ScriptedModel(vocabulary: tokenizer.vocabularySize, script: [97, 98])
    let generator = try TextGenerator(tokenizer: tokenizer, model: model, pool: pool)
    var options = GenerationOptions()
    options.maximumTokens = 1
    #expect(throws: InvalidData.self) { try generator.generate("", options: options) }
    options.start = TokenID(97)
    #expect(try generator.generate("", options: options).text == "b")
    let small = ScriptedModel(vocabulary: 3, script: [])
    #expect(throws: InvalidData.self) {
      try TextGenerator(tokenizer: tokenizer, model: small, pool: pool)
    }
  }

  @Test func `real models write as their whole-window logits say, the same for one seed`() throws {
    let tokenizer = try tokenizer()
    let vocabulary = tokenizer.vocabularySize + 5
    let kinds: [ModelConfiguration] = [
      .lstm(LSTMConfiguration(vocabulary: vocabulary, columns: 16, layers: 2)),
      .transformer(
        TransformerConfiguration(
          vocabulary: vocabulary,
          columns: 16,
          layers: 2,
          heads: 2,
          context: 8
        )
      ),
    ]
    for kind in kinds {
      let model = kind.model(
        of: Double.self,
        bound: 1,
        key: NoiseKey(seed: 1, site: .initialization)
      )
      let generator = try TextGenerator(tokenizer: tokenizer, model: model, pool: pool)
      var options = GenerationOptions(sampler: try #require(TokenSampler(topK: 50, topP: 0.95)))
      options.maximumTokens = 30
      options.seed = 11
      let first = try generator.generate("the end", options: options)
      #expect(try generator.generate("the end", options: options) == first)
      #expect(first.tokens.count == 30)
      #expect(first.tokens.allSatisfy { $0.index < tokenizer.vocabularySize })
      // The same from the beginning, or from the last eight tokens, without a state.
      var all = try tokenizer.encode("the end")
      let prompted = all.count
      for position in 0..<30 {
        let seen = model.context.map { all.suffix($0) } ?? all[...]
        var state = model.start(batch: 1)
        let logits = model.lastLogits(
          TokenWindow(seen.map { Int32($0.rawValue) }, batch: 1),
          state: &state,
          on: Tape(pool: pool, isRecording: false)
        )
        var stream = RandomStream(
          key: NoiseKey(seed: 11, site: .sampling),
          item: 0,
          position: UInt64(position)
        )
        let known = Array(logits.elements.prefix(tokenizer.vocabularySize))
        all.append(TokenID(options.sampler.sample(known, from: &stream)))
      }
      #expect(Array(all[prompted...]) == first.tokens)
      options.sample = 1
      #expect(try generator.generate("the end", options: options).tokens != first.tokens)
      options.sample = 0
      options.seed = 12
      #expect(try generator.generate("the end", options: options).tokens != first.tokens)
    }
  }
}

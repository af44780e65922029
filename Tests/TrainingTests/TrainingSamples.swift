import TextTestSupport
import BytePairEncoding
import Collation
import Corpora
import LanguageModels
import NeuralLayers
import Noise
import PreTokenization
import TensorCore
import TestSupport

import Tokenization
import Training
import UnicodeText

/// One thread, two, and more than there are processors.
let pools = [1, 2, 8].map { ComputePool(threads: $0) }

/// Runs that the tests share: small models on a toy language, with every kind of noise.
enum TrainingSamples {
  static let shapes: [ModelConfiguration] = [
    .lstm(LSTMConfiguration(vocabulary: 403, columns: 24, layers: 2)),
    .lstm(LSTMConfiguration(vocabulary: 403, columns: 16, layers: 1, isTied: true)),
    .transformer(
      TransformerConfiguration(vocabulary: 403, columns: 24, layers: 2, heads: 3, context: 20)
    ),
    .transformer(
      {
        let size = TransformerConfiguration(
          vocabulary: 403,
          columns: 24,
          layers: 2,
          heads: 4,
          context: 20
        )
        var shape = size.modern
        shape.separatesDocuments = true
        return shape
      }()
    ),
  ]

  /// It sees both sides.
  static let encoder: ModelConfiguration = {
    var shape = TransformerConfiguration(
      vocabulary: 403,
      columns: 24,
      layers: 2,
      heads: 2,
      context: 20
    )
    shape.isCausal = false
    return .transformer(shape)
  }()

  static let separator = TokenID(UInt32(400))

  /// A tokenizer of bytes and a few English merges.
  static func tokenizer() throws -> Tokenizer {
    let model = try toyModel("t-h th-e i-n a-n an-d \\20-the \\20-and i-s \\20-is in-g e-r o-u")
    return Tokenizer(
      normalizer: .init([]),
      preTokenizer: .gpt2,
      model: model,
      addedTokens: [
        AddedToken(id: separator, content: Array("<|endoftext|>".utf8)),
        AddedToken(id: TokenID(401), content: Array("<mask>".utf8)),
        AddedToken(id: TokenID(402), content: Array("<pad>".utf8)),
      ]
    )
  }

  /// Documents of the toy language, some empty.
  static func store(_ count: Int = 60, seed: UInt64 = 5) -> DocumentStore {
    let words = ["the", "and", "is", "island", "thing", "ünder", "中文", "is  a", "\t!"]
    var draws = RandomStream(key: NoiseKey(seed: seed, site: .testing), item: 1)
    return DocumentStore(
      (0..<count).map { number in
        let length = number % 7 == 3 ? 0 : Int(draws.next(below: 30))
        let text = (0..<length).map { _ in words[Int(draws.next(below: UInt32(words.count)))] }
        return Array(text.joined(separator: " ").utf8)
      }
    )
  }

  /// Batches of 6 rows of 20 tokens.
  static func stream(
    _ rows: String,
    more: String = "",
    store: DocumentStore = store(),
    seed: UInt64 = 3
  ) throws -> BatchStream {
    let tokenizer = try tokenizer()
    let text = #"{"rows": "\#(rows)", "batch_size": 6, "block_size": 20, "epochs": 5\#(more)}"#
    let recipe = try CollationRecipe(Array(text.utf8))
    return try BatchStream(
      store,
      tokenizer: tokenizer,
      separator: separator,
      collator: recipe.collator(for: tokenizer),
      seed: seed
    )
  }

  /// Every noise there is: BPE-dropout, token dropout and dropout at each place, with courses.
  static func noisyStream(_ rows: String) throws -> BatchStream {
    let segmentation = rows == "grid" ? #", "bpe_dropout": "0.3:linear:0:0.5""# : ""
    return try stream(rows, more: #", "token_dropout": "0.2:early:0.6""# + segmentation)
  }

  static func recipe(steps: Int, rule: OptimizerRule = .adamW()) -> TrainingRecipe {
    var recipe = TrainingRecipe(steps: steps)
    recipe.rule = rule
    recipe.learningRate = LearningRate(
      rule == .sgd ? 0.5 : 0.01,
      warmup: 3,
      schedule: .cosine(floor: 0.001)
    )
    recipe.weightDecay = 0.01
    recipe.noise = ModelNoiseRates(NoiseRate(dropoutRate(0.2)))
    recipe.noise[.embedding] = NoiseRate(dropoutRate(0.3), schedule: .late(from: 0.4))
    recipe.seed = 11
    return recipe
  }

  static func model<Element: TensorElement>(
    _ shape: ModelConfiguration,
    of type: Element.Type = Float.self
  ) -> any LanguageModel<Element> {
    shape.model(of: type, key: NoiseKey(seed: 3, site: .initialization))
  }
}

extension TrainingRun {
  /// Makes so many steps.
  @discardableResult
  func advance(_ count: Int) throws -> [TrainingStep] {
    try (0..<count).compactMap { _ in try next() }
  }
}

extension LanguageModel<Float> {
  /// The bits of all parameters.
  var bits: [[UInt32]] { parameters.map { $0.value.elements.map(\.bitPattern) } }
}

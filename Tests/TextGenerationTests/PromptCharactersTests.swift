import BytePairEncoding
import Diagnostics
import LanguageModels
import NeuralLayers
import Noise
import PreTokenization
import TensorCore
import Testing
import TextGeneration
import Tokenization
import UnicodeText

struct PromptCharactersTests {
  private func write(_ prompt: String, unknown: TokenID?) throws -> String {
    var vocabulary = Vocabulary()
    for character in ["<unk>", "a", "b", "é", " "] { vocabulary.append(Array(character.utf8)) }
    let tokenizer = Tokenizer(
      normalizer: .init([.nfc]),
      preTokenizer: .none,
      model: UnitModel(
        unit: .character,
        vocabulary: vocabulary,
        unknown: unknown,
        reserved: []
      ),
      addedTokens: [AddedToken(id: TokenID(5), content: Array("<|end|>".utf8))]
    )
    let model = ModelConfiguration.lstm(LSTMConfiguration(vocabulary: 6, columns: 4, layers: 1))
      .model(of: Float.self, key: NoiseKey(seed: 1, site: .initialization))
    var options = GenerationOptions()
    options.maximumTokens = 2
    return try TextGenerator(tokenizer: tokenizer, model: model, pool: ComputePool(threads: 1))
      .generate(prompt, options: options).text
  }

  @Test(arguments: [nil, TokenID(0)])
  func `characters that the model lacks are named`(unknown: TokenID?) throws {
    _ = try write("ab é", unknown: unknown)
    _ = try write("ae\u{301} <|end|>b", unknown: unknown)
    let one = #expect(throws: InvalidData.self) { try write("abxxa", unknown: unknown) }
    #expect(one?.description.contains("'x' (U+0078)") == true)
    let more = #expect(throws: InvalidData.self) { try write("a< 中b", unknown: unknown) }
    #expect(more?.description.contains("'<' (U+003C), '中' (U+4E2D)") == true)
  }
}

import LanguageModels
import TensorCore
import TextGeneration
import Tokenization
import TokenizerFormats

// The files written by `bpedrop lm train -o lm`.
let tokenizer = try Tokenizer(contentsOf: "lm/tokenizer.json")
let model = try Safetensors(reading: "lm/model.safetensors").model(of: Float.self)

let generator = try TextGenerator(
  tokenizer: tokenizer,
  model: model,
  pool: ComputePool(threads: 2)
)
var options = GenerationOptions(sampler: TokenSampler(temperature: 0.8, topK: 40) ?? .greedy)
options.start = tokenizer.id(of: "<|endoftext|>")
options.end = options.start
options.maximumTokens = 50
options.seed = 7

// Text arrives in whole characters, as it is generated; the same seed gives the same text.
let written = try generator.generate("The little boat", options: options) { part in
  print(part, terminator: "")
}
print("\n", written.tokens.count, written.ending)

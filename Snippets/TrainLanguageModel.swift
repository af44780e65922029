import Collation
import Corpora
import LanguageModels
import NeuralLayers
import Noise
import TensorCore
import Tokenization
import TokenizerFormats
import Training

// Causal batches of 8 rows of 64 tokens.
let tokenizer = try Tokenizer(contentsOf: "vocab/english/tokenizer.json")
let documents = try DocumentStore(DocumentReader(paths: ["corpora/english.txt"]))
let separator = tokenizer.id(of: "<|endoftext|>")
var collator = Collator()
(collator.batchSize, collator.length, collator.epochs) = (8, 64, 10)
let stream = try BatchStream(
  documents,
  tokenizer: tokenizer,
  separator: separator,
  collator: collator,
  seed: 1
)

// A small GPT; its initial values are a function of the seed.
let shape = TransformerConfiguration(
  vocabulary: tokenizer.vocabularySize,
  columns: 32,
  layers: 2,
  heads: 2,
  context: 64
)
let model = TransformerLanguageModel<Float>(
  shape,
  key: NoiseKey(seed: 1, site: .initialization)
)

// The loop is pulled: one step per call, so you decide when to evaluate, save and stop.
let pool = ComputePool(threads: 2)
var recipe = TrainingRecipe(steps: 20)
recipe.learningRate = LearningRate(3e-3, warmup: 5, schedule: .cosine(floor: 0))
let run = try TrainingRun(model, on: stream, recipe: recipe, pool: pool)
while let step = try run.next() {
  print(step.step, step.loss)
}

// Bits per byte of the original text, comparable between tokenizers.
let text = try TokenStream(
  encoding: documents,
  tokenizer: tokenizer,
  separator: separator,
  threads: 2
)
let evaluation = try model.evaluate(text, start: separator, pool: pool)
print(evaluation.bitsPerByte)

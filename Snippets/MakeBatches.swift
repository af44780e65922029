import Collation
import Corpora
import Noise
import Tokenization
import TokenizerFormats

// The documents of a file: its lines.
let tokenizer = try Tokenizer(contentsOf: "vocab/english/tokenizer.json")
let documents = try DocumentStore(DocumentReader(paths: ["corpora/english.txt"]))

// Rows of 64 tokens, encoded anew under BPE-dropout in each epoch.
var collator = Collator()
collator.rows = .grid
collator.batchSize = 4
collator.length = 64
collator.segmentation = NoiseRate("0.1")

// Any step of any epoch, in any order; the same bytes for any number of threads.
let stream = try BatchStream(
  documents,
  tokenizer: tokenizer,
  separator: tokenizer.id(of: "<|endoftext|>"),
  collator: collator,
  seed: 1,
  threads: 2
)
let batch = try stream.batch(epoch: 3, step: 5)
print(stream.stepCount(epoch: 3), batch.rows, batch.length, batch.inputs.prefix(8))

import BytePairEncoding
import Noise
import Tokenization
import TokenizerFormats

// A tokenizer.json from bpedrop or Hugging Face; the tokenizer is immutable and can be shared.
let tokenizer = try Tokenizer(contentsOf: "vocab/english/tokenizer.json")

// Plain, and back.
let tokens = try tokenizer.encode("The little boat was lost.")
print(tokens.map { tokenizer.piece(of: $0) })
print(String(decoding: tokenizer.decode(tokens), as: UTF8.self))

// Under BPE-dropout: one encoder for each thread; the same (seed, epoch, document) gives the same
// tokens, on any thread and in any order.
var encoder = TokenizerEncoder(tokenizer)
var options = EncodingOptions()
for epoch in 0..<3 as Range<UInt32> {
  guard let rate = DropoutRate(0.1) else { break }
  options.noise = SegmentationNoise(rate: rate, seed: 42, epoch: epoch)
  let document = Array("The little boat was lost.".utf8)
  let encoded = try encoder.encode(document, number: 7, options: options)
  print(encoded.tokens.map { tokenizer.piece(of: $0) })
}

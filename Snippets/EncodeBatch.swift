import Tokenization
import TokenizerFormats

// One per server: requests on any thread share it and its word cache.
let tokenizer = try Tokenizer(contentsOf: "vocab/english/tokenizer.json")
let encoder = BatchEncoder(tokenizer, threads: 2)

// Documents in, results in the same order; offsets on request.
let documents = ["The little boat was lost.", "", "A cup of tea."].map { Array($0.utf8) }
var options = EncodingOptions()
options.wantsOffsets = true
for result in try encoder.encode(documents, options: options) {
  print(result.ids, result.offsets)
}

// A document that arrives in pieces, such as a request's body.
let pieces = AsyncStream<[UInt8]> { stream in
  for piece in ["The lit", "tle boat was", " lost."] { stream.yield(Array(piece.utf8)) }
  stream.finish()
}
for try await tokens in TokenSequence(pieces, tokenizer: tokenizer) {
  print(tokens.map { tokenizer.piece(of: $0) })
}

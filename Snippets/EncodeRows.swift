import Tokenization
import TokenizerFormats

let tokenizer = try Tokenizer(contentsOf: "vocab/english/tokenizer.json")
let encoder = BatchEncoder(tokenizer, threads: 2)

// The special tokens, truncation and padding of the tokenizer's file, or others.
var options = ModelInputOptions(tokenizer.inputRules)
options.rules.truncation = Truncation(maxLength: 8)
if let end = tokenizer.id(of: "<|endoftext|>") {
  options.rules.padding = Padding(InputToken(id: end, piece: Array("<|endoftext|>".utf8)))
}

// A text and a pair: for each its row, and on request the rows of what is cut off.
let texts = [
  InputText(Array("A cup of tea.".utf8)),
  InputText(Array("What floats?".utf8), Array("The little boat.".utf8)),
]
for rows in try encoder.inputs(texts, options: options) {
  print(rows[0].ids, rows[0].attentionMask, rows[0].typeIDs)
}

/// The bytes of a GGUF file, written by its specification.
struct GGUFBuilder {
  private(set) var bytes: [UInt8] = []
  private var count: UInt64 = 0
  private let countPlace = 16

  init(version: UInt32 = 3) {
    bytes = Array("GGUF".utf8)
    append(UInt64(version), size: 4)
    append(0, size: 8)
    append(0, size: 8)
  }

  mutating func append(_ number: UInt64, size: Int) {
    for index in 0..<size { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * index))) }
  }

  mutating func append(_ text: some Sequence<UInt8>) {
    let text = Array(text)
    append(UInt64(text.count), size: 8)
    bytes += text
  }

  private mutating func key(_ name: String, type: UInt64) {
    count += 1
    for index in 0..<8 {
      bytes[countPlace + index] = UInt8(truncatingIfNeeded: count >> UInt64(8 * index))
    }
    append(name.utf8)
    append(type, size: 4)
  }

  mutating func text(_ name: String, _ value: String) {
    key(name, type: 8)
    append(value.utf8)
  }

  mutating func number(_ name: String, _ value: UInt32) {
    key(name, type: 4)
    append(UInt64(value), size: 4)
  }

  mutating func texts(_ name: String, _ values: [String]) {
    key(name, type: 9)
    append(8, size: 4)
    append(UInt64(values.count), size: 8)
    for value in values { append(value.utf8) }
  }

  mutating func numbers(_ name: String, _ values: [UInt32]) {
    key(name, type: 9)
    append(5, size: 4)
    append(UInt64(values.count), size: 8)
    for value in values { append(UInt64(value), size: 4) }
  }

  mutating func floats(_ name: String, _ values: [Float]) {
    key(name, type: 9)
    append(6, size: 4)
    append(UInt64(values.count), size: 8)
    for value in values { append(UInt64(value.bitPattern), size: 4) }
  }

  /// A SentencePiece model: unknown and control pieces, bytes, characters, and a few merges.
  static func llama(lastType: UInt32 = 1) -> GGUFBuilder {
    var file = GGUFBuilder()
    let bytes = (0..<256).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return "<0x\(digits.count == 1 ? "0" : "")\(digits)>"
    }
    file.text("tokenizer.ggml.model", "llama")
    file.texts(
      "tokenizer.ggml.tokens",
      ["<unk>", "<s>"] + bytes + ["a", "▁", "b", "ab", "x", "▁ab"]
    )
    file.floats(
      "tokenizer.ggml.scores",
      Array(repeating: 0, count: 258) + [-3, -4, -5, 0, -6, -1]
    )
    file.numbers(
      "tokenizer.ggml.token_type",
      [2, 3] + Array(repeating: 6, count: 256) + [1, 1, 1, 1, 1, lastType]
    )
    return file
  }

  /// A byte-level tokenizer with a few merges and special tokens.
  static func gpt2(pre: String = "gpt-2", model: String = "gpt2") -> GGUFBuilder {
    var file = GGUFBuilder()
    file.text("general.architecture", "gpt2")
    file.number("gpt2.context_length", 1024)
    file.text("tokenizer.ggml.model", model)
    file.text("tokenizer.ggml.pre", pre)
    file.texts(
      "tokenizer.ggml.tokens",
      ["a", "b", "Ġ", "ab", "Ġab", "<|end|>", "<user>", "Ã", "©"]
    )
    file.numbers("tokenizer.ggml.token_type", [1, 1, 1, 1, 1, 3, 4, 1, 1])
    file.texts("tokenizer.ggml.merges", ["a b", "Ġ ab"])
    return file
  }
}

// Source: tiktoken 0.14 (openai_public.py), Qwen's tokenization_qwen.py and Whisper's tokenizer.py.
// Procedure: an encoding is known by the name of its file, and else by a digest of its tokens and
//   ranks, so that a renamed file is known too.
// Complexity: O(size of the file) for the digest.

import BytePairEncoding
import Noise
import PreTokenization
import UnicodeText

/// What a `.tiktoken` file does not say of an encoding.
struct TiktokenEncoding {
  /// The usual name of its file, without `.tiktoken`.
  let name: String
  /// ``digest(of:)`` of its tokens.
  let digest: UInt64
  /// How text is cut into words.
  let pattern: PreTokenizer
  /// What is done to text first.
  var normalizer = TextNormalizer.none
  /// The special tokens with their ids.
  let special: [(content: String, id: Int)]

  /// Encodings whose files are public.
  static let all = [
    TiktokenEncoding(
      name: "gpt2",
      digest: 0xCB47_5F81_E570_C65C,
      pattern: .gpt2,
      special: [("<|endoftext|>", 50_256)]
    ),
    TiktokenEncoding(
      name: "r50k_base",
      digest: 0xCB47_5F81_E570_C65C,
      pattern: .gpt2,
      special: [("<|endoftext|>", 50_256)]
    ),
    TiktokenEncoding(
      name: "p50k_base",
      digest: 0xC506_AB96_CF61_9D60,
      pattern: .gpt2,
      special: [("<|endoftext|>", 50_256)]
    ),
    TiktokenEncoding(
      name: "cl100k_base",
      digest: 0x2DB9_2C64_BF46_2D4A,
      pattern: .cl100k,
      special: [
        ("<|endoftext|>", 100_257), ("<|fim_prefix|>", 100_258), ("<|fim_middle|>", 100_259),
        ("<|fim_suffix|>", 100_260), ("<|endofprompt|>", 100_276),
      ]
    ),
    TiktokenEncoding(
      name: "o200k_base",
      digest: 0xC7BA_5F03_2878_1837,
      pattern: .o200k,
      special: [("<|endoftext|>", 199_999), ("<|endofprompt|>", 200_018)]
    ),
    TiktokenEncoding(
      name: "qwen",
      digest: 0x4FAB_8241_A383_5EE8,
      pattern: .qwen2,
      normalizer: TextNormalizer([.nfc]),
      special: [
        ("<|endoftext|>", 151_643), ("<|im_start|>", 151_644), ("<|im_end|>", 151_645),
      ] + (0..<205).map { ("<|extra_\($0)|>", 151_646 + $0) }
    ),
    // The languages and timestamps behind these two depend on the version of the model.
    TiktokenEncoding(
      name: "whisper-multilingual",
      digest: 0xD592_E81C_E2E1_F8BA,
      pattern: .gpt2,
      special: [("<|endoftext|>", 50_257), ("<|startoftranscript|>", 50_258)]
    ),
  ]

  /// The encoding of a file.
  ///
  /// - Parameters:
  ///   - name: The file's name, without `.tiktoken`.
  ///   - vocabulary: Its tokens.
  /// - Returns: nil where neither is known.
  static func named(_ name: String, of vocabulary: Vocabulary) -> TiktokenEncoding? {
    if let named = all.first(where: { $0.name == name }) { return named }
    let digest = digest(of: vocabulary)
    return all.first { $0.digest == digest }
  }

  /// A digest of all tokens with their ranks.
  static func digest(of vocabulary: Vocabulary) -> UInt64 {
    var digest = Digest()
    for id in 0..<UInt32(vocabulary.count) {
      let bytes = vocabulary.bytes(of: TokenID(id))
      digest.add(UInt64(bytes.count))
      for byte in bytes { digest.add(UInt64(byte)) }
    }
    return digest.value
  }
}

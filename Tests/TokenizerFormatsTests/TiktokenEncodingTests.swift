import BytePairEncoding
import Diagnostics
import Foundation
import PreTokenization
import TestSupport
import Testing
import Tokenization
import TokenizerFormats
import UnicodeText

struct TiktokenEncodingTests {
  /// The files of public encodings, the size of each with its special tokens, and its pattern.
  private static let files: [(path: String, size: Int, pattern: PreTokenizer)] = [
    ("vocabs/openai/r50k_base.tiktoken", 50_257, .gpt2),
    ("vocabs/openai/p50k_base.tiktoken", 50_281, .gpt2),
    ("vocabs/openai/cl100k_base.tiktoken", 100_277, .cl100k),
    ("vocabs/openai/o200k_base.tiktoken", 200_019, .o200k),
    ("tokenizers-in-the-wild/qwen.tiktoken", 151_851, .qwen2),
    ("tokenizers-in-the-wild/whisper-multilingual.tiktoken", 50_259, .gpt2),
  ]

  @Test(
    "a renamed file is known by its tokens",
    .enabled(if: SharedData.path("vocabs/openai") != nil, "the shared vocabularies are missing"),
    arguments: files.indices
  )
  func renamed(index: Int) throws {
    let file = Self.files[index]
    guard let path = SharedData.path(file.path) else { return }
    let folder = try TemporaryFolder()
    let bytes = Array(try #require(FileManager.default.contents(atPath: path)))
    try folder.put("model.tiktoken", bytes)
    let tokenizer = try Tokenizer(contentsOf: folder["model.tiktoken"])
    #expect(tokenizer.vocabularySize == file.size)
    #expect(tokenizer.preTokenizer == file.pattern)
    #expect(tokenizer.id(of: "<|endoftext|>") != nil)
    // With one token less it is another encoding.
    let end = try #require(bytes.dropLast().lastIndex(of: 0x0A))
    try folder.put("model.tiktoken", Array(bytes[...end]))
    #expect(throws: InvalidData.self) { try Tokenizer(contentsOf: folder["model.tiktoken"]) }
  }

  @Test func `an empty token is read, decodes to nothing, and is never encoded`() throws {
    let folder = try TemporaryFolder()
    let lines = (0..<256).map { "\(Data([UInt8($0)]).base64EncodedString()) \($0)" }
    let text = (lines + ["= 256", "YWI= 257", ""]).joined(separator: "\n")
    try folder.put("r50k_base.tiktoken", text)
    let tokenizer = try Tokenizer(contentsOf: folder["r50k_base.tiktoken"])
    #expect(tokenizer.vocabularySize >= 258)
    #expect(tokenizer.bytes(of: TokenID(UInt32(256))).isEmpty)
    #expect(try tokenizer.encode("ab").map(\.rawValue) == [257])
    for line in ["== 258", "=", " 258", "=YQ 258", "= x"] {
      try folder.put("r50k_base.tiktoken", (lines + [line]).joined(separator: "\n"))
      #expect(throws: InvalidData.self, "\(line)") {
        try Tokenizer(contentsOf: folder["r50k_base.tiktoken"])
      }
    }
  }
}

import Foundation
import Testing

@Suite("train: what is learned from a text")
struct TrainCommandTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func model(_ name: String) throws -> [String: Any] {
    try #require(try jsonObject(workspace.read(name))["model"] as? [String: Any])
  }

  @Test("BPE: as many tokens as asked for, the special one first, then the bytes")
  func bpe() throws {
    let result = try workspace.succeed([
      "train", "-o", "t.json", "--vocab-size", "400", Samples.path("english"),
    ])
    #expect(result.output.isEmpty)
    let file = try jsonObject(workspace.read("t.json"))
    let added = try #require(file["added_tokens"] as? [[String: Any]])
    #expect(added.count == 1)
    #expect(added.first?["content"] as? String == "<|endoftext|>")
    #expect(added.first?["id"] as? Int == 0)
    let model = try model("t.json")
    #expect(model["type"] as? String == "BPE")
    let vocabulary = try #require(model["vocab"] as? [String: Int])
    #expect(vocabulary.values.sorted() == Array(0..<400))
    #expect(vocabulary["<|endoftext|>"] == 0)
    #expect(vocabulary["!"] == 1)
    #expect((model["merges"] as? [[String]])?.count == 400 - 257)
  }

  @Test("the merges of a text small enough to count by hand")
  func merges() throws {
    try workspace.write("t.json", Samples.toyTokenizer())
    #expect(try model("t.json")["merges"] as? [[String]] == [["a", "a"], ["Ġ", "aa"]])
  }

  @Test("a word model: special tokens, then words by falling count")
  func words() throws {
    try workspace.write("text", "the cat the dog the cat\n")
    try workspace.succeed("train -o t.json --model word --special <eos> --no-default-special text")
    let vocabulary = ["<eos>": 0, "<unk>": 1, "the": 2, "cat": 3, "dog": 4]
    #expect(try model("t.json")["vocab"] as? [String: Int] == vocabulary)
    let encoded = try workspace.succeed("encode -m t.json", input: Array("a dog\n".utf8))
    #expect(encoded.text == "1 4\n")
  }

  @Test("a character model: special tokens, then characters in their order")
  func characters() throws {
    try workspace.write("text", "abйa\n")
    try workspace.succeed("train -o t.json --model char text")
    let vocabulary = ["<|endoftext|>": 0, "<unk>": 1, "\n": 2, "a": 3, "b": 4, "й": 5]
    #expect(try model("t.json")["vocab"] as? [String: Int] == vocabulary)
    let encoded = try workspace.succeed("encode -m t.json", input: Array("йab!".utf8))
    #expect(encoded.text == "5 3 4 1\n")
  }

  @Test("a text without so many pairs says how many tokens it gave")
  func fewTokens() throws {
    try workspace.write("text", "ab\n")
    let result = try workspace.run("train -o t.json --vocab-size 300 text")
    #expect(result.status == 0)
    #expect(result.errors == "bpedrop: the text gave only 258 of 300 tokens\n")
  }

  @Test("--special adds, --no-default-special removes the separator")
  func specialTokens() throws {
    try workspace.write("text", "xy xy\n")
    /// The first tokens of a tokenizer learned with some flags.
    func first(_ count: Int, _ flags: String) throws -> [String] {
      #expect(try workspace.run("train -o t.json --vocab-size 260 \(flags) text").status == 0)
      let vocabulary = try #require(try model("t.json")["vocab"] as? [String: Int])
      return (0..<count).map { id in vocabulary.first { $0.value == id }?.key ?? "" }
    }
    #expect(try first(3, "--special <mask>") == ["<|endoftext|>", "<mask>", "!"])
    #expect(
      try first(3, "--special <mask> --special <|endoftext|>") == ["<|endoftext|>", "<mask>", "!"]
    )
    #expect(try first(2, "--special <mask> --no-default-special") == ["<mask>", "!"])
    #expect(try first(1, "--no-default-special") == ["!"])
  }

  @Test("special tokens stand in the order given, and a rare pair is left out")
  func options() throws {
    try workspace.succeed(
      "train -o t.json --special <a> --special <b> --no-default-special --min-frequency 3 "
        + "--normalizer nfd,lowercase",
      input: Array("xy xy xy\n".utf8)
    )
    let model = try model("t.json")
    let vocabulary = try #require(model["vocab"] as? [String: Int])
    #expect(vocabulary["<a>"] == 0 && vocabulary["<b>"] == 1 && vocabulary["!"] == 2)
    #expect(model["merges"] as? [[String]] == [["x", "y"]])
    let normalizer = try jsonObject(workspace.read("t.json"))["normalizer"] as? [String: Any]
    #expect(normalizer?["type"] as? String == "Sequence")
  }

  @Test("legacy merges are lines, and make the same tokenizer")
  func legacyMerges() throws {
    try workspace.write("new.json", Samples.toyTokenizer())
    try workspace.succeed(
      "train -o old.json --vocab-size 259 --normalizer none --legacy-merges",
      input: Array(Samples.toyText.utf8)
    )
    #expect(try model("old.json")["merges"] as? [String] == ["a a", "Ġ aa"])
    let text = Array("aaa aab aa\n".utf8)
    let encoded = try ["new.json", "old.json"].map {
      try workspace.succeed("encode -m \($0)", input: text).text
    }
    #expect(encoded[0] == encoded[1])
  }

  @Test("what Hugging Face's library does not know is named")
  func foreignParts() throws {
    try workspace.write("text", "ab ab\n")
    let result = try workspace.run("train -o t.json --vocab-size 258 --pattern icu-words text")
    #expect(result.status == 0)
    #expect(
      result.errors
        == "bpedrop: t.json: Hugging Face tokenizers does not know the pre-tokeniser icu-words\n"
    )
  }
}

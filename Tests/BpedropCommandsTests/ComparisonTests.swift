import Testing

@Suite("compare: the first document that two tokenizers cut differently")
struct ComparisonTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace.withTokenizers()
    try workspace.write("text.txt", "x\nb\naa\naa aa\n")
    let command = ["train", "--normalizer", "none", "-o"]
    let text = Array(Samples.toyText.utf8)
    let bytes = try workspace.run(command + ["bytes.json", "--vocab-size", "257"], input: text)
    let shifted = try workspace.run(
      command + ["shifted.json", "--vocab-size", "260", "--special", "<a>"],
      input: text
    )
    #expect(bytes.status == 0 && shifted.status == 0)
  }

  @Test("tokenizers that agree")
  func equal() throws {
    let result = try workspace.succeed("compare toy.json toy.json text.txt")
    #expect(result.text == "no difference in 4 documents, 5 tokens\n")
  }

  @Test("a difference ends with 1 and is shown with its document, tokens and reasons")
  func different() throws {
    let result = try workspace.run("compare toy.json bytes.json text.txt")
    #expect(result.status == 1)
    #expect(result.errors == "")
    let expected = [
      "text.txt: document 3 differs from token 0 on:", "  toy.json: aa (257)",
      "  bytes.json: a (65)  a (65)", "  the vocabularies differ: 259 and 257 entries",
    ]
    #expect(result.lines == expected)
  }

  @Test("other ids for the same bytes count only where that is asked for")
  func ids() throws {
    try workspace.succeed("compare toy.json shifted.json text.txt")
    let result = try workspace.run("compare --ids toy.json shifted.json text.txt")
    #expect(result.status == 1)
    #expect(result.lines.first == "text.txt: document 1 differs from token 0 on:")
  }

  @Test("normalisers and pre-tokenisers are named where they differ")
  func reasons() throws {
    try workspace.succeed(
      "train -o other.json --normalizer nfkc,lowercase --pattern none --vocab-size 257",
      input: Array("a".utf8)
    )
    let result = try workspace.run("compare toy.json other.json -", input: Array("b\nB\n".utf8))
    #expect(result.status == 1)
    #expect(result.lines.first == "-: document 2 differs from token 0 on:")
    #expect(result.lines.contains("  the normalisers differ: none and nfkc,lowercase"))
    #expect(result.lines.contains("  the pre-tokenisers differ: gpt2 and none"))
  }
}

@Suite("inspect: the segmentation of a text as a person reads it")
struct InspectionTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace.withTokenizers() }

  @Test("tokens and merges")
  func plain() throws {
    let result = try workspace.succeed(["inspect", "-m", "toy.json", "aa aa"])
    let expected = [
      "aa· aa  2 tokens", "aa  (2 bytes, 1 merges)", "  rank 0: a + a",
      "Ġaa  (3 bytes, 2 merges)", "  rank 0: a + a", "  rank 1: Ġ + aa",
    ]
    #expect(result.lines == expected)
  }

  @Test("under dropout, draws and the exact distribution")
  func dropout() throws {
    let result = try workspace.succeed(["inspect", "-m", "toy.json", "--dropout", "0.1", " aa"])
    let draws = result.lines.filter { $0.contains("at p = 0.1") }
    #expect(draws.count == 4)
    #expect(draws.allSatisfy { $0.contains("document ") })
    // Kept twice 0.9 · 0.9; the first merge dropped 0.1; the second only 0.9 · 0.1.
    let law = [
      "  3 segmentations, 1.2900 tokens expected, 0.8911 bits of entropy", "    0.8100  Ġaa",
      "    0.1000  Ġ a a", "    0.0900  Ġ aa",
    ]
    #expect(Array(result.lines.suffix(4)) == law)
    let top = try workspace.succeed([
      "inspect", "-m", "toy.json", "--dropout", "0.1", "--top", "1", " aa",
    ])
    #expect(top.lines.last == "    0.8100  Ġaa")
  }

  @Test("the arguments are one text; what is no whole character is shown in hexadecimal")
  func text() throws {
    let joined = try workspace.succeed("inspect -m toy.json aa aa")
    #expect(joined.lines.first == "aa· aa  2 tokens")
    let torn = try workspace.succeed("inspect -m toy.json é")
    #expect(torn.lines.first == "‹C3›·‹A9›  2 tokens")
  }

  @Test("the normalised text where it differs")
  func normalization() throws {
    try workspace.succeed(
      "train -o low.json --normalizer lowercase --vocab-size 257",
      input: Array("a".utf8)
    )
    let result = try workspace.succeed("inspect -m low.json AB")
    #expect(result.lines.prefix(2) == ["normalised to  ab", "a·b  2 tokens"])
  }

  @Test("facts about the vocabulary")
  func vocabulary() throws {
    let result = try workspace.succeed("inspect -m toy.json --vocabulary")
    let rows = result.lines.dropFirst(2).map { line in
      line.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }
    let expected = [
      "entries 259", "special tokens 1", "longest token, bytes 13",
      "tokens that hold part of a character 128", "merges 2",
      "merges that cross a character and tear another 0",
    ]
    // The audit follows.
    #expect(rows.prefix(expected.count) == expected[...])
  }
}

import Testing

@Suite("Bad input: each kind has its exit code and says where it is")
struct InputErrorTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace.withTokenizers()
    try workspace.write("good.txt", "aa\n")
    try workspace.makeFolder("folder")
  }

  /// Commands that read a text called NAME.
  private static let readers = [
    "train -o out.json NAME", "train -o out.json --from-counts NAME", "encode -m toy.json NAME",
    "encode -m toy.json -o out NAME", "encode -m toy.json --format megatron -o out NAME",
    "encode -m toy.json good.txt NAME", "encode -m NAME good.txt", "decode -m toy.json NAME",
    "decode -m toy.json -o out NAME", "decode -m NAME", "count -o out NAME", "count --merge NAME",
    "compare toy.json toy.json NAME", "compare toy.json NAME good.txt", "inspect -m NAME text",
    "bench encode -m toy.json NAME", "bench train NAME",
  ]

  private func words(_ command: String, _ name: String) -> [String] {
    command.split(separator: " ").map { $0 == "NAME" ? name : String($0) }
  }

  @Test("a missing file", arguments: readers)
  func missing(command: String) throws {
    let message = "bpedrop: cannot open no.txt: No such file or directory\n"
    let result = try workspace.fail(66, message, words(command, "no.txt"))
    #expect(result.errors == message)
  }

  @Test("a folder", arguments: readers)
  func folder(command: String) throws {
    let message = "bpedrop: cannot read folder: Is a directory\n"
    try workspace.fail(66, message, words(command, "folder"))
  }

  @Test("nothing to learn from", arguments: ["bpe", "word", "char"])
  func empty(model: String) throws {
    try workspace.write("empty", "")
    let train = ["train", "-o", "out.json", "--model", model, "empty"]
    try workspace.fail(65, "bpedrop: empty: no text: there is nothing to learn from\n", train)
    try workspace.write("blank", " \n\n")
    if model == "word" {
      let train = ["train", "-o", "out.json", "--model", model, "blank"]
      try workspace.fail(65, "nothing to learn from", train)
    }
  }

  @Test("an empty file has no documents")
  func noDocuments() throws {
    try workspace.write("empty", "")
    #expect(try workspace.succeed("encode -m toy.json empty").text == "")
    #expect(try workspace.succeed("decode -m toy.json empty").text == "")
    let compared = try workspace.succeed("compare toy.json toy.json empty")
    #expect(compared.text == "no difference in 0 documents, 0 tokens\n")
  }

  @Test(
    "text that is not UTF-8, where that is not wanted",
    arguments: [
      "train -o out.json --strict bad", "encode -m toy.json --strict bad",
      "encode -m toy.json --strict -o out good.txt bad", "count --strict -o out bad",
      "encode -m toy.json --strict --document file --format npy -o out bad",
      "compare --strict toy.json toy.json bad",
    ]
  )
  func strict(command: String) throws {
    try workspace.write("bad", Array("aé\nb".utf8) + [0xC3, 0x28, 0x0A])
    let message = "bpedrop: bad: byte 5: found the byte 0xc3 where UTF-8 was expected\n"
    try workspace.fail(65, message, words(command, ""))
  }

  @Test("the offset counts from the start of the file, however it is read", arguments: [1, 4])
  func strictOffset(threads: Int) throws {
    let text = try Samples.longText()
    try workspace.write("bad", text + [0x61, 0xFF, 0x0A] + text)
    let command = ["encode", "-m", "toy.json", "--strict", "--threads", "\(threads)", "-o", "out"]
    try workspace.fail(65, "bad: byte \(text.count + 1): found the byte 0xff", command + ["bad"])
  }

  @Test(
    "lines that are no ids",
    arguments: [
      ("66 x1", "line 3: found 'x1' where a token id was expected"), ("-1", "line 3: found '-1'"),
      ("1.5", "line 3: found '1.5'"), ("66,66", "line 3: found '66,66'"),
      ("4294967296", "line 3: found '4294967296'"),
      ("66 259", "line 3: the id 259 is too large: the vocabulary has 259 entries"),
    ]
  )
  func badIDs(line: String, message: String) throws {
    try workspace.write("ids", "66\n\n\(line)\n66\n")
    let command = ["decode", "-m", "toy.json", "-o", "out", "good.ids", "ids"]
    try workspace.write("good.ids", "66\n66\n66\n66\n")
    try workspace.fail(65, "bpedrop: ids: \(message)", command)
  }

  @Test("a message shows what would steer a terminal as escapes")
  func steering() throws {
    try workspace.write("ids", "66 \u{1B}[31mred\u{202E}\u{0}\n")
    let message =
      "bpedrop: ids: line 1: found '\\u{1B}[31mred\\u{202E}\\u{0}' where a token id was expected\n"
    try workspace.fail(65, message, ["decode", "-m", "toy.json", "ids"])
  }

  @Test("a message quotes the front and the end of what is long")
  func long() throws {
    let name = String(repeating: "x", count: 1 << 20)
    try workspace.write("long.json", #"{"model": {"type": "\#(name)"}}"#)
    let result = try workspace.fail(65, "xxx … xxx", ["encode", "-m", "long.json", "good.txt"])
    #expect(result.errors.hasPrefix("bpedrop: long.json: "))
    #expect(result.errors.count == "bpedrop: ".count + 2000 + " … ".count + 1000 + "\n".count)
  }

  @Test(
    "lines that are no counts",
    arguments: [
      "a", "a 1", "a\t", "a\t-1", "a\t1.5", "a\tone", "\t1", "a\t1\t1", "\u{4E00}\t1", "",
      "a\t99999999999999999999",
    ]
  )
  func badCounts(line: String) throws {
    try workspace.write("counts", "b\t1\n\(line)\n")
    let message = "bpedrop: counts: line 2: a pre-token in the byte alphabet, a tab and its count"
    try workspace.fail(65, message, ["train", "-o", "out.json", "--from-counts", "counts"])
    try workspace.fail(65, message, ["count", "--merge", "-o", "out", "counts"])
  }

  @Test("counts that no text can have", arguments: ["a\t18446744073709551615", "aa\t\(Int.max)"])
  func hugeCounts(line: String) throws {
    try workspace.write("counts", "b\t1\n\(line)\n")
    let message = "bpedrop: counts: line 2: the counts so far stand for more than 2^63 bytes"
    for model in ["bpe", "word", "char"] {
      let command = ["train", "-o", "out.json", "--model", model, "--from-counts", "counts"]
      try workspace.fail(65, message, command)
    }
    try workspace.fail(65, message, ["count", "--merge", "counts"])
  }

  @Test(
    "a word that is too long",
    arguments: ["encode -m toy.json -o out long", "count -o out long", "train -o out.json long"]
  )
  func longWord(command: String) throws {
    let long = Array(repeating: UInt8(ascii: "a"), count: 1 << 24 + 1)
    try workspace.write("long", Array("b\n".utf8) + long)
    let result = try workspace.fail(65, "pre-token of 16777217 bytes", words(command, ""))
    #expect(result.errors.hasPrefix("bpedrop: long: "))
    #expect(result.errors.contains("byte 2"))
  }

  @Test("a token to append that does not exist")
  func unknownToken() throws {
    let command = ["encode", "-m", "toy.json", "-o", "out", "--append", "<eos>", "good.txt"]
    try workspace.fail(65, "bpedrop: '<eos>' of --append is no token of this tokenizer\n", command)
  }

  @Test(
    "a vocabulary that cannot hold its alphabet, and special tokens that are none",
    arguments: [
      ("--vocab-size 256", "at least 257 is needed"), ("--vocab-size 1", "at least 257 is needed"),
      ("--vocab-size 257 --special a1 --special b1", "at least 259 is needed"),
      ("--model word --vocab-size 2", "more than its 2 special tokens"),
      ("--special a1 --special a1", "the special token 'a1' is empty or stands twice"),
      ("--special a1 --special a1 --model char", "the special token 'a1' is empty"),
    ]
  )
  func badRecipe(flags: String, message: String) throws {
    try workspace.write("out.json", "what stood here before")
    let command = ["train", "-o", "out.json"] + words(flags, "") + ["good.txt"]
    try workspace.fail(65, message, command)
  }
}

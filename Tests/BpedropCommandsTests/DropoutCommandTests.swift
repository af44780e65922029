import Foundation
import Testing

@Suite("encode --dropout: laws, draws, rates, in every format")
struct DropoutCommandTests {
  private static let names = [
    "paper", "huggingface", "youtokentome", "subword-nmt", "sentencepiece", "uniform",
    "stochastok", "maxmatch",
  ]

  private let workspace: Workspace

  init() throws {
    workspace = try Workspace.withTokenizers()
    try workspace.write("text", Samples.text("english") + [0x0A] + Samples.text("thai"))
    try workspace.write("line", "the boat and the garden\n")
  }

  private func encode(_ arguments: String, _ file: String = "text") throws -> CommandResult {
    try workspace.succeed("encode -m world.json \(arguments) \(file)")
  }

  @Test(
    "every law has its own tokens, which any number of threads gives, and which decode",
    arguments: names
  )
  func laws(law: String) throws {
    let flags = "--dropout 0.3 --law \(law)"
    let output = try encode("\(flags) --threads 1").output
    #expect(try encode("\(flags) --threads 3 --cache 0").output == output)
    #expect(try encode("").output != output)
    #expect((try encode("--dropout 0.3").output == output) == (law == "paper"))
    let text = try workspace.succeed("decode -m world.json", input: output).output
    #expect(try text == workspace.read("text"))
    #expect(try encode("--dropout 0 --law \(law)").output == encode("").output)
    let other = try encode("\(flags) --seed 1").output
    #expect(other != output)
  }

  @Test("bytes are the unit of a peer's law; the others know characters, too")
  func units() throws {
    let bytes = try encode("--dropout 0.5 --law huggingface --dropout-unit byte").output
    #expect(try encode("--dropout 0.5 --law huggingface").output == bytes)
    let character = ["--dropout-unit", "character", "line"]
    let arguments = ["encode", "-m", "world.json", "--dropout", "0.5", "--law", "sentencepiece"]
    try workspace.fail(64, "--dropout-unit", arguments + character)
    for law in ["paper", "uniform", "stochastok", "maxmatch"] {
      let flags = "--dropout 1 --law \(law)"
      let (byBytes, byCharacters) = (
        try encode("\(flags) --dropout-unit byte").output, try encode(flags).output
      )
      #expect(byBytes != byCharacters)
    }
  }

  @Test("a recipe names a law, too")
  func recipe() throws {
    var outputs: Set<[UInt8]> = []
    for law in ["paper", "huggingface", "sentencepiece", "maxmatch"] {
      try workspace.write(
        "recipe.json",
        #"{"rows": "grid", "bpe_dropout": 0.3, "bpe_dropout_law": "\#(law)", "block_size": 64}"#
      )
      outputs.insert(
        try workspace.run("stream -m world.json --recipe recipe.json --steps 0..1 text").output
      )
    }
    #expect(outputs.count == 4)
  }

  @Test("samples: so many lines for each document, the first as without")
  func samples() throws {
    let single = idLines(try encode("--dropout 0.5").output)
    let many = idLines(try encode("--dropout 0.5 --samples 3").output)
    #expect(many.count == 3 * single.count)
    #expect(stride(from: 0, to: many.count, by: 3).map { many[$0] } == single)
    let five = idLines(try encode("--dropout 0.5 --samples 5 --threads 2 --cache 0").output)
    for (number, lines) in single.indices.map({ ($0, Array(many[3 * $0..<3 * $0 + 3])) }) {
      #expect(Array(five[5 * number..<5 * number + 3]) == lines)
      if single[number].count > 40 { #expect(Set(lines).count == 3) }
    }
    #expect(idLines(try encode("--samples 3").output).count == 3 * single.count)
  }

  @Test("distinct: nothing twice, and fewer lines where there are no more")
  func distinct() throws {
    let all = try encode("--dropout 0.5 --samples 40 --format jsonl", "line").lines
    let some = try encode("--dropout 0.5 --samples 40 --format jsonl --distinct", "line").lines
    let drawn = try all.map { try jsonObject($0.utf8) }
    let kept = try some.map { try jsonObject($0.utf8) }
    #expect(drawn.map { $0["draw"] as? Int } == Array(0..<40))
    #expect(kept.count == 40)
    let ids = kept.compactMap { $0["ids"] as? [Int] }
    #expect(Set(ids).count == 40)
    #expect(kept.allSatisfy { $0["document"] as? Int == 0 })
    // In the order in which they are drawn first.
    var seen: Set<[Int]> = []
    let first = drawn.filter { seen.insert($0["ids"] as? [Int] ?? []).inserted }
    #expect(Array(ids.prefix(first.count)) == first.map { $0["ids"] as? [Int] })
    try workspace.write("short", "aa\n\nb\n")
    let toy = "encode -m toy.json --dropout 0.5 --samples 9 --distinct short"
    #expect(Set(try workspace.succeed(toy).lines) == ["257", "65 65", "66"])
    #expect(idLines(try workspace.succeed(toy).output).count == 4)
    let plain = "encode -m toy.json --samples 9 --distinct short"
    #expect(try workspace.succeed(plain).text == "257\n\n66\n")
  }

  @Test("a rate with a course over the epochs")
  func schedule() throws {
    func at(_ epoch: Int, _ course: String) throws -> [UInt8] {
      try encode("--dropout \(course) --epoch \(epoch) --epochs 4").output
    }
    #expect(try at(0, "0.4:linear:0:1") == encode("").output)
    #expect(try at(2, "0.4:linear:0:1") == encode("--dropout 0.2 --epoch 2").output)
    #expect(try at(1, "0.4:late:0.5") == encode("").output)
    #expect(try at(2, "0.4:late:0.5") == encode("--dropout 0.4 --epoch 2").output)
    #expect(try at(1, "0.4") == encode("--dropout 0.4 --epoch 1").output)
  }

  @Test("records: a text and a rate of its own in each line")
  func records() throws {
    let texts = [
      "the boat and the garden of roses", "the g\u{E4}rden \"of\" roses\n and a second line", "",
      "the boat",
    ]
    let rates = ["0.5", "0", "1", "null"]
    let lines = try zip(texts, rates).map { text, rate in
      let quoted = String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
      return "{\"id\": [1, {}], \"body\": \(quoted), \"p\": \(rate)}\n"
    }
    try workspace.write("records", lines.joined())
    let result = try encode("--text-field body --dropout-field p --dropout 0.9", "records")
    let found = idLines(result.output)
    for (number, (text, rate)) in zip(texts, ["0.5", "0", "1", "0.9"]).enumerated() {
      let command =
        "encode -m world.json --document file --dropout \(rate) --first-document \(number)"
      let alone = try workspace.succeed(command, input: Array(text.utf8))
      #expect(found[number] == idLines(alone.output)[0])
    }
    let plain = idLines(try encode("--text-field body", "records").output)
    #expect(plain.count == 4 && plain[1] == found[1] && plain[0] != found[0])
    let offsets = try encode(
      "--text-field body --dropout-field p --format jsonl --offsets chars",
      "records"
    )
    let last = try jsonObject(offsets.lines[1].utf8)["offsets"] as? [[Int]]
    #expect(last?.last?.last == texts[1].unicodeScalars.count)
  }

  @Test(
    "records that are none are named",
    arguments: [
      ("{\"text\": \"a\"}\n[1]\n", "byte 14"), ("{\"text\": \"a\"}\n{\"text\": 1}\n", "a number"),
      ("{\"text\": \"a\"}\nno\n", "byte 14"), ("{\"other\": \"a\"}\n", "nothing"),
      ("{\"text\": \"a\", \"p\": 2}\n", "0...1"), ("{\"text\": \"a\", \"p\": \"x\"}\n", "0...1"),
    ]
  )
  func badRecords(text: String, message: String) throws {
    try workspace.write("bad", text)
    let arguments = ["encode", "-m", "toy.json", "--text-field", "text", "--dropout-field", "p"]
    let result = try workspace.run(arguments + ["-o", "out", "bad"])
    #expect(result.status == 65)
    #expect(result.errors.contains("bad") && result.errors.contains(message), "\(result.errors)")
  }

  @Test(
    "what does not go together",
    arguments: [
      ("--samples 0", "--samples"), ("--distinct", "--samples"),
      ("--dropout-field p", "--text-field"),
      ("--text-field t --document file", "--document"), ("--dropout 0.1:late:0.5", "--epochs"),
      ("--dropout 0.1 --epoch 3 --epochs 3", "--epoch"), ("--law gpt", "gpt"),
    ]
  )
  func usage(flags: String, message: String) throws {
    let arguments = ["encode", "-m", "toy.json"] + flags.split(separator: " ").map(String.init)
    try workspace.fail(64, message, arguments + ["line"])
  }

  @Test("every format has the same tokens under dropout", arguments: ["paper", "stochastok"])
  func formats(law: String) throws {
    let flags = "--dropout 0.4 --seed 7 --law \(law) --samples 2"
    let lines = idLines(try encode(flags).output)
    let flat = lines.flatMap { $0 }
    let pieces = try encode("\(flags) --format pieces").text
      .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(pieces.map { $0.split(separator: " ").count } == lines.map(\.count))
    let objects = try encode("\(flags) --format jsonl --offsets bytes").lines
      .map { try jsonObject($0.utf8) }
    #expect(objects.map { $0["ids"] as? [Int] } == lines)
    #expect(
      objects.map { $0["tokens"] as? [String] }
        == pieces.map { $0.split(separator: " ").map(String.init) }
    )
    let documents = try workspace.read("text").split(
      separator: 0x0A,
      omittingEmptySubsequences: false
    )
    for (index, object) in objects.enumerated() {
      // Without normalisation the tokens of a document are its bytes one after another.
      let offsets = try #require(object["offsets"] as? [[Int]])
      let words = try #require(object["word_ids"] as? [Int])
      #expect(offsets.map { $0[0] } == [0] + offsets.dropLast().map { $0[1] } || offsets.isEmpty)
      #expect(offsets.last.map { $0[1] } ?? 0 == documents[index / 2].count)
      #expect(words == words.sorted() && words.count == lines[index].count)
    }
    for format in ["npy", "llmc", "nanogpt", "megatron"] {
      _ = try encode("\(flags) --format \(format) -o out.\(format).bin")
    }
    let narrow = { (bytes: ArraySlice<UInt8>) in numbers(bytes, UInt16.self).map(Int.init) }
    #expect(narrow(try workspace.read("out.npy.bin")[128...]) == flat)
    #expect(narrow(try workspace.read("out.llmc.bin")[1024...]) == flat)
    #expect(narrow(try workspace.read("out.nanogpt.bin")[...]) == flat)
    #expect(narrow(try workspace.read("out.megatron.bin")[...]) == flat)
    let index = try workspace.read("out.megatron.idx")
    let counts = numbers(index[34..<34 + 4 * lines.count], Int32.self).map(Int.init)
    #expect(counts == lines.map(\.count))
    let starts = numbers(try workspace.read("out.npy.bin.offsets.npy")[128...], Int64.self)
    #expect(
      starts.map(Int.init) == lines.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    )
  }
}

@Suite("inspect: the distribution of a text's segmentations")
struct InspectDistributionTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace.withTokenizers() }

  private func inspect(_ arguments: String...) throws -> String {
    try workspace.succeed(["inspect", "-m", "toy.json"] + arguments).text
  }

  @Test("the probability of given tokens")
  func probability() throws {
    // Ġ + aa, of two merges: both kept, or aa dropped at once, or Ġaa dropped.
    let kept = try inspect("--dropout", "0.1", "--probability", "aa Ġaa")
    #expect(kept.contains("Ġaa  probability 0.810000"))
    #expect(kept.contains("aa  probability 0.900000"))
    #expect(kept.contains("in all: probability 0.729000, log-probability -0.3161"))
    #expect(try inspect("--dropout", "0.1", "--probability", "Ġ a a").contains("0.100000"))
    #expect(try inspect("--dropout", "0.001", "--probability", "a a").contains("1.000e-3"))
    let arguments = ["inspect", "-m", "toy.json", "--dropout", "0.1", "--probability"]
    try workspace.fail(65, "'xyz'", arguments + ["a xyz"])
    try workspace.fail(64, "--dropout", ["inspect", "-m", "toy.json", "--probability", "a"])
  }

  @Test("the rate of a wanted number of tokens")
  func expectedTokens() throws {
    // One merge, of probability 1 - p.
    let found = try inspect("--expected-tokens", "1.25", "aa")
    #expect(found == "--dropout 0.250000  1.2500 tokens expected\n")
    let arguments = ["inspect", "-m", "toy.json", "--expected-tokens", "3", "aa"]
    try workspace.fail(65, "1.00 tokens without dropout and 2.00 with all of it", arguments)
  }

  @Test("a table of the laws")
  func laws() throws {
    let table = try inspect("--dropout", "0.5", "--laws", "aa aa")
    // aa: 1.5 tokens under every merge law; Ġaa: 1 with 1/4, 2 with 1/4, 3 with 1/2.
    let rows = table.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(rows.count == 11 && table.contains("means over 2 words"))
    #expect(rows[2] == ["paper", "1.8750", "1.2500", "0.0000"])
    #expect(rows[6].first == "sentencepiece")
    #expect(rows.dropFirst(2).allSatisfy { $0.count >= 4 })
  }

  @Test("a word of too many splits is sampled, and that is said")
  func estimate() throws {
    let word = String(repeating: "a", count: 60)
    let text = try inspect("--dropout", "0.3", word)
    #expect(text.contains("too many splits for the exact law; 10000 samples: "))
    #expect(text.contains("standard error"))
    let arguments = ["inspect", "-m", "toy.json", "--expected-tokens", "40", word]
    try workspace.fail(65, "more than 100000 splits", arguments)
  }

  @Test("merges across characters, the first of them")
  func crossings() throws {
    let text = try workspace.succeed("inspect -m world.json --vocabulary").text
    let lines = text.split(separator: "\n").map(String.init)
    let counted = try #require(lines.first { $0.hasPrefix("merges that cross") })
    let count = try #require(counted.split(separator: " ").last.flatMap { Int($0) })
    #expect(count > 8)
    let ranks = lines.filter { $0.hasPrefix("  rank ") }
    #expect(ranks.count == 8 && ranks.allSatisfy { $0.contains("‹") })
    #expect(!(try inspect("--vocabulary").contains("rank")))
  }
}

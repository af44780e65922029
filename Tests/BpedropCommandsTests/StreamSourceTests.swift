import Foundation
import TestSupport
import Testing

@Suite("stream: fields, classes, sources")
struct StreamSourceTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace.withTokenizers()
    try workspace.succeed(
      ["train", "-o", "marks.json", "--vocab-size", "600", "--normalizer", "none"]
        + ["<mask>", "[CLS]", "[SEP]"].flatMap { ["--special", $0] } + [Samples.path("english")]
    )
    let lines = (0..<40).map {
      #"{"question": "is it number \#($0)?", "answer": "no, it is \#($0 * 7)", "right": "\#($0 % 2)"}"#
    }
    try workspace.write("pairs.jsonl", lines.joined(separator: "\n"))
    try workspace.makeFolder("texts")
    try workspace.write("texts/a.txt", Samples.text("english"))
    try workspace.write("texts/b.txt", Samples.text("thai"))
  }

  private func batches(_ arguments: String) throws -> [[String: Any]] {
    let result = try workspace.run(
      ("stream -m marks.json " + arguments).split(separator: " ").map(String.init)
    )
    try #require(result.status == 0, "\(result.errors)")
    return try result.output.split(separator: 0x0A).map { try jsonObject($0) }
  }

  @Test("pairs have labels and token types, in every format")
  func pairs() throws {
    try workspace.write(
      "recipe.json",
      #"{"objective": "pairs", "rows": "documents", "fields": ["question", "answer"], "batch_size": 8, "#
        + #""label_field": "right", "labels": ["0", "1"], "shuffle": false, "field_dropout": {"answer": 0.3}}"#
    )
    let batches = try batches("--recipe recipe.json pairs.jsonl")
    #expect(batches.count == 5)
    for batch in batches {
      #expect(batch["labels"] as? [Int] == [0, 1, 0, 1, 0, 1, 0, 1])
      let types = try #require(batch["token_types"] as? [[Int]])
      let inputs = try #require(batch["inputs"] as? [[Int]])
      #expect(types.map(\.count) == inputs.map(\.count))
      for row in types { #expect(row.contains(1) && row.first == 0) }
    }
    try workspace.succeed(
      "stream -m marks.json --recipe recipe.json --format npy -o b.npy pairs.jsonl"
    )
    for name in ["b.labels.npy", "b.token_types.npy"] {
      #expect(try workspace.read(name).starts(with: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]))
    }
    let audit = try workspace.succeed(
      "stream -m marks.json --recipe recipe.json --audit pairs.jsonl"
    ).text
    #expect(audit.contains("field_dropout") && audit.contains("nothing is off"))
    let shown = try workspace.succeed(
      "stream -m marks.json --recipe recipe.json --explain 1:2 pairs.jsonl"
    )
    #expect(shown.text.contains("[CLS]") && shown.text.contains("[SEP]"))
  }

  @Test("sources of a recipe: folders, token files, lines of JSON; any step, any rank")
  func sources() throws {
    try workspace.succeed("encode -m marks.json --format nanogpt -o tokens.bin texts/a.txt")
    try workspace.write(
      "recipe.json",
      #"{"batch_size": 4, "block_size": 32, "objective": "masked", "sources": ["#
        + #"{"path": "texts", "repeat": 0.5}, {"path": "tokens.bin", "from": "nanogpt"}, "#
        + #"{"path": "pairs.*", "fields": ["answer", "question"], "repeat": 3}]}"#
    )
    let whole = try batches("--recipe recipe.json --epoch 2")
    #expect(whole.count > 20)
    let part = try batches("--recipe recipe.json --epoch 2 --steps 7..12 --threads 1")
    #expect(part.map { $0 as NSDictionary } == whole[7..<12].map { $0 as NSDictionary })
    let ranks = try (0..<2).map {
      try batches("--recipe recipe.json --epoch 2 --steps 3..4 --ranks 2 --rank \($0)")
    }
    let inputs = try ranks.flatMap { try #require($0[0]["inputs"] as? [[Int]]) }
    #expect(inputs == whole[3]["inputs"] as? [[Int]])
    let audit = try workspace.succeed("stream -m marks.json --recipe recipe.json --audit").text
    #expect(audit.contains("nothing is off"), "\(audit)")
  }

  @Test("what is wrong with sources and fields ends with 65 or 66 and a sentence")
  func wrong() throws {
    for (recipe, files, status, message) in [
      (#"{"sources": [{"path": "texts"}]}"#, "pairs.jsonl", 65, "the recipe has sources"),
      (#"{"sources": [{"path": "none.txt"}]}"#, "", 66, "cannot open none.txt"),
      (#"{"sources": [{"path": "texts", "from": "words"}]}"#, "", 65, "found 'words'"),
      (
        #"{"fields": "answr"}"#, "pairs.jsonl", 65,
        #"found nothing where "answr" should be a string"#
      ),
      (#"{"fields": "answer"}"#, "--document file pairs.jsonl", 65, "lines of JSON"),
      (#"{"fields": "answer"}"#, "--document block pairs.jsonl", 65, "lines of JSON"),
    ] as [(String, String, Int32, String)] {
      try workspace.write("recipe.json", recipe)
      try workspace.fail(
        status,
        message,
        ("stream -m marks.json --recipe recipe.json " + files).split(separator: " ").map(
          String.init
        )
      )
    }
  }

  @Test("lm train reads the same recipe, and says what its models cannot do")
  func training() throws {
    try workspace.write(
      "recipe.json",
      #"{"batch_size": 2, "block_size": 16, "rows": "grid", "bpe_dropout": 0.1, "token_dropout": 0.1, "#
        + #""sources": [{"path": "texts/a.txt", "weight": 3}, {"path": "texts/b.txt", "weight": 1}]}"#
    )
    let command = ["lm", "train", "-m", "marks.json", "--columns", "16", "--layers", "1"]
    let run = try workspace.run(command + ["-o", "run", "--steps", "4", "--recipe", "recipe.json"])
    #expect(run.status == 0, "\(run.errors)")
    try workspace.write(
      "pack.json",
      #"{"rows": "pack", "bpe_dropout": 0.2, "batch_size": 2, "block_size": 16}"#
    )
    let pack = ["--steps", "4", "--recipe", "pack.json", "texts/a.txt"]
    #expect(try workspace.run(command + ["-o", "pack"] + pack).status == 0)
    try workspace.write("prefix.json", #"{"objective": "prefix", "block_size": 16}"#)
    let prefix = ["--steps", "2", "--recipe", "prefix.json", "texts/a.txt"]
    #expect(try workspace.run(command + ["-o", "prefix"] + prefix).status == 0)
    try workspace.write("masked.json", #"{"objective": "masked", "block_size": 16}"#)
    try workspace.fail(
      65,
      "causal, prefix or fill_in_the_middle",
      command + ["-o", "other", "--recipe", "masked.json", "texts/a.txt"]
    )
  }
}

@Suite("corpus: fields of JSON, blocks, downloads")
struct CorpusSourceTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test("--json-field: the field decides, the line stays")
  func fields() throws {
    try workspace.write(
      "text",
      #"{"id": 1, "t": "One. Two."}"# + "\n" + #"{"id": 2, "t": "One. Two."}"# + "\n"
        + #"{"t": "é", "id": 3}"#
    )
    let once = try workspace.run("corpus dedupe --json-field t text").text
    #expect(once == #"{"id": 1, "t": "One. Two."}"# + "\n" + #"{"t": "é", "id": 3}"#)
    let sentences = try workspace.succeed("corpus sentences --json-field t text").text
    #expect(sentences == "One.\nTwo.\nOne.\nTwo.\né\n")
    let info = try workspace.succeed("corpus info --json-field t text").text
    #expect(info.contains("documents equal to one before") && info.contains("20"))
    try workspace.succeed("corpus split --json-field t -o {}.out text")
    let parts = try ["train", "validation", "test"].map { try workspace.read("\($0).out") }
    #expect(
      parts.contains { part in
        [1, 2].allSatisfy { String(decoding: part, as: UTF8.self).contains("\"id\": \($0)") }
      }
    )
    for verb in ["dedupe", "sentences", "info"] {
      let result = try workspace.run(["corpus", verb, "--json-field", "id", "text"])
      #expect(result.status == 65 && result.errors.contains("\"id\" should be a string"))
    }
    #expect(
      try workspace.run(["corpus", "info", "--json-field", "t", "--document", "file", "text"])
        .status == 64
    )
  }

  @Test("--document block: lines up to a blank one")
  func blocks() throws {
    try workspace.write("text", "a\nb\n\n\nc\r\n\r\nd")
    let info = try workspace.succeed("corpus info --document block text").text
    #expect(
      info.split(separator: "\n").contains { $0.hasPrefix("documents ") && $0.hasSuffix(" 3") }
    )
  }

  @Test("fetch: what comes is held against its checksum")
  func fetch() throws {
    let place = "/distributed/minGPT-ddp/mingpt/data/input.txt"
    let listed = try workspace.succeed("corpus fetch tinyshakespeare --dry-run --from http://x")
      .text
    #expect(listed.hasPrefix("http://x\(place) 1115394 86c4e6aa"))
    let wrong = try LoopbackServer([place: Array("something else".utf8)])
    defer { wrong.stop() }
    let command = ["corpus", "fetch", "tinyshakespeare", "-o", "cache/deep"]
    let refused = try workspace.run(command + ["--from", wrong.address])
    #expect(refused.status == 65 && refused.errors.contains("were expected"))
    let none = try LoopbackServer([:])
    defer { none.stop() }
    let absent = try workspace.run(command + ["--from", none.address])
    #expect(absent.status == 66 && absent.errors.contains("cannot open http"))
    guard let path = SharedData.path("tinyshakespeare/input.txt") else { return }
    let text = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let right = try LoopbackServer([place: text])
    for _ in 0..<2 {
      let made = try workspace.succeed(command + ["--from", right.address]).text
      #expect(made == "cache/deep/input.txt\n")
    }
    #expect(try workspace.read("cache/deep/input.txt") == text)
    right.stop()
    #expect(right.requests.count == 1)
  }

  @Test("the schema of recipes has the settings that the help has")
  func schema() throws {
    let file = Samples.package.appendingPathComponent("docs/recipe.schema.json")
    let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    let properties = try #require(
      (object as? [String: Any])?["properties"] as? [String: [String: Any]]
    )
    let help = try workspace.succeed("stream --help").text
      .split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
    #expect(help.matches(of: /- [a-z_]+ \(/).count == properties.count)
    for (name, property) in properties {
      let description = try #require(property["description"] as? String)
      #expect(help.contains("- \(name) \(description)"))
    }
  }
}

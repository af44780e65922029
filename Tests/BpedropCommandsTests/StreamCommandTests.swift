import Foundation
import Testing

@Suite("stream: augmented batches for any trainer")
struct StreamCommandTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace.withTokenizers()
    try workspace.write("text", Samples.text("english") + [0x0A] + Samples.text("hindi"))
    try workspace.write("small.json", #"{"batch_size": 4, "block_size": 16}"#)
    try workspace.succeed(
      ["train", "-o", "masks.json", "--vocab-size", "700", "--normalizer", "none"]
        + ["--special", "<mask>", Samples.path("english"), Samples.path("hindi")]
    )
  }

  private func batches(_ command: String) throws -> [[String: Any]] {
    let lines = try workspace.succeed(command).output.split(separator: 0x0A)
    return try lines.map { try jsonObject($0) }
  }

  private func rows(_ batch: [String: Any], _ key: String) throws -> [[Int]] {
    try #require(batch[key] as? [[Int]])
  }

  @Test("jsonl: an epoch of windows has every token of the text once")
  func windows() throws {
    let ids = idLines(try workspace.succeed("encode -m world.json text").output)
    let end = 0
    let flat = ids.flatMap { $0 + [end] }
    let batches = try batches("stream -m world.json --recipe small.json text")
    let inputs = try batches.flatMap { batch in
      let lengths = try #require(batch["lengths"] as? [Int])
      return try zip(rows(batch, "inputs"), lengths).map { Array($0.prefix($1)) }
    }
    #expect(inputs.flatMap { $0 }.sorted() == flat.dropLast().sorted())
    for (step, batch) in batches.enumerated() {
      #expect(batch["step"] as? Int == step && batch["epoch"] as? Int == 0)
      #expect(try rows(batch, "inputs").allSatisfy { $0.count == 16 })
      #expect(try rows(batch, "documents").allSatisfy { $0.count == 16 })
    }
    let bytes = batches.reduce(0) { $0 + ($1["target_bytes"] as? Int ?? 0) }
    let text = try workspace.read("text").count
    let first = try workspace.run(["inspect", "-m", "world.json", "x"])
    #expect(first.status == 0)
    #expect(bytes < text && bytes >= text - 20)
  }

  @Test(
    "threads and steps change nothing",
    arguments: [
      #"{"batch_size": 3, "block_size": 20, "shift_windows": true, "token_dropout": 0.2}"#,
      #"{"rows": "contiguous", "batch_size": 3, "block_size": 20}"#,
      #"{"rows": "documents", "batch_size": 5, "block_size": 70, "objective": "masked"}"#,
      #"{"rows": "grid", "batch_size": 5, "block_size": 40, "bpe_dropout": "0.2:linear:0:1"}"#,
      #"{"rows": "pack", "batch_size": 5, "block_size": 40, "bpe_dropout": "0.2:linear:0:1"}"#,
      #"{"rows": "documents", "batch_size": 5, "block_size": 40, "typos": 0.1}"#,
    ]
  )
  func determinism(recipe: String) throws {
    try workspace.write("recipe.json", recipe)
    let command = "stream -m masks.json --recipe recipe.json --seed 7 --epoch 2 text"
    let whole = try workspace.run("\(command) --threads 1")
    #expect(whole.status == 0)
    for threads in [2, 8] {
      #expect(try workspace.run("\(command) --threads \(threads)").output == whole.output)
    }
    let lines = whole.lines
    #expect(lines.count > 3)
    for step in [0, 1, lines.count - 1] {
      let one = try workspace.run("\(command) --steps \(step)..\(step + 1)")
      #expect(one.lines == [lines[step]])
    }
    #expect(try workspace.run("\(command) --steps 2..").lines == Array(lines[2...]))
    #expect(try workspace.run("\(command) --steps ..2").lines == Array(lines[..<2]))
    #expect(try workspace.run("\(command) --steps 1..1").output.isEmpty)
    for other in ["--seed 8", "--epoch 3"] where !recipe.contains("contiguous") {
      #expect(try workspace.run("\(command) \(other)").output != whole.output)
    }
  }

  private func numpy(_ name: String) throws -> (header: String, numbers: [UInt32]) {
    let bytes = try workspace.read(name)
    return (
      String(decoding: bytes[10..<128], as: UTF8.self), numbers(bytes[128...], UInt32.self)
    )
  }

  @Test("npy: the same rows as jsonl, padded to one length", arguments: ["windows", "documents"])
  func npy(rows kind: String) throws {
    try workspace.write(
      "recipe.json",
      #"{"rows": "\#(kind)", "batch_size": 6, "block_size": 30, "objective": "masked"}"#
    )
    let command = "stream -m masks.json --recipe recipe.json"
    let cut = try workspace.run("\(command) --format npy -o out.npy text")
    #expect(cut.status == 0 && cut.output.isEmpty)
    #expect(cut.errors.contains("did not fit") == (kind == "documents"))
    let lines = try workspace.run("\(command) text").lines.map { try jsonObject($0.utf8) }
    let count = try lines.reduce(0) { try $0 + rows($1, "inputs").count }
    let names = ["inputs": "out", "targets": "out.targets", "documents": "out.documents"]
    for (key, name) in names {
      let (header, values) = try numpy("\(name).npy")
      #expect(header.contains("'shape': (\(count), 30)"))
      #expect(values.count == count * 30)
      let fill = ["inputs": 0, "targets": -100, "documents": -1][key] ?? 0
      let expected = try lines.flatMap { try rows($0, key) }.flatMap { row in
        row + Array(repeating: fill, count: 30 - row.count)
      }
      #expect(values.map { Int(Int32(bitPattern: $0)) } == expected)
    }
    let lengths = try numpy("out.lengths.npy")
    #expect(lengths.header.contains("'shape': (\(count),)"))
    let expected = lines.flatMap { $0["lengths"] as? [Int] ?? [] }
    #expect(lengths.numbers.map { Int($0) } == expected)
    let bytes = lines.reduce(0) { $0 + ($1["target_bytes"] as? Int ?? 0) }
    #expect(try numpy("out.target_bytes.npy").numbers.reduce(0) { $0 + Int($1) } == bytes)
  }

  @Test(
    "token files give the batches of their text",
    arguments: ["npy", "llmc", "nanogpt", "megatron"]
  )
  func tokenFiles(format: String) throws {
    let append = ["--append", "<|endoftext|>", "--format", format, "-o", "tokens.bin", "text"]
    try workspace.succeed(["encode", "-m", "world.json"] + append)
    let text = try batches("stream -m world.json --recipe small.json text")
    let files = try batches("stream -m world.json --recipe small.json --from \(format) tokens.bin")
    #expect(text.count == files.count)
    for (text, file) in zip(text, files) {
      for key in ["inputs", "targets"] { #expect(try rows(text, key) == rows(file, key)) }
      let knowsDocuments = format == "npy" || format == "megatron"
      #expect((file["documents"] as? [[Int]] != nil) == knowsDocuments)
    }
  }

  @Test("--index: the same batches again, of this text and recipe only")
  func index() throws {
    let size = #""block_size": 40"#
    for (name, size) in [("grid", size), ("long", #""block_size": 44"#)] {
      try workspace.write("\(name).json", #"{"rows": "grid", "bpe_dropout": 0.2, \#(size)}"#)
    }
    let command = "stream -m masks.json --epoch 1 --recipe"
    let whole = try workspace.run("\(command) grid.json text").output
    for _ in 0..<2 {
      let again = try workspace.run("\(command) grid.json --index rows.index text").output
      #expect(again == whole)
    }
    let index = try workspace.read("rows.index")
    try workspace.write("other", workspace.read("text") + [0x21])
    let refused: [(String, String)] = [
      ("\(command) grid.json --index rows.index other", "another text"),
      ("\(command) long.json --index rows.index text", "block_size"),
      ("stream -m world.json --recipe grid.json --index rows.index text", "tokenizer"),
      ("stream -m masks.json --index rows.index text", "rows of the kind 'grid'"),
    ]
    for (command, message) in refused {
      try workspace.fail(65, message, command.split(separator: " ").map(String.init))
    }
    #expect(try workspace.read("rows.index") == index)
  }

  @Test("what cannot be done is said, and leaves nothing")
  func errors() throws {
    try workspace.write("typo.json", #"{"block_sise": 9}"#)
    try workspace.write("grid.json", #"{"rows": "grid"}"#)
    try workspace.write("documents.json", #"{"rows": "documents"}"#)
    try workspace.write("pack.json", #"{"rows": "pack"}"#)
    try workspace.write("live.json", #"{"rows": "documents", "bpe_dropout": 0.1}"#)
    try workspace.write("masked.json", #"{"objective": "masked"}"#)
    try workspace.write("odd.bin", [0, 1, 2])
    try workspace.write("high.bin", [0, 0, 255, 255, 0, 0])
    try workspace.write("empty", "")
    let stream = "stream -m world.json"
    let cases: [(String, Int32, String)] = [
      ("\(stream) --recipe typo.json text", 65, "typo.json: block_sise: there is no such setting"),
      ("\(stream) --recipe typo.json text", 65, "'block_size'"),
      ("\(stream) --recipe none.json text", 66, "none.json"),
      ("\(stream) --recipe masked.json text", 65, "--special '<mask>'"),
      ("\(stream) none", 66, "none"),
      ("\(stream) empty", 65, "not give a single batch"),
      ("\(stream) --recipe small.json --steps 0..9999 text", 65, "--steps 0..9999"),
      ("\(stream) --recipe pack.json --steps 0..9999 text -o out", 65, "--steps 0..9999"),
      ("\(stream) --recipe pack.json --explain 9999:0 text", 65, "has"),
      (
        "\(stream) --recipe pack.json --from nanogpt high.bin", 65,
        "'concatenated' are made of text"
      ),
      ("\(stream) --recipe live.json --from nanogpt high.bin", 65, "are of text"),
      ("\(stream) --recipe pack.json empty", 65, "not give a single batch"),
      ("\(stream) --steps 3..1 text", 64, "--steps"),
      ("\(stream) --steps all text", 64, "--steps"),
      ("\(stream) --format npy text", 64, "--output"),
      ("\(stream) --from npy", 64, "needs files"),
      ("\(stream) --from nanogpt odd.bin", 65, "odd.bin: byte 3"),
      ("\(stream) --from nanogpt high.bin -o out", 65, "high.bin: byte 2: found the id 65535"),
      ("\(stream) --from llmc odd.bin", 65, "a header of 1024 bytes"),
      ("\(stream) --from nanogpt --recipe grid.json odd.bin", 65, "made of text"),
      ("\(stream) --from nanogpt --recipe documents.json high.bin", 65, "know their documents"),
      ("\(stream) --recipe small.json -o none/out text", 73, "none/out"),
    ]
    let before = try workspace.contents()
    for (command, status, message) in cases {
      let result = try workspace.run(command)
      #expect(result.status == status, "\(command): \(result.errors)")
      #expect(result.errors.contains(message), "\(command): \(result.errors)")
      #expect(result.output.isEmpty, "\(command)")
    }
    #expect(try workspace.contents() == before)
  }

  @Test("bench collate: one JSON object; the batches do not depend on the threads")
  func bench() throws {
    let objects = try ["1", "3"].map { threads in
      let command = "bench collate --json --seconds 0.05 --threads \(threads)"
      return try jsonObject(try workspace.succeed(command).output)
    }
    let keys: Set = [
      "tokens_per_s", "batches", "tokens", "digest", "seconds", "peak_mb", "threads",
    ]
    #expect(Set(objects[0].keys) == keys)
    // A known answer of noise version 1: another one is a breaking change.
    #expect(objects.map { $0["digest"] as? String } == ["484971a496afae57", "484971a496afae57"])
    #expect((objects[0]["tokens_per_s"] as? Double ?? 0) > 0)
  }
}

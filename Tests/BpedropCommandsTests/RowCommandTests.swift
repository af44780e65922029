import Foundation
import Testing

@Suite("encode: rows for a model")
struct RowCommandTests {
  private let workspace: Workspace

  /// `rows.json` has BERT's special tokens, and `cut.json` truncation and padding too.
  init() throws {
    workspace = try Workspace()
    let training = Array("aa aa ab b\n".utf8)
    let special = [
      "--no-default-special", "--special", "[PAD]", "--special", "[CLS]", "--special", "[SEP]",
    ]
    try workspace.succeed(
      ["train", "-o", "plain.json", "--vocab-size", "262"] + special,
      input: training
    )
    let plain = String(decoding: try workspace.read("plain.json"), as: UTF8.self)
    let rows = plain.replacing(
      "\"post_processor\": null",
      with:
        #""post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]}"#
    )
    try workspace.write("rows.json", rows)
    try workspace.write(
      "cut.json",
      rows.replacing(
        "\"truncation\": null",
        with: #""truncation": {"max_length": 5, "strategy": "LongestFirst", "stride": 1}"#
      ).replacing(
        "\"padding\": null",
        with:
          #""padding": {"strategy": "BatchLongest", "direction": "Right", "pad_to_multiple_of": 2, "#
          + #""pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"}"#
      )
    )
    try workspace.write("text", "a b a b\na\n\n")
    try workspace.write("pairs", "a b\tb\na\tb b b\n")
  }

  private func rows(_ command: String, input: [UInt8] = []) throws -> [[String: Any]] {
    try workspace.succeed("encode --format jsonl " + command, input: input).lines.map {
      try jsonObject($0.utf8)
    }
  }

  private func ids(_ rows: [[String: Any]]) -> [[Int]] { rows.map { $0["ids"] as? [Int] ?? [] } }

  @Test("the file's post-processor, truncation and padding are obeyed in jsonl")
  func obeyed() throws {
    let plain = ids(try rows("-m rows.json --no-template text"))
    #expect(ids(try rows("-m rows.json text")) == plain.map { [1] + $0 + [2] })
    let cut = try rows("-m cut.json text")
    #expect(ids(cut)[0] == [1] + plain[0].prefix(3) + [2, 0])
    #expect(ids(cut)[2] == [1, 2, 0, 0, 0, 0])
    #expect(cut[1]["attention_mask"] as? [Int] == [1, 1, 1, 0, 0, 0])
    #expect(cut[1]["special_tokens_mask"] as? [Int] == [1, 0, 1, 1, 1, 1])
    let off = "--no-template --truncation off --padding off"
    #expect(ids(try rows("-m cut.json \(off) text")) == plain)
    #expect(try rows("-m cut.json \(off) text").allSatisfy { $0["type_ids"] == nil })
    #expect(try rows("-m plain.json --masks text").allSatisfy { $0["type_ids"] != nil })
  }

  @Test("other formats take only what flags ask for, and say what they leave out")
  func otherFormats() throws {
    let plain = try workspace.run("encode -m cut.json text")
    #expect(plain.errors.contains("leaves out the file's template (--template), truncation"))
    #expect(plain.text == (try workspace.succeed("encode -m plain.json text").text))
    let asked = try workspace.succeed(
      "encode -m cut.json --template --truncation longest-first --padding off text"
    )
    #expect(idLines(asked.output) == ids(try rows("-m cut.json --padding off text")))
    try workspace.succeed("encode -m rows.json --template --format nanogpt -o t.bin text")
    let flat = ids(try rows("-m rows.json text")).flatMap { $0 }
    #expect(numbers(try workspace.read("t.bin"), UInt16.self).map(Int.init) == flat)
  }

  @Test("pairs are lines with a tab, or objects with two fields")
  func pairs() throws {
    let tabs = try rows("-m rows.json --pairs pairs")
    let objects =
      Array(#"{"x": "a b", "y": "b"}"#.utf8) + Array("\n".utf8)
      + Array(#"{"x": "a", "y": "b b b"}"#.utf8) + Array("\n{\"x\": \"a\", \"y\": null}\n".utf8)
    let fields = try rows("-m rows.json --text-field x --pair-field y", input: objects)
    #expect(ids(tabs) == Array(ids(fields).prefix(2)))
    #expect(tabs[1]["type_ids"] as? [Int] == fields[1]["type_ids"] as? [Int])
    #expect(fields[2]["special_tokens_mask"] as? [Int] == [1, 0, 1])
    try workspace.fail(65, "without a tab", ["encode", "-m", "rows.json", "--pairs", "text"])
  }

  @Test("what truncation cuts off follows as rows of the same document")
  func overflow() throws {
    let all = try rows("-m rows.json --max-length 4 --stride 1 --overflow text")
    let plain = ids(try rows("-m rows.json --no-template text"))[0]
    let first = all.filter { $0["document"] as? Int == 0 }
    #expect(first.compactMap { $0["row"] as? Int } == Array(0..<first.count))
    let starts = Array(0...(plain.count - 2))
    #expect(ids(first) == starts.map { [1, plain[$0], plain[$0 + 1], 2] })
    #expect(all.count == first.count + 2)
  }

  @Test("rows of one length are a matrix for NumPy, with masks beside it")
  func matrix() throws {
    try workspace.succeed(
      "encode -m rows.json --format npy -o x.npy --max-length 4 --overflow --padding max-length text"
    )
    let expected = try rows("-m rows.json --max-length 4 --overflow --padding max-length text")
    let flat = ids(expected).flatMap { $0 }
    let shape = "'shape': (\(expected.count), 4), }"
    func data(_ name: String, _ type: String, _ shape: String) throws -> [UInt8] {
      let bytes = try workspace.read(name)
      let header = String(decoding: bytes[10..<128], as: UTF8.self)
      #expect(header.hasPrefix("{'descr': '\(type)', 'fortran_order': False, \(shape)"))
      return Array(bytes[128...])
    }
    #expect(numbers(try data("x.npy", "<i4", shape), Int32.self).map(Int.init) == flat)
    for mask in ["attention_mask", "special_tokens_mask"] {
      let bytes = try data("x.\(mask).npy", "|u1", shape)
      #expect(bytes.map(Int.init) == expected.flatMap { $0[mask] as? [Int] ?? [] })
    }
    let types = numbers(try data("x.type_ids.npy", "<i4", shape), Int32.self).map(Int.init)
    #expect(types == expected.flatMap { $0["type_ids"] as? [Int] ?? [] })
    let documents = try data("x.documents.npy", "<i8", "'shape': (\(expected.count),), }")
    #expect(
      numbers(documents, Int64.self).map(Int.init)
        == expected.map { $0["document"] as? Int ?? -1 }
    )
    try workspace.fail(
      65,
      "rows of one length",
      ["encode", "-m", "rows.json", "--format", "npy", "-o", "y.npy", "--padding", "max-length"]
        + ["--max-length", "3", "--truncation", "off", "text"]
    )
  }

  @Test("a batch is padded to its longest row")
  func batches() throws {
    let lengths = { (rows: [[String: Any]]) in self.ids(rows).map(\.count) }
    let alone = lengths(try rows("-m rows.json text"))
    let batches = lengths(try rows("-m rows.json --padding longest --batch-size 2 text"))
    #expect(batches == [alone[0], max(alone[0], alone[1]), alone[2]])
    let left = try rows("-m rows.json --padding longest --pad-side left --pad-token [SEP] text")
    #expect(ids(left)[2] == Array(repeating: 2, count: alone[0] - 2) + [1, 2])
  }

  @Test("padding that makes rows large is passed on a few rows at a time")
  func largeRows() throws {
    let flags = "-m rows.json --format npy -o x.npy --padding max-length --max-length 1000000"
    try workspace.write("lines", "\n\na\n\n\n\n")
    try workspace.succeed("encode \(flags) lines")
    let bytes = try workspace.read("x.npy")
    #expect(bytes.count == 128 + 6 * 4_000_000)
    for (row, length) in [(2, 3), (5, 2)] {
      let start = 128 + row * 4_000_000
      let ids = numbers(bytes[start..<start + 16], Int32.self)
      #expect(ids.filter { $0 != 0 }.count == length && ids[0] == 1)
    }
  }

  @Test("counts are the numbers of tokens")
  func counts() throws {
    let plain = idLines(try workspace.succeed("encode -m plain.json text").output).map(\.count)
    func counts(_ flags: String) throws -> [Int] {
      try workspace.succeed("encode --format counts \(flags) text").lines.compactMap { Int($0) }
    }
    #expect(try counts("-m plain.json") == plain)
    #expect(try counts("-m rows.json --template") == plain.map { $0 + 2 })
    #expect(try counts("-m rows.json --template --max-length 4") == plain.map { min($0, 2) + 2 })
    #expect(try counts("-m plain.json --samples 2 --dropout 0.5").count == 2 * plain.count)
  }

  @Test("rows are the same bytes for any number of threads", arguments: [2, 8])
  func threads(count: Int) throws {
    try workspace.write("long", try Samples.longText())
    for format in ["jsonl --overflow", "npy"] {
      let command =
        "encode -m cut.json --max-length 9 --padding longest --dropout 0.2 --format \(format)"
      for threads in [1, count] {
        try workspace.succeed("\(command) --threads \(threads) -o out\(threads).npy long")
      }
      #expect(try workspace.read("out1.npy") == workspace.read("out\(count).npy"))
    }
  }

  @Test(
    "settings that do not go together are refused with what mends them",
    arguments: [
      (65, "--stride 2 --format jsonl", "needs --max-length"),
      (65, "--max-length 1 --format jsonl", "no room for the 2 special tokens"),
      (65, "--padding max-length --format jsonl", "needs --max-length"),
      (65, "--pad-side left --format jsonl", "need --padding"),
      (65, "--padding longest --pad-token x-x --format jsonl", "is no token"),
      (65, "--max-length 4 --stride 3 --format jsonl", "a stride of 3 must be below"),
      (65, "--max-length 4 --truncation only-second --format jsonl", "text: byte 0: a text of"),
      (64, "--max-length 0", "--max-length must lie in 1..."),
      (64, "--masks", "--masks needs --format jsonl"),
      (64, "--batch-size 2 --format npy -o out.npy", "A matrix has rows of one length"),
      (64, "--pair-field b", "--pair-field needs --text-field"),
      (64, "--truncation off --stride 3", "contradict"),
      (64, "--distinct --samples 2 --format counts", "--distinct compares tokens"),
    ]
  )
  func refusals(status: Int32, flags: String, message: String) throws {
    let command = "encode -m rows.json \(flags) text"
    try workspace.fail(status, message, command.split(separator: " ").map(String.init))
  }

  @Test("a template that is asked for must be there")
  func missing() throws {
    try workspace.fail(
      65,
      "no post-processor that adds tokens",
      ["encode", "-m", "plain.json", "--template", "text"]
    )
    try workspace.write("bytes.json", Samples.toyTokenizer())
    try workspace.fail(
      65,
      "padding needs --pad-token TOKEN",
      ["encode", "-m", "bytes.json", "--format", "jsonl", "--padding", "longest", "text"]
    )
  }
}

import Foundation
import Testing

@Suite("stream: ranks, frames, audits, explanations")
struct StreamTrustTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace.withTokenizers()
    try workspace.write("text", Samples.text("english") + [0x0A] + Samples.text("thai"))
    let special =
      ["<mask>", "</s>", "<PRE>", "<SUF>", "<MID>"] + (0..<40).map { "<extra_id_\($0)>" }
    try workspace.succeed(
      ["train", "-o", "marks.json", "--vocab-size", "700", "--normalizer", "none"]
        + special.flatMap { ["--special", $0] } + [Samples.path("english"), Samples.path("thai")]
    )
  }

  static let recipes = [
    #"{"batch_size": 5, "block_size": 40, "word_dropout": 0.2, "span_dropout": 0.1}"#,
    #"{"batch_size": 5, "block_size": 40, "objective": "masked", "mask_choice": "words"}"#,
    #"{"rows": "packed", "batch_size": 5, "block_size": 40, "token_replacement": 0.1}"#,
    #"{"batch_size": 5, "block_size": 40, "objective": "span_corruption"}"#,
    #"{"batch_size": 5, "block_size": 40, "objective": "ul2"}"#,
    #"{"batch_size": 5, "block_size": 40, "objective": "denoising", "permute_sentences": true}"#,
    #"{"rows": "grid", "batch_size": 5, "block_size": 40, "bpe_dropout": 0.2, "objective": "prefix"}"#,
    #"{"rows": "pack", "batch_size": 5, "block_size": 40, "bpe_dropout": 0.2, "typos": 0.02}"#,
    #"{"batch_size": 5, "block_size": 40, "objective": "fill_in_the_middle"}"#,
    #"{"rows": "documents", "max_tokens": 300, "block_size": 64, "objective": "replaced"}"#,
    #"{"batch_size": 5, "block_size": 40, "objective": "permutation"}"#,
  ]

  private func stream(_ more: String) throws -> [[String: Any]] {
    let command = "stream -m marks.json --recipe recipe.json \(more) text"
    let result = try workspace.run(command)
    try #require(result.status == 0, "\(result.errors)")
    return try result.output.split(separator: 0x0A).map { try jsonObject($0) }
  }

  @Test("ranks take parts of the same batch, and skipped steps are left out", arguments: recipes)
  func ranks(recipe: String) throws {
    try workspace.write("recipe.json", recipe)
    let whole = try stream("--steps 0..3")
    for ranks in [2, 5] {
      let parts = try (0..<ranks).map { try stream("--steps 0..3 --ranks \(ranks) --rank \($0)") }
      for (step, batch) in whole.enumerated() {
        for key in ["inputs", "targets"] {
          let rows = try #require(batch[key] as? [[Int]])
          #expect(try parts.flatMap { try #require($0[step][key] as? [[Int]]) } == rows)
        }
      }
    }
    let skipped = try stream("--steps 0..6 --skip-steps 1..3 --skip-steps 4..5")
    #expect(skipped.compactMap { $0["step"] as? Int } == [0, 3, 5])
  }

  @Test("frames are read back by the reader of the documents, in NumPy", arguments: recipes)
  func frames(recipe: String) throws {
    try workspace.write("recipe.json", recipe)
    let python = ProcessInfo.processInfo.environment["BPEDROP_PYTHON"] ?? "python3"
    guard try workspace.shell("\(python) -c 'import numpy'").status == 0 else {
      print("skipped: \(python) has no NumPy; set BPEDROP_PYTHON")
      return
    }
    let script = Samples.package.path + "/scripts/read-batches.py"
    let shown = try workspace.shell(
      "bpedrop stream -m marks.json --recipe recipe.json --steps 0..3 --format raw text | "
        + "\(python) '\(script)'"
    )
    try #require(shown.status == 0, "\(shown.errors)")
    let lines = shown.lines
    let batches = try stream("--steps 0..3")
    #expect(lines.count == 3)
    for (line, batch) in zip(lines, batches) {
      for key in ["inputs", "targets"] {
        let rows = try #require(batch[key] as? [[Int]])
        let type = key == "inputs" ? "<u4" : "<i4"
        let sum = rows.reduce(0) { $0 + $1.reduce(0, +) }
        #expect(line.contains("'\(key)': ['\(type)', (\(rows.count), \(rows[0].count)), \(sum)]"))
      }
    }
  }

  @Test("an audit counts, and finds nothing off", arguments: recipes)
  func audit(recipe: String) throws {
    try workspace.write("recipe.json", recipe)
    let text = try workspace.succeed("stream -m marks.json --recipe recipe.json --audit text").text
    for part in ["tokens", "padding", "tokens cut", "rows seen before", "99 % interval"] {
      #expect(text.contains(part))
    }
    // Documents longer than a row are cut, rows of mixtures and grids are partly empty.
    let mayBeOff = recipe.contains("documents") || recipe.contains("grid")
    #expect(mayBeOff || text.hasSuffix("nothing is off\n"), "\(text)")
    #expect(!text.contains("rate is off"))
    // Every noise of the recipe has a row.
    for (setting, operation) in [
      ("bpe_dropout", "bpe_dropout"), ("word_dropout", "word_dropout"), ("typos", "typos"),
      ("span_dropout", "span_dropout"), ("permute_sentences", "permute_sentences"),
      (#""prefix""#, "short_prefix"), (#""ul2""#, "first_denoiser"), ("masked", "masked"),
      ("token_replacement", "token_replacement"), ("fill_in_the_middle", "mark"),
    ] where recipe.contains(setting) {
      #expect(text.contains("\n\(operation) "), "\(operation) of \(recipe)")
    }
    let batches = try stream("")
    let lengths = batches.flatMap { $0["lengths"] as? [Int] ?? [] }
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("tokens  ") })
    #expect(line.contains(" \(lengths.reduce(0, +)) "))
  }

  @Test("an explanation shows the row that the stream has", arguments: recipes)
  func explanation(recipe: String) throws {
    try workspace.write("recipe.json", recipe)
    let command = "stream -m marks.json --recipe recipe.json --explain 2:0"
    let text = try workspace.succeed("\(command) text").text
    let batch = try stream("--steps 2..3")[0]
    let lengths = try #require(batch["lengths"] as? [Int])
    let lines = text.split(separator: "\n").drop { !$0.hasPrefix("-") }.dropFirst()
      .prefix { !$0.hasPrefix("targets") }
    #expect(lines.count == lengths[0])
    try workspace.succeed("\(command) -o row.html text")
    let page = String(decoding: try workspace.read("row.html"), as: UTF8.self)
    #expect(page.hasPrefix("<!doctype html>") && page.contains("operation"))
    #expect(text.contains("row 10 of the epoch") || recipe.contains("max_tokens"))
  }

  @Test("what cannot be done is said")
  func errors() throws {
    try workspace.write("packed.json", #"{"rows": "packed", "objective": "ul2"}"#)
    try workspace.write("long.json", #"{"objective": "span_corruption", "block_size": 4096}"#)
    try workspace.write("both.json", #"{"rows": "documents", "max_tokens": 9, "batch_size": 3}"#)
    try workspace.write("noise.json", #"{"noise_version": 2}"#)
    try workspace.write("marks-of.json", #"{"objective": "fill_in_the_middle"}"#)
    try workspace.write("short.json", #"{"objective": "span_corruption", "block_size": 1}"#)
    let stream = "stream -m marks.json"
    let cases: [(String, Int32, String)] = [
      ("\(stream) --recipe packed.json text", 65, "rows: packed rows have one of causal"),
      ("\(stream) --recipe long.json text", 65, "need 228 sentinels, but the tokenizer has 40"),
      ("\(stream) --recipe both.json text", 65, "found both this and batch_size"),
      ("\(stream) --recipe noise.json text", 65, "noise_version: found 2, but this is 1"),
      ("\(stream) --recipe short.json text", 65, "block_size: found 1, which is too short"),
      ("stream -m world.json --recipe marks-of.json text", 65, "--special '<|fim_prefix|>'"),
      ("\(stream) --rank 2 --ranks 2 text", 64, "--rank must be below --ranks"),
      ("\(stream) --audit --explain 0:0 text", 64, "one at a time"),
      ("\(stream) --explain 99999:0 text", 65, "steps"),
      ("\(stream) --explain 0:32 text", 65, "rows"),
      ("\(stream) --explain 0 text", 64, "--explain"),
    ]
    for (command, status, message) in cases {
      let result = try workspace.run(command)
      #expect(result.status == status, "\(command): \(result.errors)")
      #expect(result.errors.contains(message), "\(command): \(result.errors)")
      #expect(result.output.isEmpty)
    }
  }
}

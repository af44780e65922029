import Foundation
import Testing

@Suite("train: further tokens, other alphabets, several languages, interruptions")
struct TrainCommandLearningTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test(
    "a run that is killed at any moment goes on to the same file, and leaves none that is broken"
  )
  func killed() throws {
    let files = Samples.corpora.map(Samples.path)
    let arguments = ["train", "-o", "t.json", "--vocab-size", "4000", "--checkpoint", "run"]
    try workspace.succeed(["train", "-o", "expected.json", "--vocab-size", "4000"] + files)
    let expected = try workspace.read("expected.json")
    let names = files.map { "'\($0)'" }.joined(separator: " ")
    var stream = UInt64(20_261_121)
    for _ in 0..<10 {
      stream = stream &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let milliseconds = 5 + (stream >> 33) % 300
      let pause =
        "0." + String(repeating: "0", count: 3 - "\(milliseconds)".count) + "\(milliseconds)"
      // Each run takes up what the last has left, and is killed in its turn.
      let line = "'\(Workspace.executable)' \(arguments.joined(separator: " ")) \(names) & "
      _ = try workspace.shell("\(line) sleep \(pause); kill -9 $! 2>/dev/null; wait")
      if let left = try? workspace.read("t.json") { #expect(left == expected) }
    }
    try workspace.succeed(arguments + files)
    #expect(try workspace.read("t.json") == expected)
    try workspace.fail(
      65,
      "other files or settings",
      ["train", "-o", "t.json", "--vocab-size", "3000", "--checkpoint", "run"] + files
    )
  }

  @Test(
    "a checkpoint that was damaged is refused, and counts that were not finished are made again"
  )
  func damaged() throws {
    let command = [
      "train", "-o", "t.json", "--vocab-size", "400", "--checkpoint", "run",
      Samples.path("english"),
    ]
    try workspace.succeed(command)
    let expected = try workspace.read("t.json")
    for name in ["run/counts.tsv", "run/merges.tsv"] {
      let whole = try workspace.read(name)
      let line = try #require(whole.firstIndex(of: 0x0A)) + 1
      let digit = try #require(whole.firstIndex { (0x31...0x38).contains($0) })
      var changed = whole
      changed[digit] += 1
      for version in [[], Array(whole[line...]), changed, whole + [0x0A]] {
        try workspace.write(name, version)
        try workspace.fail(65, "bpedrop: \(name): ", command)
        #expect(try workspace.read("t.json") == expected)
      }
      try workspace.write(name, whole)
      try workspace.succeed(command)
    }
    // Changes of several counts do not cancel out.
    let counts = String(decoding: try workspace.read("run/counts.tsv"), as: UTF8.self)
    try workspace.write("run/counts.tsv", counts.replacingOccurrences(of: "\t1\n", with: "\t3\n"))
    try workspace.fail(65, "bpedrop: run/counts.tsv: ", command)
    try workspace.write("run/counts.tsv", counts)
    _ = try workspace.shell("rm run/counts.digest; echo 'a\t1' > run/counts.tsv")
    try workspace.succeed(command)
    #expect(try workspace.read("t.json") == expected)
    for name in ["run.txt", "merges.tsv", "counts.digest"] {
      let line = "cp -r run new && ln -sf /dev/zero new/\(name) && ulimit -v 4000000"
      let train =
        "bpedrop train -o t.json --vocab-size 400 --checkpoint new \(Samples.path("english"))"
      let result = try workspace.shell("\(line) && \(train); code=$?; rm -r new; exit $code")
      #expect([65, 74].contains(result.status), "\(name): \(result.errors)")
      #expect(result.errors.contains("new/\(name)"), "\(result.errors)")
    }
  }

  private func vocabulary(_ name: String) throws -> [String: Int] {
    let model = try jsonObject(workspace.read(name))["model"] as? [String: Any]
    return try #require(model?["vocab"] as? [String: Int])
  }

  @Test("an extended tokenizer keeps its ids, and learns what is new")
  func extended() throws {
    try workspace.succeed([
      "train", "-o", "first.json", "--vocab-size", "400", Samples.path("english"),
    ])
    try workspace.succeed([
      "train", "-o", "second.json", "--extend", "first.json", "--vocab-size", "500",
      "--special", "<new>", Samples.path("russian"),
    ])
    let (first, second) = (try vocabulary("first.json"), try vocabulary("second.json"))
    for (token, id) in first { #expect(second[token] == id) }
    #expect(second.values.sorted() == Array(0..<500))
    #expect(second["<new>"] == 400)
    let sizes = try ["first", "second"].map { name in
      try workspace.succeed(["encode", "-m", "\(name).json", Samples.path("russian")]).text
        .split(whereSeparator: \.isWhitespace).count
    }
    #expect(sizes[1] < sizes[0] * 9 / 10)
  }

  @Test("a second phase that does not cut at spaces learns superwords, and compresses better")
  func superwords() throws {
    let text = try workspace.succeed("corpus stories --bytes 100000").output
    try workspace.write("stories.txt", text)
    try workspace.succeed("train -o first.json --vocab-size 1500 stories.txt")
    for (name, pattern) in [("second", []), ("super", ["--pattern", "punctuation"])] {
      let arguments = ["train", "-o", "\(name).json", "--extend", "first.json"]
      try workspace.succeed(arguments + ["--vocab-size", "3000"] + pattern + ["stories.txt"])
    }
    let tokens = try ["second", "super"].map { name in
      let ids = try workspace.succeed("encode -m \(name).json stories.txt")
      #expect(try workspace.succeed("decode -m \(name).json", input: ids.output).output == text)
      return ids.text.split(whereSeparator: \.isWhitespace).count
    }
    #expect(tokens[1] < tokens[0] * 19 / 20)
    #expect(try vocabulary("super.json").keys.contains { $0.dropFirst().contains("Ġ") })
    #expect(try !vocabulary("second.json").keys.contains { $0.dropFirst().contains("Ġ") })
  }

  @Test("parity: a language of little text is compressed as well as others")
  func parity() throws {
    // Ten times as much English as Greek, and parallel parts that take as many bytes.
    let texts = try [Samples.text("english"), Samples.text("greek")]
    try workspace.write("en.txt", (0..<10).flatMap { _ in texts[0] })
    try workspace.write("el.txt", texts[1])
    try workspace.write("en.dev.txt", texts[0].prefix(4000) + [0x0A])
    try workspace.write("el.dev.txt", texts[1].prefix(8000) + [0x0A])
    let files = ["en.txt", "el.txt"]
    try workspace.succeed(["train", "-o", "plain.json", "--vocab-size", "1200"] + files)
    let parity = ["--parity", "en.dev.txt", "--parity", "el.dev.txt"]
    for threads in ["1", "2", "8"] {
      let options = ["--vocab-size", "800,1200", "--threads", threads]
      try workspace.succeed(["train", "-o", "fair-\(threads)-{}.json"] + options + parity + files)
    }
    for size in [800, 1200] {
      let fair = try workspace.read("fair-1-\(size).json")
      #expect(try workspace.read("fair-2-\(size).json") == fair)
      #expect(try workspace.read("fair-8-\(size).json") == fair)
      #expect(try vocabulary("fair-1-\(size).json").count == size)
    }
    // What was counted is taken up again.
    for _ in 0..<2 {
      let options = ["-o", "again.json", "--vocab-size", "1200", "--checkpoint", "run"]
      try workspace.succeed(["train"] + options + parity + files)
      #expect(try workspace.read("again.json") == workspace.read("fair-1-1200.json"))
    }
    func tokens(_ model: String, _ text: String) throws -> Int {
      try workspace.succeed("encode -m \(model).json \(text).dev.txt").text
        .split(whereSeparator: \.isWhitespace).count
    }
    let (english, greek) = (try tokens("fair-1-1200", "en"), try tokens("fair-1-1200", "el"))
    #expect(try tokens("plain", "el") > greek)
    #expect(abs(english - greek) * 100 < english + greek)
  }

  @Test("from characters: with byte fallback every text comes back, with a suffix words do")
  func characters() throws {
    let common = ["train", "-o", "t.json", "--alphabet", "characters", "--vocab-size", "700"]
    try workspace.succeed(
      common + ["--pattern", "metaspace", "--character-coverage", "0.99", "--byte-fallback"]
        + [Samples.path("english")]
    )
    let text = try Samples.text("thai") + Samples.text("english")
    let normalized = try workspace.succeed("encode -m t.json --threads 1", input: text)
    #expect(
      try workspace.succeed("encode -m t.json --threads 8", input: text).output == normalized.output
    )
    #expect(try workspace.succeed("decode -m t.json", input: normalized.output).output == text)
    #expect(try vocabulary("t.json")["<0x00>"] == 1)
    try workspace.succeed(
      common + ["--pattern", "whitespace-split", "--end-of-word-suffix", "</w>"]
        + [Samples.path("english")]
    )
    #expect(try vocabulary("t.json")["the</w>"] != nil)
    let words = try workspace.succeed(
      "encode -m t.json",
      input: Array("the sea, and  the sky\n".utf8)
    )
    let decoded = try workspace.succeed("decode -m t.json", input: words.output).text
    #expect(decoded == "the sea, and the sky\n")
    let noisy = try workspace.run("encode -m t.json --dropout 0.1 --law huggingface", input: text)
    #expect(noisy.status == 65)
    #expect(noisy.errors.contains("laws paper and sentencepiece"))
  }

  @Test(
    "tokens that are of use on the way only are left out, and shorten what is written",
    arguments: [["--picky", "0.9"], ["--scaffold"]]
  )
  func pruned(option: [String]) throws {
    let english = Samples.path("english")
    let result = try workspace.run(
      ["train", "-o", "t-{}.json", "--vocab-size", "600,1000"] + option + [english]
    )
    #expect(result.status == 0)
    #expect(result.errors.contains("(it refuses the file)"), "\(result.errors)")
    for size in [600, 1000] {
      #expect(try vocabulary("t-\(size).json").count == size)
      let alone = ["train", "-o", "alone.json", "--vocab-size", "\(size)"] + option + [english]
      #expect(try workspace.run(alone + ["--checkpoint", "run-\(size)"]).status == 0)
      #expect(try workspace.read("alone.json") == workspace.read("t-\(size).json"))
      // A second time from the counts of the first.
      #expect(try workspace.run(alone + ["--checkpoint", "run-\(size)"]).status == 0)
      #expect(try workspace.read("alone.json") == workspace.read("t-\(size).json"))
    }
    try workspace.succeed(["train", "-o", "plain.json", "--vocab-size", "1000", english])
    let counts = try ["plain", "t-1000"].map { name in
      let ids = try workspace.succeed(["encode", "-m", "\(name).json", english])
      try workspace.write("ids", Array(ids.text.utf8))
      let text = try workspace.succeed(["decode", "-m", "\(name).json", "ids"])
      #expect(try Array(text.text.utf8).count == Samples.text("english").count)
      return ids.text.split(whereSeparator: \.isWhitespace).count
    }
    #expect(counts[1] < counts[0])
    for arguments in ["--threads 1", "--threads 8", "--dropout 0.1 --threads 2"] {
      try workspace.succeed(
        ["encode", "-m", "t-1000.json", english] + arguments.split(separator: " ").map(String.init)
      )
    }
    try workspace.succeed(["inspect", "-m", "t-1000.json", "--vocabulary"])
    try workspace.succeed(["inspect", "-m", "t-1000.json", "somewhat"])
    #expect(try workspace.run(["compare", "plain.json", "t-1000.json", english]).status == 1)
    try workspace.succeed(["report", "-m", "t-1000.json", english])
  }

  @Test("a held-out text is measured while learning; several sizes give several files")
  func whileLearning() throws {
    let result = try workspace.run([
      "train", "-o", "t-{}.json", "--vocab-size", "300,1200", "--held-out", Samples.path("german"),
      Samples.path("english"),
    ])
    #expect(result.status == 0)
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    #expect(result.errors.contains(" bytes a token in "))
    for size in [300, 1200] {
      try workspace.succeed([
        "train", "-o", "alone.json", "--vocab-size", "\(size)", Samples.path("english"),
      ])
      #expect(try workspace.read("alone.json") == workspace.read("t-\(size).json"))
    }
  }
}

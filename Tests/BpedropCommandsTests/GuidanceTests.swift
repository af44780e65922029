import Foundation
import Testing

@Suite("The command line explains itself")
struct GuidanceTests {
  private static let verbs = [
    "train", "encode", "decode", "inspect", "count", "compare", "report", "stream", "corpus",
    "corpus stories", "corpus info", "corpus dedupe", "corpus split", "corpus sentences",
    "corpus fetch", "bench",
    "bench encode", "bench train", "bench collate", "bench lm", "bench load", "convert", "lm",
    "lm train", "lm eval", "lm generate", "lm info", "lm prune", "study", "demo",
  ]

  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func subcommands(_ verb: [String]) throws -> [String] {
    let lines = try workspace.run(verb + ["--help"]).lines
    let start = try #require(lines.firstIndex(of: "SUBCOMMANDS:"))
    let entries = lines[(start + 1)...].filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
    return entries.compactMap { $0.split(separator: " ").first.map(String.init) }
      .filter { $0 != "See" }
  }

  @Test("the help of every verb has an example of it", arguments: verbs)
  func help(verb: String) throws {
    let result = try workspace.run(verb.split(separator: " ").map(String.init) + ["--help"])
    #expect(result.status == 0)
    #expect(result.errors == "")
    let examples = try #require(result.text.range(of: "Example")).upperBound
    #expect(result.text[examples...].contains("bpedrop \(verb)"))
  }

  @Test("no verb is missing from these tests")
  func allVerbs() throws {
    let nested = ["corpus", "bench", "lm"]
    let found =
      try subcommands([])
      + nested.flatMap { verb in
        try subcommands([verb]).map { "\(verb) \($0)" }
      }
    #expect(found.sorted() == Self.verbs.sorted())
  }

  @Test("the version, the exit codes, and completions for shells")
  func root() throws {
    let version = try workspace.succeed("--version").text
    #expect(version.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    let help = try workspace.succeed("--help").text
    #expect(help.contains("Example"))
    for code in ["64", "65", "66", "70", "73", "74"] { #expect(help.contains(code)) }
    let script = try workspace.succeed("--generate-completion-script bash").text
    #expect(script.contains("complete") && script.contains("encode"))
  }
}

@Suite("corpus stories: any amount of the same text")
struct StoriesCommandTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func stories(_ seed: Int, _ bytes: Int) throws -> [UInt8] {
    try workspace.succeed("corpus stories --seed \(seed) --bytes \(bytes)").output
  }

  @Test("the same seed gives the same bytes, another seed others")
  func seeds() throws {
    let text = try stories(1, 20_000)
    #expect(try stories(1, 20_000) == text)
    #expect(try stories(2, 20_000) != text)
    #expect(text.last == 0x0A)
    try workspace.succeed("corpus stories --seed 1 --bytes 20000 -o text")
    #expect(try workspace.read("text") == text)
  }

  @Test("a longer text begins with the shorter one, and ends behind the story that is enough")
  func lengths() throws {
    let long = try stories(7, 200_000)
    for length in [1, 1000, 65_536, 100_000] {
      let text = try stories(7, length)
      #expect(long.starts(with: text))
      #expect(text.count >= length)
      let shorter = text.dropLast().lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
      #expect(shorter < length)
    }
  }
}

@Suite("bench: figures of speed")
struct BenchCommandTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace.withTokenizers() }

  @Test("encode: one JSON object; ids and their digest do not depend on the threads")
  func encode() throws {
    try workspace.write("text", Samples.longText())
    let command = ["bench", "encode", "-m", "world.json", "--json", "--dropout", "0.1", "text"]
    let objects = try ["1", "3"].map { threads in
      let result = try workspace.run(command + ["--threads", threads, "--runs", "1"])
      #expect(result.status == 0)
      #expect(result.lines.count == 1)
      return try jsonObject(result.output)
    }
    let keys: Set = [
      "mb_per_s_cold", "mb_per_s", "tokens", "digest", "seconds", "load_ms", "latency_us",
      "peak_mb", "threads",
    ]
    let shares: Set = ["share_plain", "share_on_lattice", "share_simulated"]
    #expect(Set(objects[0].keys) == keys.union(shares))
    let sum = shares.reduce(0) { $0 + (objects[0][$1] as? Double ?? 0) }
    #expect(abs(sum - 1) < 1e-2)
    #expect(objects[0]["tokens"] as? Int == objects[1]["tokens"] as? Int)
    #expect(objects[0]["digest"] as? String == objects[1]["digest"] as? String)
    #expect(objects.map { $0["threads"] as? Int } == [1, 3])
    #expect((objects[0]["mb_per_s"] as? Double ?? 0) > 0)
    let plain = try workspace.run("bench encode -m world.json --json text")
    let plainFigures = try jsonObject(plain.output)
    #expect(Set(plainFigures.keys) == keys)
    #expect(plainFigures["digest"] as? String != objects[0]["digest"] as? String)
  }

  @Test("encode: as many tokens as encode writes")
  func tokens() throws {
    let text = Array("aa aa aab".utf8)
    try workspace.write("text", text)
    let ids = idLines(try workspace.succeed("encode -m toy.json text").output)
    let bench = try workspace.succeed("bench encode -m toy.json --json text")
    #expect(try jsonObject(bench.output)["tokens"] as? Int == ids.joined().count)
  }

  @Test("train: one JSON object, or a table")
  func train() throws {
    let path = Samples.path("greek")
    let command = ["bench", "train", "--vocab-size", "400", path]
    let result = try workspace.run(command + ["--json"])
    #expect(result.status == 0 && result.lines.count == 1)
    let object = try jsonObject(result.output)
    let keys: Set = [
      "mb_per_s", "seconds", "seconds_counting", "words", "tokens", "digest", "expected_mb",
      "peak_mb",
      "threads",
    ]
    #expect(Set(object.keys) == keys)
    #expect(object["tokens"] as? Int == 400)
    let counts = try workspace.succeed(["count", path]).lines.count
    #expect(object["words"] as? Int == counts)
    let table = try workspace.run(command)
    #expect(table.lines.first?.hasPrefix("figure") == true)
    #expect(table.lines.count == 2 + keys.count)
  }
}

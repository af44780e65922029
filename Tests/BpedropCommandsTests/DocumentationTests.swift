import Foundation
import Testing

@Suite("What the documents show is true")
struct DocumentationTests {
  private static let documents = [
    "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/architecture.md", "docs/benchmarks.md",
    "docs/batches.md", "docs/formats.md", "docs/laws.md", "docs/models.md", "docs/studies.md",
    "docs/decisions/README.md",
    "corpora/README.md", "vocab/README.md", "Benchmarks/README.md",
  ]

  private let workspace: Workspace

  /// A folder as a reader of the documents has it: the corpora, the vocabularies, a tokenizer.
  init() throws {
    workspace = try Workspace()
    let package = Samples.package.path
    let made = try workspace.shell(
      """
      set -e
      ln -s '\(package)/corpora' '\(package)/vocab' .
      bpedrop train -o tokenizer.json --vocab-size 600 corpora/english.txt corpora/russian.txt
      cp corpora/english.txt ptb.train.txt
      cp corpora/english.txt shakespeare.txt
      cp corpora/english.txt stories.txt
      cp corpora/english.txt text.txt
      printf '#version: 0.2\nt h\nth e</w>\n' > codes
      printf 'the 99\n' > vocab.txt
      bpedrop count -o part1.tsv corpora/greek.txt
      bpedrop count -o part2.tsv corpora/thai.txt
      """
    )
    try #require(made.status == 0, "\(made.errors)")
  }

  private func text(_ document: String) throws -> String {
    try String(contentsOf: Samples.package.appendingPathComponent(document), encoding: .utf8)
  }

  /// The blocks of a document that are marked as a language.
  private func blocks(_ language: String, in document: String) throws -> [String] {
    try text(document).components(separatedBy: "```\(language)\n").dropFirst().map {
      $0.components(separatedBy: "\n```")[0]
    }
  }

  @Test("every command of every document runs", arguments: documents)
  func commands(document: String) throws {
    for block in try blocks("sh", in: document) {
      let lines = block.split(separator: "\n").map(String.init)
      for line in lines {
        let command = line.components(separatedBy: "    #")[0]
        let word = String(command.split(separator: " ").first ?? "")
        if word == "bpedrop" {
          let result = try workspace.shell(command)
          #expect(result.status == 0, "\(command): \(result.errors)")
        } else {
          // Scripts are run by CI itself; here they must be there.
          let path = Samples.package.appendingPathComponent(word).path
          #expect(FileManager.default.isExecutableFile(atPath: path), "\(command)")
        }
      }
    }
  }

  @Test("every example of every help text runs")
  func examples() throws {
    let dump = try workspace.succeed(["--experimental-dump-help"])
    let help = try #require(
      try JSONSerialization.jsonObject(with: Data(dump.output)) as? [String: Any]
    )
    let root = try #require(help["command"] as? [String: Any])
    var examples: [String] = []
    collect(root, into: &examples)
    #expect(examples.count >= 15)
    for example in examples {
      let result = try workspace.shell(example)
      // `compare` ends with 1 where it finds a difference, as its example does.
      let expected: [Int32] = example.hasPrefix("bpedrop compare") ? [0, 1] : [0]
      #expect(expected.contains(result.status), "\(example): \(result.errors)")
    }
  }

  private func collect(_ command: [String: Any], into examples: inout [String]) {
    let discussion = command["discussion"] as? String ?? ""
    let joined = discussion.replacingOccurrences(of: "\\\n", with: "")
    for line in joined.split(separator: "\n") where line.hasPrefix("  ") {
      examples.append(line.trimmingCharacters(in: .whitespaces))
    }
    for subcommand in command["subcommands"] as? [[String: Any]] ?? [] {
      collect(subcommand, into: &examples)
    }
  }

  @Test("the Swift of the README is the Swift of the snippet")
  func snippet() throws {
    let snippet = try text("Snippets/EncodeWithDropout.swift")
    let blocks = try blocks("swift", in: "README.md")
    #expect(blocks.count == 2)
    for line in try #require(blocks.last).split(separator: "\n") {
      #expect(snippet.contains(line), "\(line)")
    }
  }

  @Test("no link leads nowhere", arguments: documents)
  func links(document: String) throws {
    let base = Samples.package.appendingPathComponent(document).deletingLastPathComponent()
    for match in try text(document).matches(of: /\]\(([^)#]+)\)/) {
      let target = String(match.1)
      if target.hasPrefix("http") { continue }
      let path = base.appendingPathComponent(target).path
      #expect(FileManager.default.fileExists(atPath: path), "\(document): \(target)")
    }
  }
}

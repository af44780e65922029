import Foundation
import Testing

@Suite("inspect --vocabulary: the audit")
struct InspectAuditTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace.withTokenizers()
    // A token without a merge, one that the pre-tokeniser cuts, and a merge that never applies.
    var toy = try jsonObject(Samples.toyTokenizer())
    var model = try #require(toy["model"] as? [String: Any])
    var vocab = try #require(model["vocab"] as? [String: Int])
    var merges = try #require(model["merges"] as? [[String]])
    for (piece, id) in [("xyz", 259), ("aaĠ", 260), ("ab", 261), ("aab", 262)] { vocab[piece] = id }
    merges += [["aa", "Ġ"], ["a", "b"], ["a", "ab"]]
    model["vocab"] = vocab
    model["merges"] = merges
    toy["model"] = model
    try workspace.write("odd.json", Array(try JSONSerialization.data(withJSONObject: toy)))
  }

  @Test("a report for a person")
  func report() throws {
    let text = try workspace.succeed("inspect -m odd.json --vocabulary").text
    for line in [
      "259  xyz    no merge makes it                         x y z",
      "260  aaĠ    the pre-tokeniser cuts or drops its text",
      "262  aab    earlier merges take its bytes             aa b",
    ] {
      #expect(text.contains(line + "\n"), "\(line)")
    }
    #expect(text.contains("a     ab     earlier merges take its bytes"))
    #expect(text.contains("Scripts that cost most") && text.contains("16.0  letters"))
    let short = try workspace.succeed("inspect -m odd.json --vocabulary --limit 1").text
    #expect(short.contains("Tokens never made: the first 1 of 3") && !short.contains("aaĠ"))
    let none = try workspace.succeed("inspect -m odd.json --vocabulary --limit 0").text
    #expect(none.contains("tokens never made") && !none.contains("xyz"))
  }

  @Test("all of it as JSON, with the use of texts")
  func json() throws {
    try workspace.write("a.txt", "aa aa\n")
    try workspace.write("b.txt", "b\n")
    let command = "inspect -m odd.json --vocabulary --json --corpus a.txt b.txt"
    let result = try workspace.succeed(command)
    #expect(try workspace.succeed(command).output == result.output)
    let audit = try jsonObject(result.output)
    let never = try #require(audit["never_made"] as? [[String: Any]])
    #expect(never.compactMap { $0["id"] as? Int } == [259, 260, 262])
    #expect(never.first?["instead"] as? [Int] == [88, 89, 90])
    let dead = try #require(audit["dead_merges"] as? [[String: Any]])
    #expect(dead.compactMap { $0["rank"] as? Int } == [4] && audit["merges"] as? Int == 5)
    let text = try #require(audit["text"] as? [String: Any])
    #expect(text["tokens"] as? Int == 3)
    #expect((text["unseen"] as? [Int])?.count == (audit["tokens"] as? Int ?? 0) - 3)
    let versions = (audit["unicode"] as? [String: Any])?["versions"] as? [[String: Any]]
    #expect(versions?.compactMap { $0["version"] as? String }.first == "16.0")
  }

  @Test(
    "flags that do not fit",
    arguments: [
      ("inspect -m toy.json --json aa", "--vocabulary"),
      ("inspect -m toy.json aa --corpus odd.json", "--vocabulary"),
      ("inspect -m toy.json --vocabulary --limit=-1", "--limit"),
      ("inspect -m toy.json --vocabulary --json aa", "--json"),
    ]
  )
  func usage(command: String, named: String) throws {
    try workspace.fail(64, named, command.split(separator: " ").map(String.init))
  }

  @Test("a missing text")
  func missing() throws {
    let command = "inspect -m toy.json --vocabulary --corpus nowhere.txt"
    try workspace.fail(66, "nowhere.txt", command.split(separator: " ").map(String.init))
  }
}

import Foundation
import Testing

@Suite("report: how well a tokenizer cuts texts")
struct ReportTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace.withTokenizers() }

  /// The cells of the rows that begin with a word.
  private func row(_ name: String, of text: String) -> [String] {
    text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      .first { $0.first == name } ?? []
  }

  @Test("bytes, words and tokens of a text small enough to count by hand")
  func figures() throws {
    // Tokens of the toy: Ġaa, aa, a, and bytes.
    try workspace.write("one.txt", "aa aa\nab\n")
    try workspace.write("two.txt", "aa é")
    let text = try workspace.succeed("report -m toy.json one.txt two.txt").text
    #expect(row("one", of: text) == ["one", "7", "3", "4", "1.33", "1.75", "1.75", "0.00"])
    #expect(row("two", of: text) == ["two", "5", "2", "4", "2.00", "1.25", "1.00", "50.00"])
    #expect(row("all", of: text) == ["all", "12", "5", "8", "1.60", "1.50", "1.38", "25.00"])
    // `a + a` was applied in each aa, `Ġ + aa` once.
    #expect(row("0–0", of: text) == ["0–0", "3", "2", "0"])
    #expect(row("1–1", of: text) == ["1–1", "1", "1", "0"])
  }

  @Test("the page needs nothing but itself, and says what the terminal says")
  func page() throws {
    let texts = ["english", "thai"].map(Samples.path)
    let command = ["report", "-m", "world.json", "-o", "r.html", "--note", "a < b & c"] + texts
    let text = try workspace.succeed(command).text
    let page = String(decoding: try workspace.read("r.html"), as: UTF8.self)
    #expect(page.contains("a &lt; b &amp; c"))
    #expect(!page.contains("<script") && !page.contains("src=") && !page.contains("href="))
    #expect(page.components(separatedBy: "<figure").count == 5)
    for cell in row("thai", of: text) { #expect(page.contains(">\(cell)</td>")) }
    #expect(try workspace.succeed(command).text == text)
    #expect(String(decoding: try workspace.read("r.html"), as: UTF8.self) == page)
  }

  @Test("models of words and characters have no merges to speak of")
  func otherModels() throws {
    for kind in ["word", "char"] {
      try workspace.succeed(["train", "-o", "t.json", "--model", kind, Samples.path("english")])
      let text = try workspace.succeed(["report", "-m", "t.json", Samples.path("german")]).text
      #expect(text.contains("tokens/word") && !text.contains("The merges"))
    }
  }

  @Test("merges of a model over characters are counted, too")
  func charactersToo() throws {
    let options = "--alphabet characters --pattern whitespace-split --end-of-word-suffix </w>"
    try workspace.write("text.txt", "aba aba ab\n")
    let trained = try workspace.run(
      "train -o t.json --vocab-size 9 --special <s> --no-default-special \(options) text.txt"
    )
    #expect(trained.status == 0)
    // Of a, b, a</w>, b</w> come ab (twice) and aba</w>, in each of two words.
    let text = try workspace.succeed("report -m t.json text.txt").text
    #expect(row("0–0", of: text) == ["0–0", "2", "0", "0"])
    #expect(row("1–1", of: text) == ["1–1", "2", "2", "0"])
    #expect(row("merges", of: text) == ["merges", "3"])
  }

  @Test("an empty text, a text that is not there, a page that cannot be made")
  func errors() throws {
    try workspace.write("empty.txt", "\n\n")
    try workspace.fail(65, "nothing to measure", ["report", "-m", "toy.json", "empty.txt"])
    try workspace.fail(66, "absent", ["report", "-m", "toy.json", "absent.txt"])
    let command = ["report", "-m", "toy.json", "-o", "no/r.html", Samples.path("english")]
    try workspace.fail(73, "no/r.html", command)
  }

  @Test("the reports beside the vocabularies are what their recipe makes")
  func vocabularies() throws {
    let made = try workspace.shell(
      "'\(Samples.package.path)/vocab/report' '\(Workspace.executable)' reports"
    )
    try #require(made.status == 0, "\(made.errors)")
    for name in ["english", "multilingual"] {
      let path = Samples.package.appendingPathComponent("vocab/\(name)/report.html")
      let kept = try String(contentsOf: path, encoding: .utf8)
      let page = String(decoding: try workspace.read("reports/\(name)/report.html"), as: UTF8.self)
      let version = try #require(page.firstMatch(of: /ICU \d+\.\d+/)).output
      // Another ICU may find other words.
      if kept.contains(version) { #expect(page == kept) }
    }
  }
}

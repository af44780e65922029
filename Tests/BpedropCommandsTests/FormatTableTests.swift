import Foundation
import Testing
import TokenizerFormats

@Suite struct FormatTableTests {
  @Test func `the table of formats is that of the program`() throws {
    let path = Samples.package.appendingPathComponent("docs/formats.md")
    let text = try String(contentsOf: path, encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { row in
      row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    #expect(rows.map { $0[0] } == TokenizerConversion.sources.map { "`\($0)`" })
    for row in rows {
      let name = row[0].trimmingCharacters(in: ["`"])
      #expect(row[2] == "yes", "\(name) is read")
      #expect((row[3] == "yes") == TokenizerConversion.targets.contains(name), "\(name)")
    }
  }

  @Test func `and so is that of the README`() throws {
    let path = Samples.package.appendingPathComponent("README.md")
    let text = try String(contentsOf: path, encoding: .utf8)
    func cells(of start: String) -> [String] {
      let row = text.split(separator: "\n").first { $0.hasPrefix(start) } ?? ""
      return row.split(separator: "|").map {
        $0.trimmingCharacters(in: ["`", " "])
      }
    }
    let names = Array(cells(of: "| | `tokenizer.json`").dropFirst())
    #expect(names == TokenizerConversion.sources)
    #expect(cells(of: "| read |").dropFirst().allSatisfy { $0 == "yes" })
    let written = zip(names, cells(of: "| written |").dropFirst()).filter { $0.1 == "yes" }
    #expect(written.map(\.0) == names.filter { TokenizerConversion.targets.contains($0) })
  }
}

import Reports
import Testing

private func rendered(_ rows: [[String]]) -> [String] {
  var table = TextTable(rows[0])
  for row in rows.dropFirst() { table.append(row) }
  let text = table.rendered()
  #expect(text.hasSuffix("\n"))
  return text.dropLast().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
}

struct TextTableTests {
  @Test func `words stand to the left and numbers to the right`() {
    let lines = rendered([
      ["name", "count", "share"],
      ["alpha", "1", "0.5 %"],
      ["be", "12345", "100 %"],
      ["gamma delta", "-7", "–"],
    ])
    #expect(
      lines == [
        "name         count  share",
        "-----------  -----  -----",
        "alpha            1  0.5 %",
        "be           12345  100 %",
        "gamma delta     -7      –",
      ]
    )
  }

  @Test func `one word among numbers makes a column of words`() {
    #expect(
      rendered([["n", "x"], ["10000", "1"], ["none", "2"]]) == [
        "n      x", "-----  -", "10000  1", "none   2",
      ]
    )
  }

  @Test(arguments: [("7", true), ("-7", true), ("–", true), ("", true), ("-", false), ("é", false)])
  func `what begins with a digit, and a missing value, is a number`(cell: String, isNumber: Bool) {
    let line = rendered([["wide head"], [cell]])[2]
    #expect(line.hasPrefix(" ") == (isNumber && !cell.isEmpty))
  }

  @Test func `a short row ends early and a long one gets a column`() {
    #expect(
      rendered([["a", "b"], ["x"], ["y", "word", "3"]]) == [
        "a  b", "-  ----  -", "x", "y  word  3",
      ]
    )
  }

  @Test func `a head without rows has its rule`() {
    #expect(rendered([["a", "bcd"]]) == ["a  bcd", "-  ---"])
    #expect(TextTable([]).rendered() == "\n\n")
  }

  @Test func `no line ends in a space`() {
    let lines = rendered([["head", "wide head"], ["a", "b"], ["", ""], ["word", ""]])
    #expect(lines.allSatisfy { $0.last != " " })
    #expect(lines == ["head  wide head", "----  ---------", "a     b", "", "word"])
  }

  @Test func `columns line up by what a terminal shows`() {
    let composed = "caf\u{E9}"
    let decomposed = "cafe\u{301}"
    let lines = rendered([
      ["token", "id"], ["日本語", "1"], ["한국", "22"], [composed, "3"], [decomposed, "4"],
      ["🙂!", "5"],
    ])
    #expect(
      lines.dropFirst(2).map { String($0) } == [
        "日本語   1", "한국    22", composed + "     3", decomposed + "     4", "🙂!      5",
      ]
    )
    // `==` on strings does not tell the two ways to write é apart.
    #expect(lines[5].unicodeScalars.count == lines[4].unicodeScalars.count + 1)
  }
}

struct TerminalWidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("~ ", 2), ("é", 1), ("e\u{301}", 1), ("e\u{301}\u{302}", 1),
    ("д", 1), ("ع", 1), ("ก็", 1), ("中", 2), ("中文字", 6), ("あ", 2), ("한", 2),
    ("\u{1112}\u{1161}\u{11AB}", 2), ("Ａ", 2), ("ｱ", 1), ("￥", 2), ("𠀀", 2), ("🙂", 2),
    ("👩\u{200D}👩\u{200D}👧", 2), ("👍🏽", 2), ("\u{200B}", 0), ("a\u{200D}b", 2), ("\u{2060}", 0),
    ("\u{301}", 0), ("ー", 2), ("、", 2), ("–", 1), ("…", 1), ("Ġ", 1),
  ])
  func `a text takes as many columns as a terminal gives it`(text: String, columns: Int) {
    #expect(TerminalWidth.columns(of: text) == columns)
  }
}

import Reports
import Testing

struct TokenColoringTests {
  @Test func `without colour tokens are set off by a dot`() {
    let plain = TokenColoring(usesColor: false)
    #expect(plain.line(["low", "er", " case"]) == "low·er· case")
    #expect(plain.line(["one"]) == "one")
    #expect(plain.line([]) == "")
    #expect(plain.emphasized("x") == "x")
  }

  @Test func `with colour neighbours differ and the end resets`() throws {
    let tokens = (0..<20).map { "t\($0)" }
    let line = TokenColoring(usesColor: true).line(tokens)
    #expect(line.hasSuffix("\u{1B}[0m"))
    let pieces = line.dropLast(4).split(separator: "\u{1B}[").map { piece in
      piece.split(separator: "m", maxSplits: 1).map(String.init)
    }
    #expect(pieces.map { $0.last } == tokens)
    let colors = pieces.compactMap { $0.first }
    #expect(colors.allSatisfy { $0.hasPrefix("38;5;16;48;5;") })
    #expect(zip(colors, colors.dropFirst()).allSatisfy { $0 != $1 })
    #expect(!line.contains("·"))
  }

  @Test func `an emphasis is set and reset`() {
    let colored = TokenColoring(usesColor: true)
    #expect(colored.emphasized("x") == "\u{1B}[1mx\u{1B}[0m")
    #expect(colored.emphasized("x", attribute: 2) == "\u{1B}[2mx\u{1B}[0m")
  }

  @Test(arguments: [
    ("\n", "⏎"), ("\t", "⇥"), ("\r", "␍"), ("\r\n", "␍⏎"), ("a\n\nb", "a⏎⏎b"), ("\u{0}", "\\u{0}"),
    ("\u{1B}[31m", "\\u{1b}[31m"), ("\u{7}", "\\u{7}"), ("\u{7F}", "\\u{7f}"),
    ("\u{9B}31m", "\\u{9b}31m"), ("\u{202E}x", "\\u{202e}x"), ("\u{2066}", "\\u{2066}"),
    (" é日e\u{301}", " é日e\u{301}"), ("", ""),
  ])
  func `what would move the cursor or turn the text is made visible`(token: String, shown: String) {
    let plain = TokenColoring(usesColor: false).line([token])
    #expect(Array(plain.unicodeScalars) == Array(shown.unicodeScalars))
    let colored = TokenColoring(usesColor: true).line([token])
    #expect(colored == "\u{1B}[38;5;16;48;5;153m" + shown + "\u{1B}[0m")
  }

  @Test func `no control character of a token reaches the terminal`() {
    let scalars = (0...0x2100 as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init)
    let tokens = scalars.map { String($0) }
    let line = TokenColoring(usesColor: false).line(tokens)
    let controls = line.unicodeScalars.filter { $0.properties.generalCategory == .control }
    #expect(controls.isEmpty)
  }
}

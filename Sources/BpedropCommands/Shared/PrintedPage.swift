import Glibc
import Reports

/// What a command says, on the terminal and on a page.
final class PrintedPage {
  private var page: HTMLPage
  private var sections = 0
  let style = TokenColoring(usesColor: Terminal.usesColor(STDOUT_FILENO))

  init(title: String) { page = HTMLPage(title: title) }

  /// Begins a section; they are numbered.
  func heading(_ text: String) {
    sections += 1
    let text = "\(sections). \(text)"
    print("\n" + style.emphasized(text))
    page.addHeading(text)
  }

  /// Says a sentence.
  func note(_ text: String) {
    print(text)
    page.addParagraph(text)
  }

  /// Says something that a terminal shows better without.
  func explain(_ text: String) { page.addParagraph(text) }

  /// Shows a table.
  func table(_ head: [String], _ rows: [[String]], onPage: Bool = true) {
    var table = TextTable(head)
    for row in rows { table.append(row) }
    print(table.rendered(), terminator: "")
    if onPage { page.addTable(head, rows) }
  }

  /// Shows one text cut into tokens, in the section of a name.
  func tokens(_ label: String, pageLabel: String? = nil, _ tokens: [String]) {
    let name = label.count < 8 ? label + String(repeating: " ", count: 8 - label.count) : label
    print("  \(name) \(style.line(tokens))  \(tokens.count) tokens")
    page.addTokens(label: pageLabel ?? label, tokens)
  }

  /// Names what the next texts are, on the terminal.
  func name(_ text: String) { print(style.emphasized(text, attribute: 2)) }

  /// Shows a drawing, on the page.
  func figure(_ drawing: String, caption: String) {
    page.addFigure(drawing, caption: caption)
  }

  /// Shows a text that a model wrote.
  func quote(_ name: String, prompt: String, _ text: String) {
    print("\(style.emphasized(name + ":", attribute: 2)) \(style.emphasized(prompt))\(text)\n")
    page.addQuote(name: name, prompt: prompt, text)
  }

  /// Shows tokens, each with how often it stands.
  func list(_ tokens: [(token: String, count: UInt64)]) {
    let labels = tokens.map { "\($0.token) \($0.count)" }
    print("  " + labels.map { style.line([$0]) }.joined(separator: "  "))
    page.addLabels(tokens.map { (token: $0.token, note: "\($0.count)") })
  }

  /// The whole page.
  func rendered() -> String { page.rendered() }
}

/// A page that needs nothing but itself: style and drawings are inside, no script, no network.
///
/// It is light or dark as the reader's browser asks for, and prints. It is as wide as its window:
/// text, tokens and code wrap, drawings shrink, and a wide table scrolls in a box of its own.
public struct HTMLPage: Sendable {
  /// The title, shown at the top and in the browser's tab.
  public let title: String
  private var body = ""
  /// Cells of more characters than this may wrap.
  private static let longCell = 32

  /// An empty page.
  public init(title: String) { self.title = title }

  /// Begins a section.
  public mutating func addHeading(_ text: String) {
    body += "<h2>\(Self.escaped(text))</h2>\n"
  }

  /// Adds a paragraph of plain text.
  public mutating func addParagraph(_ text: String) {
    body += "<p>\(Self.escaped(text))</p>\n"
  }

  /// Adds a drawing with a caption below it.
  ///
  /// - Parameters:
  ///   - drawing: HTML, such as that of a ``LineChart`` or a ``BarChart``.
  ///   - caption: Plain text.
  public mutating func addFigure(_ drawing: String, caption: String) {
    body += "<figure>\(drawing)<figcaption>\(Self.escaped(caption))</figcaption></figure>\n"
  }

  /// Adds a table; columns of numbers stand to the right.
  ///
  /// - Parameters:
  ///   - head: The names of the columns.
  ///   - rows: Cells of plain text, as many as the head or fewer.
  public mutating func addTable(_ head: [String], _ rows: [[String]]) {
    let isNumeric = head.indices.map { column in
      rows.allSatisfy { column >= $0.count || Self.looksNumeric($0[column]) }
    }
    func isRight(_ column: Int) -> Bool { column < isNumeric.count && isNumeric[column] }
    body += "<div class=\"wide\"><table><thead><tr>"
    for (column, cell) in head.enumerated() {
      body += "<th\(isRight(column) ? " class=\"n\"" : "")>\(Self.escaped(cell))</th>"
    }
    body += "</tr></thead><tbody>\n"
    for row in rows {
      body += "<tr>"
      for (column, cell) in row.enumerated() {
        let isLong = cell.count > Self.longCell
        let kind = isRight(column) ? " class=\"n\"" : isLong ? " class=\"long\"" : ""
        body += "<td\(kind)>\(Self.escaped(cell))</td>"
      }
      body += "</tr>\n"
    }
    body += "</tbody></table></div>\n"
  }

  /// Whether a cell is a number, with a unit or not; or nothing, which stands beside numbers.
  private static func looksNumeric(_ cell: String) -> Bool {
    if cell.isEmpty || cell == "–" { return true }
    let first = cell.utf8.first.map { (0x30...0x39).contains($0) || $0 == 0x2D } ?? false
    return first && cell.utf8.allSatisfy { "0123456789.,-+e% ".utf8.contains($0) }
  }

  /// Adds names and what they stand for, one pair below the other.
  public mutating func addFacts(_ facts: [(name: String, value: String)]) {
    body += "<dl>\n"
    for fact in facts {
      body += "<dt>\(Self.escaped(fact.name))</dt><dd>\(Self.escaped(fact.value))</dd>\n"
    }
    body += "</dl>\n"
  }

  /// Adds lines of code.
  ///
  /// - Parameters:
  ///   - text: Plain text with line feeds.
  ///   - summary: What the reader opens to see it; nil shows it at once.
  public mutating func addCode(_ text: String, summary: String? = nil) {
    let code = "<pre><code>\(Self.escaped(text))</code></pre>"
    if let summary {
      body += "<details><summary>\(Self.escaped(summary))</summary>\(code)</details>\n"
    } else {
      body += code + "\n"
    }
  }

  /// Adds one text cut into tokens, side by side in alternating colours.
  ///
  /// - Parameters:
  ///   - label: What stands before it.
  ///   - tokens: What each token shows.
  public mutating func addTokens(label: String, _ tokens: [String]) {
    body += "<div class=\"tokens\"><span class=\"label\">\(Self.escaped(label))</span><bdi>"
    for (index, token) in tokens.enumerated() {
      body += "<span class=\"t t\(index % 6)\">\(Self.escaped(token))</span>"
    }
    body += "</bdi></div>\n"
  }

  /// Adds tokens that do not belong together, each with a note such as a count.
  public mutating func addLabels(_ labels: [(token: String, note: String)]) {
    body += "<div class=\"labels\">"
    for (index, label) in labels.enumerated() {
      body += "<span class=\"t t\(index % 6)\"><bdi>\(Self.escaped(label.token))</bdi> "
      body += "<small>\(Self.escaped(label.note))</small></span> "
    }
    body += "</div>\n"
  }

  /// Adds a text that somebody wrote on from a prompt.
  public mutating func addQuote(name: String, prompt: String, _ text: String) {
    body += "<blockquote><span class=\"label\">\(Self.escaped(name))</span>"
    body += "<b>\(Self.escaped(prompt))</b>\(Self.escaped(text))</blockquote>\n"
  }

  /// The whole page.
  public func rendered() -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(Self.escaped(title))</title>
    <style>
    \(Self.style)
    </style>
    </head>
    <body>
    <main>
    <h1>\(Self.escaped(title))</h1>
    \(body)</main>
    </body>
    </html>

    """
  }

  /// A text with the characters that mean something to HTML replaced.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

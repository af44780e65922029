/// A page that needs nothing but itself: style and drawings are inside, no script, no network.
///
/// It is light or dark as the reader's browser asks for, and prints.
public struct HTMLPage: Sendable {
  /// The title, shown at the top and in the browser's tab.
  public let title: String
  private var body = ""

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
  public mutating func addFigure(_ svg: String, caption: String) {
    body += "<figure>\(svg)<figcaption>\(Self.escaped(caption))</figcaption></figure>\n"
  }

  /// Adds a table; cells that look like numbers stand to the right.
  ///
  /// - Parameters:
  ///   - head: The names of the columns.
  ///   - rows: Cells of plain text, as many as the head or fewer.
  public mutating func addTable(_ head: [String], _ rows: [[String]]) {
    body += "<div class=\"wide\"><table><thead><tr>"
    for cell in head { body += "<th>\(Self.escaped(cell))</th>" }
    body += "</tr></thead><tbody>\n"
    for row in rows {
      body += "<tr>"
      for cell in row {
        let isNumber = cell.utf8.first.map { (0x30...0x39).contains($0) } ?? false
        body += "<td\(isNumber ? " class=\"n\"" : "")>\(Self.escaped(cell))</td>"
      }
      body += "</tr>\n"
    }
    body += "</tbody></table></div>\n"
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

  private static let style = """
    :root { --ink: #1d2129; --faint: #697080; --line: #d9dde5; --page: #fbfbfc; --panel: #fff;
      --c0: #2563a8; --c1: #c2571a; --c2: #2e7d4f; --c3: #8a3ea8; --c4: #a8324a; --c5: #5b6472;
      --t0: #dbe9fb; --t1: #fde7cf; --t2: #d9f0df; --t3: #ecdff6; --t4: #fadde1; --t5: #e6e8ec; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e5e8ee; --faint: #98a1b2; --line: #353b47; --page: #15181d; --panel: #1c2027;
        --c0: #6cb0f5; --c1: #f0995c; --c2: #6fcf97; --c3: #c58be0; --c4: #f08a9c; --c5: #a9b1be;
        --t0: #1f3a5a; --t1: #583514; --t2: #1d4a2f; --t3: #45285a; --t4: #5a2530; --t5: #383e48; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--page); color: var(--ink);
      font: 16px/1.55 system-ui, "Noto Sans", sans-serif; }
    main { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
    h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 1.25rem; }
    h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; padding-top: 1rem;
      border-top: 1px solid var(--line); }
    p { max-width: 44rem; margin: .5rem 0 1rem; }
    figure { margin: 1rem 0; padding: 1rem; background: var(--panel);
      border: 1px solid var(--line); border-radius: 8px; }
    figcaption { color: var(--faint); font-size: .88rem; margin-top: .5rem; }
    svg { display: block; width: 100%; height: auto; }
    svg text { fill: var(--faint); font: 12px system-ui, "Noto Sans", sans-serif; }
    svg .axis { stroke: var(--line); }
    blockquote { margin: 1rem 0; padding: .8rem 1rem; max-width: 44rem; white-space: pre-wrap;
      border-left: 3px solid var(--c0); background: var(--panel); }
    blockquote .label { display: block; color: var(--faint); font-size: .85rem; }
    .wide { overflow-x: auto; }
    table { border-collapse: collapse; margin: .75rem 0; font-size: .93rem; }
    th { text-align: left; color: var(--faint); font-weight: 600; }
    th, td { padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); }
    td.n { text-align: right; font-variant-numeric: tabular-nums; }
    .tokens { display: flex; gap: .9rem; margin: .3rem 0; align-items: baseline; }
    .tokens .label { flex: 0 0 5.5rem; color: var(--faint); font-size: .85rem; }
    .tokens bdi { line-height: 1.9; }
    .t { white-space: pre-wrap; padding: .12rem 0; border-radius: 3px; }
    .t0 { background: var(--t0); } .t1 { background: var(--t1); } .t2 { background: var(--t2); }
    .t3 { background: var(--t3); } .t4 { background: var(--t4); } .t5 { background: var(--t5); }
    """
}

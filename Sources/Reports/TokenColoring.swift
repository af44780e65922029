/// Tokens side by side in alternating colours, for terminals.
public struct TokenColoring: Sendable {
  /// Whether escape sequences are written; without them tokens are set off by `·`.
  public let usesColor: Bool

  /// - Parameter usesColor: False for files, pipes and terminals that ask for none.
  public init(usesColor: Bool) { self.usesColor = usesColor }

  private static let backgrounds = [153, 223, 157, 218, 189, 229]

  /// One line of tokens.
  ///
  /// - Parameter tokens: What each token shows; control characters are made visible.
  /// - Returns: The tokens without a line feed, with escape sequences where colour is used.
  public func line(_ tokens: [String]) -> String {
    let visible = tokens.map(Self.visible)
    guard usesColor else { return visible.joined(separator: "·") }
    var line = ""
    for (index, token) in visible.enumerated() {
      let background = Self.backgrounds[index % Self.backgrounds.count]
      line += "\u{1B}[38;5;16;48;5;\(background)m\(token)"
    }
    return line + "\u{1B}[0m"
  }

  /// A text in one of the terminal's attributes: 1 bold, 2 faint.
  public func emphasized(_ text: String, attribute: Int = 1) -> String {
    usesColor ? "\u{1B}[\(attribute)m\(text)\u{1B}[0m" : text
  }

  private static func visible(_ token: String) -> String {
    var text = ""
    for scalar in token.unicodeScalars {
      switch scalar {
      case "\n": text += "⏎"
      case "\t": text += "⇥"
      case "\r": text += "␍"
      case "\u{00}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}",
        "\u{2066}"..."\u{2069}":
        text += "\\u{\(String(scalar.value, radix: 16))}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}

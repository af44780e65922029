import TokenizerFormats

/// What a conversion lost, and what its check found, for a person.
struct ConversionReport {
  let from: String
  let to: String
  let losses: [String]
  let check: ConversionCheck

  private static let longestList = 24

  var text: String {
    var lines = ["\(from) to \(to): \(losses.isEmpty ? "nothing is lost" : "not held by \(to):")"]
    lines += losses.map { "  - \(Self.visible($0))" }
    guard check.count > 0 else { return lines.joined(separator: "\n") }
    lines.append(
      "\(check.count) generated texts: \(check.otherCuts) are cut otherwise, "
        + "\(check.otherIDs) have other ids"
    )
    for example in check.examples {
      lines.append("  \(Self.escaped(String(decoding: example.text, as: UTF8.self)))")
      for (name, pieces) in zip([from, to], example.pieces) {
        let shown = pieces.prefix(Self.longestList).map(Self.escaped).joined(separator: " ")
        lines.append("    \(name): \(shown)\(pieces.count > Self.longestList ? " …" : "")")
      }
    }
    return lines.joined(separator: "\n")
  }

  /// A text in quotes, with what is not visible escaped.
  private static func escaped(_ text: String) -> String {
    "\"" + text.unicodeScalars.map { $0.escaped(asASCII: false) }.joined() + "\""
  }

  /// A sentence in which what would steer a terminal is escaped.
  private static func visible(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
    }.joined()
  }
}

import BytePairEncoding
import Collation
import Reports
import Tokenization

/// The output of `stream --explain` for one row.
struct RowExplanationPage {
  let explanation: RowExplanation
  let tokenizer: Tokenizer

  private static let head = [
    "place", "document", "bytes", "before", "operation", "after", "target",
  ]

  private func shown(_ id: UInt32) -> String { shownPiece(tokenizer.piece(of: TokenID(id))) }

  /// Control characters made visible.
  private func shownPiece(_ piece: String) -> String {
    TokenColoring(usesColor: false).line([piece])
  }

  private var rows: [[String]] {
    explanation.tokens.enumerated().map { place, token in
      [
        "\(place)", token.document.map { "\($0)" } ?? "",
        token.source.map { "\($0.bytes.lowerBound)..<\($0.bytes.upperBound)" } ?? "",
        token.before.map(shown) ?? "", token.change?.rawValue ?? "", shown(token.after),
        token.target.map { tokenizerHas($0) ? shown(UInt32($0)) : "\($0)" } ?? "",
      ]
    }
  }

  /// Targets that are tokens are shown as such.
  private func tokenizerHas(_ target: Int32) -> Bool {
    target >= 0 && Int(target) < tokenizer.vocabularySize
  }

  private var targets: [String]? {
    explanation.targets.map { $0.map { tokenizerHas($0) ? shown(UInt32($0)) : "\($0)" } }
  }

  /// One line for each input, and the targets if they are separate.
  var text: String {
    var table = TextTable(Self.head)
    for row in rows { table.append(row) }
    let rest = targets.map { "\ntargets: \(TokenColoring(usesColor: false).line($0))\n" } ?? ""
    return "row \(explanation.sample) of the epoch\n\n" + table.rendered() + rest
  }

  /// The same as a page.
  var page: String {
    var page = HTMLPage(title: "Row \(explanation.sample) of the epoch")
    page.addTokens(label: "before", explanation.tokens.compactMap { $0.before.map(shown) })
    page.addTokens(label: "after", explanation.tokens.map { shown($0.after) })
    if let targets { page.addTokens(label: "targets", targets) }
    page.addTable(Self.head, rows)
    return page.rendered()
  }
}

import BytePairEncoding
import Corpora
import PreTokenization
import Reports
import Tokenization
import UnicodeText

/// The audit of a vocabulary as a person reads it.
struct VocabularyAuditReport {
  let audit: VocabularyAudit
  let use: TokenUse?
  let tokenizer: Tokenizer
  /// The most entries of a list.
  let limit: Int

  private var view: SegmentationView { SegmentationView(tokenizer) }

  /// Tables, each with a line above it; lists of nothing are left out.
  func rendered() -> String {
    let parts = [
      counts, reasons, neverMade, deadMerges, tokens("no valid UTF-8", audit.torn),
      tokens("only in text that is no UTF-8", audit.broken),
      tokens("changed by the normaliser", audit.unnormalized), unseen, used, longest, scripts,
      sample, addedTokens, newCharacters, unicode,
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  // MARK: - Counts

  private var counts: String {
    var table = TextTable(["what", "count", "%"])
    func add(_ name: String, _ count: Int, of whole: Int) {
      let share = 100 * Double(count) / Double(max(whole, 1))
      table.append([name, "\(count)", decimal(share, digits: 2)])
    }
    let all = audit.tokenCount
    table.append(["tokens of the model", "\(all)"])
    add("tokens never made", audit.neverMade.count, of: all)
    if let merges = audit.mergeCount { add("dead merges", audit.deadMerges.count, of: merges) }
    add("tokens that are no valid UTF-8", audit.torn.count, of: all)
    add("tokens only of text that is no UTF-8", audit.broken.count, of: all)
    add("tokens that the normaliser changes", audit.unnormalized.count, of: all)
    if let bytes = audit.missingBytes { add("bytes without a token", bytes.count, of: 256) }
    if let use { add("tokens that the text never uses", use.unseen.count, of: all) }
    let added = audit.addedTokens
    table.append(["added tokens", "\(tokenizer.addedTokens.count)"])
    table.append(["  also in the model", "\(added.alsoInModel.count)"])
    table.append(["  in the model by another id", "\(added.otherID.count)"])
    table.append(["  with the id of another token", "\(added.takenID.count)"])
    table.append(["  changed by the normaliser", "\(added.normalized.count)"])
    let isCut = added.overlaps.count >= AddedTokenFindings.mostOverlaps
    table.append(["  overlaps", "\(added.overlaps.count)\(isCut ? " or more" : "")"])
    let note =
      audit.isProof ? "" : "a token counts as never made if its own text is not enough to make it\n"
    return table.rendered() + note
  }

  private var reasons: String {
    var table = TextTable(["why tokens are never made", "count"])
    for reason in VocabularyAudit.Reason.allCases {
      let count = audit.neverMade.count { $0.reason == reason }
      if count > 0 { table.append([reason.rawValue, "\(count)"]) }
    }
    return audit.neverMade.isEmpty ? "" : table.rendered()
  }

  // MARK: - Lists

  /// The longest piece that is shown in full, in characters.
  private static let longestPiece = 48

  /// A token as the file spells it, cut where it is long, with control characters made visible.
  private func piece(_ id: TokenID) -> String { visible(tokenizer.piece(of: id)) }

  private func visible(_ text: String) -> String {
    let shown = text.count > Self.longestPiece ? text.prefix(Self.longestPiece) + "…" : text[...]
    return TokenColoring(usesColor: false).line([String(shown)])
  }

  /// The title of a list that may be cut.
  private func title(_ text: String, _ count: Int) -> String {
    count > limit ? "\(text): the first \(limit) of \(count)" : text
  }

  private func list<Row>(
    _ text: String,
    _ rows: [Row],
    _ head: [String],
    _ cells: (Row) -> [String]
  ) -> String {
    if rows.isEmpty || limit == 0 { return "" }
    var table = TextTable(head)
    for row in rows.prefix(limit) { table.append(cells(row)) }
    return title(text, rows.count) + "\n" + table.rendered()
  }

  private func tokens(_ text: String, _ ids: [TokenID]) -> String {
    list("Tokens " + text, ids, ["id", "token", "bytes"]) {
      ["\($0)", piece($0), hexadecimals($0)]
    }
  }

  private func hexadecimals(_ id: TokenID) -> String {
    let bytes = tokenizer.bytes(of: id)
    return bytes.prefix(16).map(hexadecimal).joined(separator: " ")
      + (bytes.count > 16 ? " …" : "")
  }

  private var neverMade: String {
    list("Tokens never made", audit.neverMade, ["id", "token", "why", "its text becomes"]) {
      let instead = $0.instead.prefix(8).map(piece).joined(separator: " ")
      let isMade = $0.instead == [$0.id]
      return ["\($0.id)", piece($0.id), $0.reason.rawValue, isMade ? "" : instead]
    }
  }

  private var deadMerges: String {
    list("Dead merges", audit.deadMerges, ["rank", "left", "right", "why"]) {
      ["\($0.rank)", visible($0.left), visible($0.right), $0.reason.rawValue]
    }
  }

  private var unseen: String {
    guard let use else { return "" }
    return tokens("that the text never uses", use.unseen)
  }

  private var used: String {
    guard let use else { return "" }
    let head = ["id", "token", "times"]
    func cells(_ id: TokenID) -> [String] { ["\(id)", piece(id), "\(use.counts[id.index])"] }
    return list("Tokens used most", use.byUse, head, cells) + "\n"
      + list("Tokens used least", use.byUse.reversed(), head, cells)
  }

  private var longest: String {
    list("Longest tokens", audit.byLength, ["id", "token", "bytes"]) {
      ["\($0)", piece($0), "\(tokenizer.bytes(of: $0).count)"]
    }
  }

  private var scripts: String {
    list(
      "Scripts that cost most, each character as a word of its own",
      audit.scripts,
      ["script", "characters", "one token", "lost", "tokens/character", "tokens/byte", "most"]
    ) {
      [
        $0.script, "\($0.characters)", "\($0.single)", "\($0.lost)",
        decimal($0.tokensPerCharacter, digits: 2), decimal($0.tokensPerByte, digits: 2),
        "\($0.most)",
      ]
    }
  }

  /// Some of the dearest characters of the dearest script, and their tokens.
  private var sample: String {
    guard let most = audit.scripts.max(by: { $0.most < $1.most }), most.most > 0 else { return "" }
    let text = most.dearest.map { String($0) }.joined()
    let names = most.dearest.map { "U+" + String($0.value, radix: 16, uppercase: true) }
    guard let labels = try? view.labels(of: Array(text.utf8), noise: nil, document: 0) else {
      return ""
    }
    return "A text that costs much: \(names.joined(separator: " ")) (\(most.script)), "
      + "\(text.utf8.count) bytes, \(labels.count) tokens\n"
      + "  " + TokenColoring(usesColor: false).line(labels) + "\n"
  }

  private var addedTokens: String {
    let added = audit.addedTokens
    let others = added.otherID.sorted { $0.key < $1.key }
    return list("Added tokens in the model by another id", others, ["id", "token", "there"]) {
      ["\($0.key)", piece($0.key), "\($0.value)"]
    }
      + list("Added tokens that overlap", added.overlaps, ["id", "token", "id", "token", "how"]) {
        [
          "\($0.first)", piece($0.first), "\($0.second)", piece($0.second),
          $0.isInside ? "inside" : "end and beginning",
        ]
      }
  }

  private var newCharacters: String {
    list(
      "Characters of tokens that this ICU does not assign",
      audit.unknownToICU,
      ["character", "in Unicode \(CharacterClass.unicodeVersion)"]
    ) {
      [
        "U+" + String($0.value, radix: 16, uppercase: true),
        CharacterClass($0.value).isAssigned ? "assigned" : "not assigned",
      ]
    }
  }

  private var unicode: String {
    var table = TextTable(["version of Unicode", "what goes by it"])
    for version in Self.unicodeVersions { table.append([version.number, version.use]) }
    return table.rendered()
  }

  /// The versions of Unicode, and what goes by each; see decisions 3 and 32.
  static let unicodeVersions = [
    (number: CharacterClass.unicodeVersion, use: "letters, numbers, white space; lower case"),
    (number: ICUVersion.unicode, use: "normal forms, words, scripts: ICU \(ICUVersion.library)"),
    (number: "9.0", use: "StripAccents and UnicodeScripts of tokenizer.json"),
    (number: "8.0", use: "BERT's normaliser and punctuation"),
  ]
}

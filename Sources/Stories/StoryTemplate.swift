// Procedure: a recursive-descent parser of the template language that the plots are written in.
//
//     {hero}             the first column of the row that plays the role: a name, a noun
//     {hero.his}         a column, or a word that agrees with the row (StoryAgreement)
//     {Hero}  {hero.He}  the same with a capital letter
//     {a color toy}      several words with the article: a red kite, an old drum, some blue boots
//     [quickly|at once]  one of several; an option may be empty, and may hold anything
//     <search>           one of the alternatives of a rule of the plot or of StoryPhrases
//
// Complexity: linear in the text; runs once, when the grammar is compiled.

/// A parsed template.
enum StoryPiece {
  case text([UInt8])
  case slot(StorySlot)
  case choice([[StoryPiece]])
  case rule(String)
}

/// The content of braces.
struct StorySlot {
  var hasArticle: Bool
  var isCapital: Bool
  /// Role and column; a nil column is the first one.
  var words: [(role: String, column: String?)]
}

/// Parses one template.
struct StoryTemplateParser {
  private let template: String
  private let bytes: [UInt8]
  private var position = 0

  /// The pieces of a template, in reading order.
  static func pieces(of template: String) -> [StoryPiece] {
    var parser = StoryTemplateParser(template)
    let pieces = parser.sequence(insideChoice: false)
    precondition(parser.position == parser.bytes.count, "a ] without its [ in: \(template)")
    return pieces
  }

  private init(_ template: String) {
    self.template = template
    self.bytes = Array(template.utf8)
  }

  /// Pieces up to the end, or inside a choice up to `|` or `]`.
  private mutating func sequence(insideChoice: Bool) -> [StoryPiece] {
    var pieces: [StoryPiece] = []
    var text: [UInt8] = []
    func flushed(_ pieces: [StoryPiece], _ text: [UInt8]) -> [StoryPiece] {
      text.isEmpty ? pieces : pieces + [.text(text)]
    }
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "]") || (insideChoice && byte == UInt8(ascii: "|")) { break }
      position += 1
      switch byte {
      case UInt8(ascii: "{"):
        precondition(
          !" \(String(decoding: text, as: UTF8.self))".lowercased().hasSuffix(" a "),
          "an article outside of the slot that it agrees with, in: \(template)"
        )
        pieces = flushed(pieces, text) + [.slot(slot(name(until: UInt8(ascii: "}"))))]
        text = []
      case UInt8(ascii: "<"):
        pieces = flushed(pieces, text) + [.rule(name(until: UInt8(ascii: ">")))]
        text = []
      case UInt8(ascii: "["):
        pieces = flushed(pieces, text) + [.choice(options())]
        text = []
      default:
        precondition(
          byte != UInt8(ascii: "}") && byte != UInt8(ascii: ">") && byte != UInt8(ascii: "|"),
          "a stray \(Character(UnicodeScalar(byte))) in: \(template)"
        )
        text.append(byte)
      }
    }
    return flushed(pieces, text)
  }

  private mutating func options() -> [[StoryPiece]] {
    var options = [sequence(insideChoice: true)]
    while position < bytes.count && bytes[position] == UInt8(ascii: "|") {
      position += 1
      options.append(sequence(insideChoice: true))
    }
    precondition(position < bytes.count, "a [ without its ] in: \(template)")
    position += 1
    return options
  }

  private mutating func name(until end: UInt8) -> String {
    let start = position
    while position < bytes.count && bytes[position] != end { position += 1 }
    precondition(position < bytes.count, "a bracket is not closed in: \(template)")
    defer { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private func slot(_ text: String) -> StorySlot {
    var words = text.split(separator: " ")
    let hasArticle = words.first == "a" || words.first == "A"
    // The capital may stand on the role, as in {Hero}, or on the column, as in {hero.His}.
    let isCapital = text.utf8.contains { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }
    if hasArticle { words.removeFirst() }
    precondition(!words.isEmpty, "a slot without a role, {\(text)}, in: \(template)")
    return StorySlot(
      hasArticle: hasArticle,
      isCapital: isCapital,
      words: words.map { word in
        let parts = word.lowercased().split(separator: ".").map(String.init)
        precondition(
          parts.count == 1 || parts.count == 2,
          "a slot is {role} or {role.column}, but is {\(text)}, in: \(template)"
        )
        return (parts[0], parts.count == 2 ? parts[1] : nil)
      }
    )
  }
}

// Source: subword-nmt 0.3.8 (apply_bpe.py, class BPE) and fastBPE (fast.cc, readCodes).
// Procedure: a line is a merge of two symbols, by rank. In version 0.2 and in fastBPE the last
//   symbol of a word is its last character with `</w>`; in version 0.1 `</w>` is a symbol of its own.
//   Ids are determined by the codes: the unknown token, all characters in the order of their code
//   points inside a word, then the same at its end, then what the merges name, by rank.
// Complexity: O(size of the file).

import BytePairEncoding
import Diagnostics
import PreTokenization
import Tokenization
import UnicodeText

/// The merges of a file of codes.
struct SubwordCodes {
  /// How words end.
  enum WordEnd {
    /// The last character has `</w>`: version 0.2, fastBPE.
    case glued
    /// `</w>` is the last symbol: version 0.1.
    case separate
  }

  /// A merge of two symbols, by their numbers in ``symbols``.
  struct Rule {
    let left: TokenID
    let right: TokenID
    let product: TokenID
    let line: Int
  }

  static let ending = Array("</w>".utf8)
  /// The mark of pieces that do not end a word.
  static let separator = Array("@@".utf8)

  private(set) var rules: [Rule] = []
  /// The symbols as the codes spell them, in the order in which they are named or made.
  private var symbols = Vocabulary()
  let wordEnd: WordEnd

  /// - Parameters:
  ///   - text: The file.
  ///   - hasCounts: Whether each line ends with the count of its merge, as in fastBPE's files.
  /// - Throws: ``InvalidData`` with the line.
  init(_ text: [UInt8], hasCounts: Bool) throws {
    var lines = FileLines(text)
    var wordEnd = hasCounts ? WordEnd.glued : .separate
    var seen: Set<UInt64> = []
    while let line = lines.next() {
      if lines.number == 1, !hasCounts, let version = try Self.version(line) {
        wordEnd = version
        continue
      }
      let fields = Self.fields(line)
      guard fields.count == (hasCounts ? 3 : 2), fields.allSatisfy({ !$0.isEmpty }),
        !hasCounts || fields[2].allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2D })
      else {
        throw InvalidData(
          place: lines.place,
          hasCounts
            ? "two symbols and a count were expected, with a space between them"
            : "two symbols were expected, with a space between them"
        )
      }
      let rule = Rule(
        left: symbols.append(Array(fields[0])),
        right: symbols.append(Array(fields[1])),
        product: symbols.append(Array(fields[0] + fields[1])),
        line: lines.number
      )
      // Of several equal merges the first counts.
      let pair = UInt64(rule.left.rawValue) << 32 | UInt64(rule.right.rawValue)
      if seen.insert(pair).inserted { rules.append(rule) }
    }
    self.wordEnd = wordEnd
    guard !rules.isEmpty else { throw InvalidData("no merges: the file is empty") }
    try check(hasCounts: hasCounts)
  }

  /// The fields of a line between spaces, without what surrounds them.
  static func fields(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x0D }
    var line = line.drop(while: isSpace)
    while let last = line.last, isSpace(last) { line = line.dropLast() }
    return line.split(separator: 0x20, omittingEmptySubsequences: false)
  }

  /// The version in the first line; nil if it is a merge.
  private static func version(_ line: ArraySlice<UInt8>) throws -> WordEnd? {
    guard line.starts(with: "#version:".utf8) else { return nil }
    let name = String(decoding: fields(line).last ?? [], as: UTF8.self)
    switch name {
    case "0.1", "#version:0.1": return .separate
    case "0.2", "#version:0.2": return .glued
    default:
      throw InvalidData(
        place: "line 1",
        "the version '\(name)' of codes is not supported (0.1 and 0.2 are)"
      )
    }
  }

  // MARK: - Checks

  /// Refuses merges that no learner makes, which the libraries would apply in another order.
  private func check(hasCounts: Bool) throws {
    var firstRank = [Int](repeating: -1, count: symbols.count)
    for (rank, rule) in rules.enumerated() where firstRank[rule.product.index] < 0 || hasCounts {
      guard firstRank[rule.product.index] < 0 else {
        throw InvalidData(
          place: "line \(rule.line)",
          "'\(name(rule.product))' is made twice, which fastBPE refuses"
        )
      }
      firstRank[rule.product.index] = rank
    }
    for (rank, rule) in rules.enumerated() {
      for part in [rule.left, rule.right] {
        guard String(validating: symbols.bytes(of: part), as: UTF8.self) != nil else {
          throw InvalidData(place: "line \(rule.line)", "a symbol is not UTF-8")
        }
        if firstRank[part.index] >= rank {
          throw InvalidData(
            place: "line \(rule.line)",
            "'\(name(part))' is used before line \(rules[firstRank[part.index]].line) makes it"
          )
        }
      }
      let isSeparate = wordEnd == .separate
      if isFinal(rule.left)
        || (!isSeparate && symbols.byteCount(of: rule.right) == 4)
          && isFinal(rule.right)
      {
        throw InvalidData(
          place: "line \(rule.line)",
          "'</w>' was expected at the end of the second symbol only"
            + (isSeparate ? "" : ", behind a character")
        )
      }
    }
  }

  private func name(_ symbol: TokenID) -> String {
    String(decoding: symbols.bytes(of: symbol), as: UTF8.self)
  }

  /// Whether a symbol ends a word.
  private func isFinal(_ symbol: TokenID) -> Bool {
    symbols.bytes(of: symbol).suffix(Self.ending.count) == Self.ending[...]
  }

  // MARK: - The tokenizer

  /// - Parameter preTokenizer: How text is cut into words.
  /// - Returns: The tokenizer, whose ids depend on the codes alone.
  /// - Throws: ``InvalidData`` if the merges form no model.
  func tokenizer(_ preTokenizer: PreTokenizer) throws -> Tokenizer {
    Tokenizer(
      normalizer: .none,
      preTokenizer: preTokenizer,
      model: wordEnd == .glued ? try gluedModel() : try separateModel()
    )
  }

  /// The numbers of all symbols.
  private var ids: [TokenID] { (0..<symbols.count).map { TokenID($0) } }

  /// The characters of all symbols, in the order of their code points.
  private var alphabet: [[UInt8]] {
    var scalars: Set<Unicode.Scalar> = []
    for id in ids {
      let text = symbols.bytes(of: id).dropLast(isFinal(id) ? Self.ending.count : 0)
      scalars.formUnion(String(decoding: text, as: UTF8.self).unicodeScalars)
    }
    return scalars.sorted().map { Array(String($0).utf8) }
  }

  /// A spelling of the unknown token that is no symbol.
  private var unknown: [UInt8] {
    var name = "<unk>"
    while symbols.id(of: Array(name.utf8)) != nil { name = "<\(name)>" }
    return Array(name.utf8)
  }

  private func gluedModel() throws -> CharacterModel {
    let alphabet = alphabet
    return try model(alphabet + alphabet.map { $0 + Self.ending }, endSymbol: nil)
  }

  /// A model over characters.
  ///
  /// - Parameters:
  ///   - first: The symbols that come before those of the codes.
  ///   - endSymbol: What stands for `</w>` as a symbol of its own; nil if it is glued.
  /// - Returns: The model, with the ids that the file's comment gives.
  /// - Throws: ``InvalidData``.
  private func model(_ first: [[UInt8]], endSymbol: [UInt8]?) throws -> CharacterModel {
    var vocabulary = Vocabulary()
    var settings = CharacterModel.Settings()
    settings.unknown = vocabulary.append(unknown)
    settings.suffix = endSymbol == nil ? Self.ending : []
    for symbol in first { vocabulary.append(symbol) }
    let tokens = ids.map { id in
      guard let endSymbol, isFinal(id) else {
        return vocabulary.append(Array(symbols.bytes(of: id)))
      }
      return vocabulary.append(symbols.bytes(of: id).dropLast(Self.ending.count) + endSymbol)
    }
    let merges = rules.map { rule in
      Merge(
        left: tokens[rule.left.index],
        right: tokens[rule.right.index],
        product: tokens[rule.product.index]
      )
    }
    return try CharacterModel(vocabulary: vocabulary, merges: merges, settings: settings)
  }

  private func separateModel() throws -> SubwordModel {
    let alphabet = alphabet
    let endSymbol = try Self.endSymbol(besides: alphabet)
    var pieces = Vocabulary()
    let unknown = pieces.append(unknown)
    for character in alphabet { pieces.append(character + Self.separator) }
    for character in alphabet { pieces.append(character) }
    for id in ids where !symbols.bytes(of: id).elementsEqual(Self.ending) {
      let bytes = Array(symbols.bytes(of: id))
      pieces.append(isFinal(id) ? bytes.dropLast(Self.ending.count) : bytes + Self.separator)
    }
    return try SubwordModel(
      codes: try model(alphabet + [endSymbol], endSymbol: endSymbol),
      endSymbol: endSymbol,
      pieces: .init(vocabulary: pieces, isAllowed: [], separator: Self.separator),
      unknown: unknown
    )
  }

  /// A code point that is no character, and whose neighbour is none either.
  private static func endSymbol(besides alphabet: [[UInt8]]) throws -> [UInt8] {
    let used = Set(alphabet)
    for plane in 0...16 as ClosedRange<UInt32> {
      let pair = [plane << 16 | 0xFFFE, plane << 16 | 0xFFFF].compactMap(Unicode.Scalar.init)
        .map { Array(String($0).utf8) }
      if let symbol = pair.last, used.isDisjoint(with: pair) { return symbol }
    }
    throw InvalidData("the codes have a noncharacter of every plane")
  }
}

extension [UInt8] {
  /// Whether it ends with other bytes.
  func hasSuffix(_ other: [UInt8]) -> Bool { suffix(other.count) == other[...] }
}

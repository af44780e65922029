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

  /// A merge.
  struct Rule {
    let left: [UInt8]
    let right: [UInt8]
    let line: Int

    var product: [UInt8] { left + right }
  }

  static let ending = Array("</w>".utf8)
  /// The mark of pieces that do not end a word.
  static let separator = Array("@@".utf8)

  private(set) var rules: [Rule] = []
  let wordEnd: WordEnd

  /// - Parameters:
  ///   - text: The file.
  ///   - hasCounts: Whether each line ends with the count of its merge, as in fastBPE's files.
  /// - Throws: ``InvalidData`` with the line.
  init(_ text: [UInt8], hasCounts: Bool) throws {
    var lines = text[...]
    while lines.last == 0x0A { lines = lines.dropLast() }
    var number = 0
    var wordEnd = hasCounts ? WordEnd.glued : .separate
    var seen: Set<[[UInt8]]> = []
    for line in lines.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      if number == 1, !hasCounts, let version = try Self.version(line) {
        wordEnd = version
        continue
      }
      let fields = Self.fields(line)
      guard fields.count == (hasCounts ? 3 : 2), fields.allSatisfy({ !$0.isEmpty }),
        !hasCounts || fields[2].allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2D })
      else {
        throw InvalidData(
          place: "line \(number)",
          hasCounts
            ? "two symbols and a count were expected, with a space between them"
            : "two symbols were expected, with a space between them"
        )
      }
      let rule = Rule(left: Array(fields[0]), right: Array(fields[1]), line: number)
      // Of several equal merges the first counts.
      guard seen.insert([rule.left, rule.right]).inserted else { continue }
      rules.append(rule)
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
    var firstRank: [[UInt8]: Int] = [:]
    for (rank, rule) in rules.enumerated() {
      let isMade = firstRank.updateValue(rank, forKey: rule.product)
      guard let isMade else { continue }
      if hasCounts {
        throw InvalidData(
          place: "line \(rule.line)",
          "'\(Self.name(rule.product))' is made twice, which fastBPE refuses"
        )
      }
      firstRank[rule.product] = isMade
    }
    for (rank, rule) in rules.enumerated() {
      for part in [rule.left, rule.right] {
        guard String(validating: part, as: UTF8.self) != nil else {
          throw InvalidData(place: "line \(rule.line)", "a symbol is not UTF-8")
        }
        if let made = firstRank[part], made >= rank {
          throw InvalidData(
            place: "line \(rule.line)",
            "'\(Self.name(part))' is used before line \(rules[made].line) makes it"
          )
        }
      }
      let isSeparate = wordEnd == .separate
      if rule.left.hasSuffix(Self.ending) || (!isSeparate && rule.right == Self.ending) {
        throw InvalidData(
          place: "line \(rule.line)",
          "'</w>' was expected at the end of the second symbol only"
            + (isSeparate ? "" : ", behind a character")
        )
      }
    }
  }

  static func name(_ symbol: [UInt8]) -> String { String(decoding: symbol, as: UTF8.self) }

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

  /// The characters of all symbols, in the order of their code points.
  private var alphabet: [[UInt8]] {
    var scalars: Set<Unicode.Scalar> = []
    for rule in rules {
      for part in [rule.left, rule.right] {
        let text = part.hasSuffix(Self.ending) ? part.dropLast(Self.ending.count) : part[...]
        scalars.formUnion(String(decoding: text, as: UTF8.self).unicodeScalars)
      }
    }
    return scalars.sorted().map { Array(String($0).utf8) }
  }

  /// A spelling of the unknown token that is no symbol.
  private var unknown: [UInt8] {
    let symbols = Set(rules.flatMap { [$0.left, $0.right, $0.product] })
    var name = "<unk>"
    while symbols.contains(Array(name.utf8)) { name = "<\(name)>" }
    return Array(name.utf8)
  }

  /// Every symbol as the codes spell it, in the order of ids, without the unknown token.
  private var symbols: [[UInt8]] {
    let alphabet = alphabet
    return alphabet + alphabet.map { $0 + Self.ending }
      + rules.flatMap { [$0.left, $0.right, $0.product] }
  }

  private func gluedModel() throws -> CharacterModel {
    try Self.model(unknown, symbols, rules)
  }

  /// A model over characters.
  ///
  /// - Parameters:
  ///   - unknown: The unknown token.
  ///   - symbols: The others, repeats included.
  ///   - rules: The merges.
  ///   - endSymbol: What stands for `</w>` as a symbol of its own; nil if it is glued.
  /// - Throws: ``InvalidData``.
  private static func model(
    _ unknown: [UInt8],
    _ symbols: [[UInt8]],
    _ rules: [Rule],
    endSymbol: [UInt8]? = nil
  ) throws -> CharacterModel {
    let spell = { (symbol: [UInt8]) -> [UInt8] in
      guard let endSymbol, symbol.hasSuffix(ending) else { return symbol }
      return symbol.dropLast(ending.count) + endSymbol
    }
    var vocabulary = Vocabulary()
    var settings = CharacterModel.Settings()
    settings.unknown = vocabulary.append(unknown)
    settings.suffix = endSymbol == nil ? ending : []
    for symbol in symbols { vocabulary.append(spell(symbol)) }
    let merges = rules.map { rule in
      Merge(
        left: vocabulary.append(spell(rule.left)),
        right: vocabulary.append(spell(rule.right)),
        product: vocabulary.append(spell(rule.product))
      )
    }
    return try CharacterModel(vocabulary: vocabulary, merges: merges, settings: settings)
  }

  private func separateModel() throws -> SubwordModel {
    let alphabet = alphabet
    let codes = try Self.model(
      unknown,
      alphabet + [Self.ending],
      rules,
      endSymbol: try Self.endSymbol(besides: alphabet)
    )
    var pieces = Vocabulary()
    let unknown = pieces.append(unknown)
    for symbol in symbols where symbol != Self.ending {
      let isFinal = symbol.hasSuffix(Self.ending)
      pieces.append(isFinal ? symbol.dropLast(Self.ending.count) : symbol + Self.separator)
    }
    return try SubwordModel(
      codes: codes,
      endSymbol: try Self.endSymbol(besides: alphabet),
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

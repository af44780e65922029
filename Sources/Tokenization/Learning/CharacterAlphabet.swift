// Source: Hugging Face tokenizers 0.23 (models/bpe/trainer.rs, `compute_alphabet`, `tokenize_words`):
//   limit, initial alphabet, affixes. SentencePiece 0.2 (trainer_interface.cc): coverage, byte fallback.
// Procedure: characters are taken by falling count, and of equal counts by code point, until they
//   reach the coverage or the limit. They are numbered by code point; those with marks follow, by
//   their spelling. (Hugging Face numbers these in the order of its hash table, so that their ids,
//   and ties between them, differ from run to run.) Without byte fallback, characters that are left
//   out are skipped, as by Hugging Face; with it the word breaks there.
// Determinism: a function of the counts.

import BytePairEncoding

/// The characters that BPE starts from.
public struct CharacterAlphabet: Hashable, Sendable {
  /// The most characters; nil for all.
  public var limit: Int?
  /// Characters that are in the alphabet whether they occur or not, before all others.
  public var initial: Set<Unicode.Scalar> = []
  /// The share of the text that the characters must make up, in 0...1.
  public var coverage = 1.0
  /// Whether the 256 bytes are tokens, into which other characters fall back.
  public var fallsBackToBytes = false
  /// The prefix of tokens that do not begin a word; empty for none.
  public var prefix: [UInt8] = []
  /// The suffix of tokens that end a word; empty for none.
  public var suffix: [UInt8] = []

  /// All characters that occur, without marks.
  public init() {}

  /// The number of occurrences of each character; bytes that are not UTF-8 are left out.
  static func occurrences(in counts: WordCounts) -> [Unicode.Scalar: UInt64] {
    var occurrences: [Unicode.Scalar: UInt64] = [:]
    for index in 0..<counts.count {
      // A word with bytes that are not UTF-8 contributes its valid characters.
      for scalar in String(decoding: counts.word(index), as: UTF8.self).unicodeScalars
      where scalar != "\u{FFFD}" {
        occurrences[scalar, default: 0] += counts.occurrences(index)
      }
    }
    return occurrences
  }

  /// The characters, in their order.
  func characters(of counts: WordCounts) -> [Unicode.Scalar] {
    let occurrences = Self.occurrences(in: counts)
    let total = occurrences.values.reduce(0, +)
    var kept = initial.sorted()
    var covered: UInt64 = 0
    let others = occurrences.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
    for (character, count) in others {
      if coverage < 1 && Double(covered) >= coverage * Double(total) { break }
      covered += count
      if !initial.contains(character) { kept.append(character) }
    }
    return kept.prefix(limit ?? .max).sorted()
  }

  /// The first tokens, in the order of their ids: bytes, characters, characters with marks.
  func pieces(of counts: WordCounts) -> [[UInt8]] {
    let characters = characters(of: counts)
    let bytes =
      fallsBackToBytes ? (UInt8.min...UInt8.max).map { FirstSymbols.piece(of: $0) } : []
    let plain = characters.map { Array(String($0).utf8) }
    guard !prefix.isEmpty || !suffix.isEmpty else { return bytes + plain }
    let known = Set(plain)
    var marked: Set<[UInt8]> = []
    for index in 0..<counts.count {
      let word = counts.word(index)
      var isFirst = true
      InitialSymbols.CharacterSymbols(suffix: [0xFF]).cut(word) { symbol in
        let isLast = symbol.last == 0xFF
        let character = isLast ? Array(symbol.dropLast()) : symbol
        if known.contains(character) {
          marked.insert((isFirst ? [] : prefix) + character + (isLast ? suffix : []))
        }
        isFirst = false
      }
    }
    let others = marked.subtracting(plain).sorted { $0.lexicographicallyPrecedes($1) }
    return bytes + plain + others
  }

  // MARK: - Learning

  /// Precedes a word while learning, if tokens that continue a word have a mark.
  ///
  /// It is not a byte of UTF-8, so the spelling of a product is that of its parts.
  private static let beginning: UInt8 = 0xFF

  /// How words are cut.
  var symbols: InitialSymbols.CharacterSymbols {
    InitialSymbols.CharacterSymbols(
      prefix: prefix.isEmpty ? [] : [Self.beginning],
      suffix: suffix,
      breaksAtUnknown: fallsBackToBytes
    )
  }

  /// The spelling of a token while learning.
  func learned(_ piece: [UInt8]) -> [UInt8] {
    if prefix.isEmpty { return piece }
    let goesOn = piece.count > prefix.count && piece.starts(with: prefix)
    return goesOn ? Array(piece.dropFirst(prefix.count)) : [Self.beginning] + piece
  }

  private func piece(_ learned: ArraySlice<UInt8>) -> [UInt8] {
    if prefix.isEmpty { return Array(learned) }
    return learned.first == Self.beginning ? Array(learned.dropFirst()) : prefix + learned
  }

  /// The learned model.
  func model(
    _ learned: Vocabulary,
    _ merges: [Merge],
    unknown: String
  ) throws -> CharacterModel {
    var vocabulary = Vocabulary()
    for id in 0..<learned.count { vocabulary.append(piece(learned.bytes(of: TokenID(id)))) }
    var settings = CharacterModel.Settings()
    if !fallsBackToBytes { settings.unknown = vocabulary.id(of: Array(unknown.utf8)) }
    settings.fallsBackToBytes = fallsBackToBytes
    settings.prefix = prefix
    settings.suffix = suffix
    return try CharacterModel(vocabulary: vocabulary, merges: merges, settings: settings)
  }
}

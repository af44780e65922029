// Source: R. Sennrich, B. Haddow, A. Birch, "Neural Machine Translation of Rare Words with Subword
//   Units", ACL 2016; subword-nmt 0.3.8 (apply_bpe.py) and fastBPE (fast.cc).
// Procedure: a model over characters applies the merges (its words end with `</w>`, glued to the
//   last character or as a symbol of its own). Pieces are told by their text and by whether they
//   end a word. A piece that the vocabulary lacks is split by undoing its merge, until all pieces
//   are in the vocabulary or single characters.
// Complexity: that of the model; O(length) for each merge that is undone.

public import BytePairEncoding
import Diagnostics

/// subword-nmt's model with what CharacterModel has no place for: the end of a word as a symbol of
/// its own, a vocabulary that pieces are restricted to, and words that are never split.
public struct SubwordModel: Sendable {
  /// What pieces are restricted to, as the output spells them: `low@@`, and `low` at a word's end.
  public struct Restriction: Sendable {
    /// The pieces by id, ``SubwordModel/unknown`` included.
    public var vocabulary: Vocabulary
    /// Whether a piece may be used, by id; empty if all may.
    public var isAllowed: [Bool]
    /// The mark of pieces that do not end a word.
    public var separator: [UInt8]

    /// - Parameters:
    ///   - vocabulary: The pieces by id.
    ///   - isAllowed: Whether a piece may be used, by id; empty if all may.
    ///   - separator: The mark of pieces that do not end a word.
    public init(vocabulary: Vocabulary, isAllowed: [Bool], separator: [UInt8]) {
      self.vocabulary = vocabulary
      self.isAllowed = isAllowed
      self.separator = separator
    }
  }

  /// The model of the merges.
  public let codes: CharacterModel
  /// The symbol behind each word, if the end of a word is one; else empty.
  public let endSymbol: [UInt8]
  /// The pieces, and which may be used.
  public let pieces: Restriction
  /// The token of a piece without one.
  public let unknown: TokenID
  /// What is never split.
  public let glossaries: [Glossary]

  /// Cuts words at ``glossaries``; nil without any.
  let cutter: GlossaryCutter?

  /// The mark of the end of a word in the vocabulary of ``codes``.
  let ending: [UInt8]
  /// For each token of ``codes``, the merge that undoing takes back, or -1.
  private let undone: [Int32]
  /// For each token of ``codes``, the token inside a word and at its end, or `absent`.
  let inside: [UInt32]
  let final: [UInt32]
  static let absent = UInt32.max

  /// - Parameters:
  ///   - codes: The model of the merges; it must have an unknown token that is not fused.
  ///   - endSymbol: The symbol behind each word, which is a token of `codes`; empty if the words of
  ///     `codes` end with its suffix.
  ///   - pieces: The vocabulary, and which pieces may be used.
  ///   - unknown: The token of a piece without one.
  ///   - glossaries: What is never split.
  /// - Throws: ``InvalidData`` if `codes` has other settings.
  public init(
    codes: CharacterModel,
    endSymbol: [UInt8],
    pieces: Restriction,
    unknown: TokenID,
    glossaries: [Glossary] = []
  ) throws {
    let settings = codes.settings
    guard settings.unknown != nil, !settings.fusesUnknown, !settings.fallsBackToBytes,
      !settings.ignoresMerges, settings.prefix.isEmpty,
      endSymbol.isEmpty != settings.suffix.isEmpty
    else {
      throw InvalidData(
        "the tokenizer is none of subword-nmt: its words do not end with </w>, or it has no "
          + "unknown token"
      )
    }
    self.codes = codes
    self.endSymbol = endSymbol
    self.pieces = pieces
    self.unknown = unknown
    self.glossaries = glossaries
    cutter = glossaries.isEmpty ? nil : GlossaryCutter(glossaries)
    let ending = endSymbol.isEmpty ? settings.suffix : endSymbol
    self.ending = ending
    var undone = [Int32](repeating: -1, count: codes.vocabulary.count)
    for (rank, merge) in codes.merges.enumerated().reversed() {
      undone[merge.product.index] = Int32(truncatingIfNeeded: rank)
    }
    self.undone = undone
    var inside = [UInt32](repeating: Self.absent, count: codes.vocabulary.count)
    var final = inside
    for id in 0..<codes.vocabulary.count where TokenID(id) != settings.unknown {
      let text = codes.vocabulary.bytes(of: TokenID(id))
      let ends = text.count > ending.count && text.suffix(ending.count) == ending[...]
      let word = Array(ends ? text.dropLast(ending.count) : text)
      final[id] = Self.id(of: word, isFinal: true, in: pieces)?.rawValue ?? Self.absent
      if ends { continue }
      inside[id] = Self.id(of: word, isFinal: false, in: pieces)?.rawValue ?? Self.absent
    }
    self.inside = inside
    self.final = final
  }

  /// Whether pieces are restricted.
  public var isRestricted: Bool { !pieces.isAllowed.isEmpty }

  /// The token of a piece that may be used.
  func id(of text: [UInt8], isFinal: Bool) -> TokenID? {
    Self.id(of: text, isFinal: isFinal, in: pieces)
  }

  private static func id(of text: [UInt8], isFinal: Bool, in pieces: Restriction) -> TokenID? {
    guard let id = pieces.vocabulary.id(of: isFinal ? text : text + pieces.separator) else {
      return nil
    }
    return pieces.isAllowed.isEmpty || pieces.isAllowed[id.index] ? id : nil
  }

  /// Where undoing its merge cuts a piece: the length of its left part; nil for a piece that no
  /// merge makes.
  func cut(of text: [UInt8], isFinal: Bool) -> Int? {
    guard let id = codes.vocabulary.id(of: isFinal ? text + ending : text),
      undone[id.index] >= 0
    else { return nil }
    return codes.vocabulary.byteCount(of: codes.merges[Int(undone[id.index])].left)
  }
}

extension SubwordModel: WordModel {
  /// "subword-nmt's model".
  public var name: String { "subword-nmt's model" }

  /// The pieces as subword-nmt's output spells them.
  public var vocabulary: Vocabulary { pieces.vocabulary }

  /// The limit of the model over characters, without the end symbol.
  public var longestWord: Int { codes.longestWord - endSymbol.count }

  /// The text of a token, without its mark.
  public func text(of token: TokenID) -> ArraySlice<UInt8> {
    let bytes = vocabulary.bytes(of: token)
    return goesOn(token) ? bytes.dropLast(pieces.separator.count) : bytes
  }

  /// Whether a token does not end its word.
  private func goesOn(_ token: TokenID) -> Bool {
    let bytes = vocabulary.bytes(of: token)
    let mark = pieces.separator
    return !mark.isEmpty && bytes.count > mark.count && bytes.suffix(mark.count) == mark[...]
  }

  /// A space separates the end of one word from the next.
  public func needsSpace(between previous: TokenID, and next: TokenID) -> Bool {
    !goesOn(previous)
  }

  /// As the model over characters.
  public func response(to noise: SegmentationNoise) -> NoiseResponse { codes.response(to: noise) }

  /// An encoder with a word cache of its own.
  public func makeEncoder(cacheCapacity: Int) -> any WordEncoder {
    SubwordEncoder(self, cacheCapacity: cacheCapacity)
  }
}

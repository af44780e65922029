import BytePairEncoding

/// One row of a model's input; all arrays have one element for each token, or none if not wanted.
public struct ModelInput: Hashable, Sendable {
  /// The ids as plain numbers.
  public internal(set) var ids: [UInt32] = []
  /// The type of each token: which text it belongs to, as a model is told.
  public internal(set) var typeIDs: [UInt32] = []
  /// 1 for tokens, 0 for padding.
  public internal(set) var attentionMask: [UInt8] = []
  /// 1 for tokens that a template or padding has added, 0 for those of a text.
  public internal(set) var specialTokensMask: [UInt8] = []
  /// The text that each token is from, 0 or 1; nil for special tokens and padding.
  public internal(set) var sequenceIDs: [UInt8?] = []
  /// The range of each token in its text, 0..<0 for special tokens and padding; empty unless
  /// requested.
  public internal(set) var offsets: [Range<Int>] = []
  /// The index of each token's pre-token in its text, nil for special tokens and padding; empty
  /// unless requested.
  public internal(set) var wordIDs: [UInt32?] = []

  /// The spellings of tokens that are not those of the vocabulary, by index.
  var spellings: [Int: [UInt8]] = [:]

  /// The spelling of padding.
  private var paddingPiece: [UInt8] = []
  /// Whether the row has offsets and word ids.
  let hasOffsets: Bool

  /// No tokens.
  init(hasOffsets: Bool) { self.hasOffsets = hasOffsets }

  /// The spelling of each token: that of the tokenizer's file, its template or its padding, or the
  /// text of an added token as it was found.
  ///
  /// - Parameter tokenizer: The tokenizer that made the row.
  /// - Returns: A string for each token.
  public func pieces(_ tokenizer: Tokenizer) -> [String] {
    ids.enumerated().map { index, id in
      let piece = attentionMask[index] == 0 ? paddingPiece : spellings[index]
      return piece.map { String(decoding: $0, as: UTF8.self) } ?? tokenizer.piece(of: TokenID(id))
    }
  }

  // MARK: - Building

  mutating func append(_ token: InputToken, typeID: UInt32) {
    spellings[ids.count] = token.piece
    append(token.id, typeID: typeID, isPadding: false, count: 1)
  }

  private mutating func append(_ id: TokenID, typeID: UInt32, isPadding: Bool, count: Int) {
    ids += repeatElement(id.rawValue, count: count)
    typeIDs += repeatElement(typeID, count: count)
    attentionMask += repeatElement(isPadding ? 0 : 1, count: count)
    specialTokensMask += repeatElement(1, count: count)
    sequenceIDs += repeatElement(nil, count: count)
    if hasOffsets {
      offsets += repeatElement(0..<0, count: count)
      wordIDs += repeatElement(nil, count: count)
    }
  }

  /// Fills the row up to a number of tokens; a longer row stays as it is.
  mutating func pad(to length: Int, _ padding: Padding) {
    let count = length - ids.count
    guard count > 0 else { return }
    var pads = ModelInput(hasOffsets: hasOffsets)
    pads.append(padding.token.id, typeID: padding.typeID, isPadding: true, count: count)
    pads.paddingPiece = padding.token.piece
    if padding.side == .right {
      append(pads)
      paddingPiece = padding.token.piece
    } else {
      pads.append(self)
      self = pads
    }
  }

  private mutating func append(_ other: ModelInput) {
    for (index, piece) in other.spellings { spellings[ids.count + index] = piece }
    ids += other.ids
    typeIDs += other.typeIDs
    attentionMask += other.attentionMask
    specialTokensMask += other.specialTokensMask
    sequenceIDs += other.sequenceIDs
    offsets += other.offsets
    wordIDs += other.wordIDs
  }
}

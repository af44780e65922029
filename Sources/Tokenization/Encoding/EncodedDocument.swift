public import BytePairEncoding

/// The tokens of one document.
public struct EncodedDocument: Sendable {
  /// The ids as plain numbers.
  public internal(set) var ids: [UInt32] = []
  /// For each token the bytes of the original document that it stands for; empty if not asked for.
  ///
  /// A token that is part of a character gets the bytes of its part.
  public internal(set) var offsets: [Range<Int>] = []
  /// For each token the number of its pre-token in the document; empty if not asked for.
  public internal(set) var wordIDs: [UInt32] = []

  /// The texts of those added tokens whose text is not their content, by their place among the ids:
  /// because white space belongs to them, or because they were found in normalised text.
  public internal(set) var foundTexts: [Int: [UInt8]] = [:]

  /// How many words the document has so far, added tokens included.
  var wordCount: UInt32 = 0

  /// No tokens.
  public init() {}

  /// The ids.
  public var tokens: [TokenID] { ids.map { TokenID($0) } }

  /// Adds the ids of the next part of the document.
  package mutating func append(_ part: EncodedDocument) {
    for (index, text) in part.foundTexts { foundTexts[ids.count + index] = text }
    ids.append(contentsOf: part.ids)
  }

  package mutating func removeAll() {
    ids.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
    wordIDs.removeAll(keepingCapacity: true)
    if !foundTexts.isEmpty { foundTexts.removeAll(keepingCapacity: true) }
    wordCount = 0
  }

  /// Adds a token that is found in the text or stands behind it.
  mutating func append(_ token: TokenID, for range: Range<Int>, _ options: EncodingOptions) {
    ids.append(token.rawValue)
    if options.wantsOffsets {
      offsets.append(range)
      wordIDs.append(wordCount)
    }
    wordCount += 1
  }
}

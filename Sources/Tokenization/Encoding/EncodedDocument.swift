public import BytePairEncoding

/// The tokens of one document.
public struct EncodedDocument: Sendable {
  /// The ids as plain numbers.
  public internal(set) var ids: [UInt32] = []
  /// For each token, its range of bytes in the original document; empty unless requested.
  ///
  /// A token that is part of a character has the bytes of that part.
  public internal(set) var offsets: [Range<Int>] = []
  /// For each token, the index of its pre-token in the document; empty unless requested.
  public internal(set) var wordIDs: [UInt32] = []

  /// The texts of added tokens that differ from their content, by index among the ids: the token
  /// took white space, or was found in normalised text.
  public internal(set) var foundTexts: [Int: [UInt8]] = [:]

  /// The number of words in the document so far, added tokens included.
  var wordCount: UInt32 = 0

  /// No tokens.
  public init() {}

  /// The ids.
  public var tokens: [TokenID] { ids.map { TokenID($0) } }

  /// Appends the ids of the next part of the document.
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

  /// Appends a token that is found in the text or follows it.
  mutating func append(_ token: TokenID, for range: Range<Int>, _ options: EncodingOptions) {
    ids.append(token.rawValue)
    if options.wantsOffsets {
      offsets.append(range)
      wordIDs.append(wordCount)
    }
    wordCount += 1
  }
}

// Source: words are those of Unicode Standard Annex #29, by ICU, with a letter or a number; tokens
//   per word are the fertility of P. Rust et al., ACL 2021 (arXiv 2012.15613).
// Complexity: O(n).
// Determinism: words depend on ICU's version (see ICUVersion), everything else on the text alone.

public import BytePairEncoding
import PreTokenization
public import Tokenization
import UnicodeText

/// How a tokenizer cuts a text: the figures of a report.
public struct TextMeasure: Sendable {
  /// The total length of the documents in bytes, without the line feeds between them.
  public private(set) var bytes = 0
  /// The number of characters; a byte that is not UTF-8 counts as one.
  public private(set) var characters = 0
  /// The number of words: stretches between word boundaries with a letter or a number.
  public private(set) var words = 0
  /// The number of tokens.
  public private(set) var tokens = 0
  /// The number of occurrences of each token, by id.
  public private(set) var tokenCounts: [UInt64]

  /// A measure of no text, for a tokenizer with `vocabularySize` ids.
  public init(vocabularySize: Int) {
    tokenCounts = [UInt64](repeating: 0, count: vocabularySize)
  }

  /// Measures documents.
  ///
  /// - Parameters:
  ///   - reader: The documents; read to the end.
  ///   - tokenizer: Encodes them, without noise.
  /// - Throws: ``FileError`` and ``InvalidData`` from reading; ``UnicodeTextError``;
  ///   ``TokenizerEncoder/WordTooLong`` as ``InvalidData``.
  public init(of reader: DocumentReader, _ tokenizer: Tokenizer) throws {
    self.init(vocabularySize: tokenizer.vocabularySize)
    var encoder = TokenizerEncoder(tokenizer)
    let breaker = try TextBreaker(.words)
    var encoded = EncodedDocument()
    var ends: [Int] = []
    while let batch = try reader.next() {
      try batch.bytes.withUnsafeBufferPointer { bytes in
        for range in batch.ranges {
          let text = UnsafeBufferPointer(rebasing: bytes[range])
          do {
            try encoder.encode(text, number: 0, options: EncodingOptions(), into: &encoded)
          } catch let error as TokenizerEncoder.WordTooLong {
            throw error.inFile(batch.path, offset: batch.offset + range.lowerBound)
          }
          ends.removeAll(keepingCapacity: true)
          try breaker.appendBoundaries(of: text, to: &ends)
          add(text, ends, encoded.ids)
        }
      }
    }
  }

  private mutating func add(_ text: UnsafeBufferPointer<UInt8>, _ ends: [Int], _ ids: [UInt32]) {
    bytes += text.count
    tokens += ids.count
    for id in ids { tokenCounts[Int(id)] += 1 }
    var lengths = CharacterLengths(text)
    var position = 0
    for end in ends {
      var isWord = false
      while position < end, let length = lengths.next() {
        let character = text[position..<position + length]
        isWord = isWord || Self.belongsToWord(character)
        characters += 1
        position += length
      }
      words += isWord ? 1 : 0
    }
  }

  private static func belongsToWord(_ character: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    let scalars = String(decoding: character, as: UTF8.self).unicodeScalars
    guard let scalar = scalars.first else { return false }
    let characterClass = CharacterClass(scalar.value)
    return characterClass.isLetter || characterClass.isNumber
  }

  /// Adds the measure of another text under the same tokenizer.
  public static func += (sum: inout TextMeasure, other: TextMeasure) {
    sum.bytes += other.bytes
    sum.characters += other.characters
    sum.words += other.words
    sum.tokens += other.tokens
    for id in other.tokenCounts.indices { sum.tokenCounts[id] += other.tokenCounts[id] }
  }

  /// The number of tokens that satisfy a condition.
  public func count(where isCounted: (TokenID) -> Bool) -> UInt64 {
    tokenCounts.indices.reduce(0) { isCounted(TokenID($1)) ? $0 + tokenCounts[$1] : $0 }
  }

  /// Tokens per word; nil if there are no words.
  public var tokensPerWord: Double? { words == 0 ? nil : Double(tokens) / Double(words) }
  /// Bytes per token; nil if there are no tokens.
  public var bytesPerToken: Double? { tokens == 0 ? nil : Double(bytes) / Double(tokens) }
  /// Characters per token; nil if there are no tokens.
  public var charactersPerToken: Double? {
    tokens == 0 ? nil : Double(characters) / Double(tokens)
  }
}

// Source: Hugging Face tokenizers 0.23, ByteLevel as a post-processor (process_offsets).
// Procedure: byte offsets are converted to character offsets, where part of a character counts as
//   the whole; then, if the tokenizer's file says so, the spaces at the ends of a token are
//   trimmed.
// Complexity: O(length of the document).

import BytePairEncoding
import PreTokenization
import UnicodeText

/// The unit of offsets.
public enum OffsetUnit: String, CaseIterable, Sendable {
  /// Bytes of the original document; part of a character has its own bytes.
  case bytes
  /// Characters (Unicode scalars) of the original document; part of a character counts as the
  /// whole.
  case chars
}

/// How offsets leave out the spaces at the ends of a token.
public struct OffsetTrimming: Hashable, Sendable {
  /// Whether one space at the start of the text is kept, because it may have been prepended.
  public let keepsFirstSpace: Bool

  /// - Parameter keepsFirstSpace: Whether one space at the start of the text is kept.
  public init(keepsFirstSpace: Bool) { self.keepsFirstSpace = keepsFirstSpace }
}

extension Tokenizer {
  /// The offsets of an encoded document in a given unit.
  ///
  /// - Parameters:
  ///   - encoded: The document's encoding, with offsets.
  ///   - document: Its original bytes.
  ///   - unit: The unit to count in.
  /// - Returns: A range for each token; those of Hugging Face tokenizers if `unit` is `chars`.
  public func offsets(
    of encoded: EncodedDocument,
    in document: UnsafeBufferPointer<UInt8>,
    unit: OffsetUnit
  ) -> [Range<Int>] {
    var ranges = encoded.offsets
    if unit == .chars {
      let places = Self.characterPlaces(document)
      for (index, range) in ranges.enumerated() {
        let start = places[range.lowerBound]
        ranges[index] = start..<(range.isEmpty ? start : places[range.upperBound - 1] + 1)
      }
    }
    guard let offsetTrimming else { return ranges }
    for (index, id) in encoded.tokens.enumerated() {
      let spaces =
        isAdded(id)
        ? Self.whitespace(in: UnsafeBufferPointer(rebasing: document[encoded.offsets[index]]), unit)
        : Self.spaces(in: bytes(of: id))
      Self.trim(&ranges[index], spaces, isFirst: index == 0, offsetTrimming)
    }
    return ranges
  }

  /// The number of spaces at the beginning and end of one of the model's tokens.
  private static func spaces(in bytes: ArraySlice<UInt8>) -> (leading: Int, trailing: Int) {
    (bytes.prefix { $0 == 0x20 }.count, bytes.reversed().prefix { $0 == 0x20 }.count)
  }

  /// The white space that an added token took from the text around it.
  private static func whitespace(
    in text: UnsafeBufferPointer<UInt8>,
    _ unit: OffsetUnit
  ) -> (leading: Int, trailing: Int) {
    var sizes: [(isSpace: Bool, size: Int)] = []
    var position = 0
    for length in CharacterLengths(text) {
      let bytes = text[position..<position + length]
      let scalar = String(decoding: bytes, as: UTF8.self).unicodeScalars.first
      let isSpace = scalar.map { CharacterClass($0.value).isWhitespace } ?? false
      sizes.append((isSpace, unit == .chars ? 1 : length))
      position += length
    }
    let leading = sizes.prefix { $0.isSpace }.reduce(0) { $0 + $1.size }
    return (leading, sizes.reversed().prefix { $0.isSpace }.reduce(0) { $0 + $1.size })
  }

  private static func trim(
    _ range: inout Range<Int>,
    _ spaces: (leading: Int, trailing: Int),
    isFirst: Bool,
    _ trimming: OffsetTrimming
  ) {
    var leading = spaces.leading
    if trimming.keepsFirstSpace && leading == 1 && (isFirst || range.lowerBound == 0) {
      leading = 0
    }
    let start = min(range.lowerBound + leading, range.upperBound)
    let end =
      range.upperBound >= spaces.trailing
      ? max(range.upperBound - spaces.trailing, start) : range.upperBound
    range = start..<end
  }

  /// For each byte, and for the end, the index of its character.
  private static func characterPlaces(_ document: UnsafeBufferPointer<UInt8>) -> [Int] {
    var places: [Int] = []
    places.reserveCapacity(document.count + 1)
    var number = -1
    for length in CharacterLengths(document) {
      number += 1
      for _ in 0..<length { places.append(number) }
    }
    places.append(number + 1)
    return places
  }
}

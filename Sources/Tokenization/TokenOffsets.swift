// Source: Hugging Face tokenizers 0.23, ByteLevel as a post-processor (process_offsets).
// Procedure: offsets of bytes become offsets of characters, where a part of a character counts as all;
//   then, where the tokenizer's file asks for it, the spaces at the ends of a token are left out.
// Complexity: O(length of the document).

import BytePairEncoding
import UnicodeText

/// What offsets count.
public enum OffsetUnit: String, CaseIterable, Sendable {
  /// Bytes of the original document; a part of a character has its own bytes.
  case bytes
  /// Characters (Unicode scalars) of the original document; a part of a character counts as all.
  case chars
}

/// How offsets leave out the spaces at the ends of a token.
public struct OffsetTrimming: Hashable, Sendable {
  /// Whether one space at the start of the text is kept, because it may have been put there.
  public let keepsFirstSpace: Bool

  /// - Parameter keepsFirstSpace: Whether one space at the start of the text is kept.
  public init(keepsFirstSpace: Bool) { self.keepsFirstSpace = keepsFirstSpace }
}

extension Tokenizer {
  /// The offsets of an encoded document as its reader wants them.
  ///
  /// - Parameters:
  ///   - encoded: With offsets.
  ///   - document: Its original bytes.
  ///   - unit: What is counted.
  /// - Returns: A range for each token. Those of Hugging Face tokenizers where `unit` is `chars`.
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
    for index in ranges.indices {
      trim(
        &ranges[index],
        isFirst: index == 0,
        bytes(of: TokenID(encoded.ids[index])),
        offsetTrimming
      )
    }
    return ranges
  }

  private func trim(
    _ range: inout Range<Int>,
    isFirst: Bool,
    _ bytes: ArraySlice<UInt8>,
    _ trimming: OffsetTrimming
  ) {
    let space = UInt8(ascii: " ")
    var leading = bytes.prefix { $0 == space }.count
    let trailing = bytes.reversed().prefix { $0 == space }.count
    if trimming.keepsFirstSpace && leading == 1 && (isFirst || range.lowerBound == 0) {
      leading = 0
    }
    let start = min(range.lowerBound + leading, range.upperBound)
    let end =
      range.upperBound >= trailing ? max(range.upperBound - trailing, start) : range.upperBound
    range = start..<end
  }

  /// For each byte, and for the end, the number of the character that it belongs to.
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

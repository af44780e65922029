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

  /// Leaves out the spaces of one token.
  func trim(_ range: inout Range<Int>, _ spaces: SpaceEnds, isFirst: Bool) {
    var leading = spaces.leading
    if keepsFirstSpace && leading == 1 && (isFirst || range.lowerBound == 0) { leading = 0 }
    let start = min(range.lowerBound + leading, range.upperBound)
    let end =
      range.upperBound >= spaces.trailing
      ? max(range.upperBound - spaces.trailing, start) : range.upperBound
    range = start..<end
  }
}

/// The length of the white space at the ends of a token.
struct SpaceEnds {
  let leading: Int
  let trailing: Int
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
    var ranges = untrimmedOffsets(of: encoded, in: document, unit: unit)
    let trimmings = inputRules.postProcessor.trimmings
    if trimmings.isEmpty { return ranges }
    for (index, spaces) in spaces(of: encoded, in: document, unit: unit).enumerated() {
      for trimming in trimmings { trimming.trim(&ranges[index], spaces, isFirst: index == 0) }
    }
    return ranges
  }

  /// The offsets with the spaces at the ends of tokens.
  func untrimmedOffsets(
    of encoded: EncodedDocument,
    in document: UnsafeBufferPointer<UInt8>,
    unit: OffsetUnit
  ) -> [Range<Int>] {
    guard unit == .chars else { return encoded.offsets }
    let places = Self.characterPlaces(document)
    return encoded.offsets.map { range in
      let start = places[range.lowerBound]
      return start..<(range.isEmpty ? start : places[range.upperBound - 1] + 1)
    }
  }

  /// The white space at the ends of each token, in a unit of offsets.
  func spaces(
    of encoded: EncodedDocument,
    in document: UnsafeBufferPointer<UInt8>,
    unit: OffsetUnit
  ) -> [SpaceEnds] {
    encoded.tokens.enumerated().map { index, id in
      if isAdded(id) {
        let text = document[encoded.offsets[index]]
        return Self.whitespace(in: UnsafeBufferPointer(rebasing: text), unit)
      }
      if model.usesByteAlphabet { return Self.spaces(in: bytes(of: id)) }
      return Array(vocabulary.bytes(of: id)).withUnsafeBufferPointer {
        Self.whitespace(in: $0, unit)
      }
    }
  }

  /// The number of spaces at the beginning and end of one of the model's tokens.
  private static func spaces(in bytes: ArraySlice<UInt8>) -> SpaceEnds {
    SpaceEnds(
      leading: bytes.prefix { $0 == 0x20 }.count,
      trailing: bytes.reversed().prefix { $0 == 0x20 }.count
    )
  }

  /// The white space at the ends of a token that is text; the byte alphabet's space counts, too.
  private static func whitespace(
    in text: UnsafeBufferPointer<UInt8>,
    _ unit: OffsetUnit
  ) -> SpaceEnds {
    var sizes: [(isSpace: Bool, size: Int)] = []
    var position = 0
    for length in CharacterLengths(text) {
      let bytes = text[position..<position + length]
      let scalar = String(decoding: bytes, as: UTF8.self).unicodeScalars.first
      let isSpace = scalar.map { $0 == "Ġ" || CharacterClass($0.value).isWhitespace } ?? false
      sizes.append((isSpace, unit == .chars ? 1 : length))
      position += length
    }
    let leading = sizes.prefix { $0.isSpace }.reduce(0) { $0 + $1.size }
    let trailing = sizes.reversed().prefix { $0.isSpace }.reduce(0) { $0 + $1.size }
    return SpaceEnds(leading: leading, trailing: trailing)
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

// Source: Unicode Standard Annex #15 (normalization forms), by ICU.
// Procedure: the text is cut into pieces of about 32 kB, at the edges of invalid bytes and before
//   ASCII characters, which no normal form ever composes with what precedes them. A piece of plain
//   characters (PlainCharacters.cpp), or one that ICU's quick check finds normal, is kept. Any
//   other is transformed by ICU with a record of its edits; long runs of combining marks are
//   ordered first (MarkRuns.cpp). Bytes that are not UTF-8 pass through unchanged.
// Complexity: O(n).
// Determinism: depends on the Unicode version of the installed ICU for characters that an older
//   version does not assign; normal forms of assigned characters are stable by policy.

import CICU
import CUnicode

/// A sequence of Unicode transformations that are applied to a text before pre-tokenization.
public struct TextNormalizer: Hashable, Sendable {
  /// One transformation.
  public enum Step: String, CaseIterable, Hashable, Sendable {
    /// Canonical composition.
    case nfc
    /// Canonical decomposition.
    case nfd
    /// Compatibility composition: ligatures, full-width forms and the like become plain letters.
    case nfkc
    /// Compatibility decomposition.
    case nfkd
    /// NFKC with case folded and default-ignorable characters removed: for matching, not display.
    case nfkcCasefold = "nfkc-casefold"
    /// Lower case of each character on its own, as in Hugging Face: no final sigma, no locale.
    case lowercase
    /// Removes every combining mark (category M); put `nfd` before it.
    case stripAccents = "strip-accents"

    var transform: Int32 {
      let transforms: [Step: bpd_transform] = [
        .nfc: BPD_NFC, .nfd: BPD_NFD, .nfkc: BPD_NFKC, .nfkd: BPD_NFKD,
        .nfkcCasefold: BPD_NFKC_CASEFOLD, .lowercase: BPD_LOWERCASE,
        .stripAccents: BPD_STRIP_MARKS,
      ]
      return Int32(transforms[self, default: BPD_NFC].rawValue)
    }

    /// Whether ASCII text never changes.
    var keepsASCII: Bool { self != .lowercase && self != .nfkcCasefold }
  }

  /// The transformations in order.
  public let steps: [Step]

  /// Whether every text stays canonically equivalent to the original.
  public var isCanonical: Bool { steps.allSatisfy { $0 == .nfc || $0 == .nfd } }

  /// Leaves every text unchanged.
  public static let none = TextNormalizer([])

  /// - Parameter steps: The transformations in order.
  public init(_ steps: [Step]) { self.steps = steps }

  /// Parses `none`, `nfc`, or several names joined by commas: `nfd,strip-accents,lowercase`.
  ///
  /// - Returns: nil if a name is unknown.
  public init?(name: String) {
    if name == "none" {
      self.init([])
      return
    }
    let names = name.split(separator: ",", omittingEmptySubsequences: false)
    let steps = names.compactMap { Step(rawValue: String($0)) }
    guard steps.count == names.count else { return nil }
    self.init(steps)
  }

  /// Normalises a text.
  ///
  /// - Parameter text: Any bytes; those that are not UTF-8 stay.
  /// - Returns: The normalised text with its offsets, or nil if nothing changes.
  /// - Throws: ``UnicodeTextError`` if ICU fails (memory) or a run of 2 GiB has no ASCII character.
  public func normalize(_ text: UnsafeBufferPointer<UInt8>) throws -> NormalizedText? {
    var current: [UInt8]?
    var map = OffsetMap([], characters: [])
    for step in steps {
      var pass = NormalizationPass(step: step)
      let changed =
        if let current {
          try current.withUnsafeBufferPointer { try pass.run($0) }
        } else {
          try pass.run(text)
        }
      if changed {
        current = pass.output
        map = map.appending(pass.layer, characters: pass.characterLayer)
      }
    }
    return current.map { NormalizedText(bytes: $0, offsets: map) }
  }

  /// Normalises an array of bytes; see ``normalize(_:)-(UnsafeBufferPointer<UInt8>)``.
  ///
  /// - Throws: ``UnicodeTextError``.
  public func normalize(_ text: [UInt8]) throws -> NormalizedText? {
    try text.withUnsafeBufferPointer { try normalize($0) }
  }
}

/// A failure of ICU or of the limits of its interface.
public struct UnicodeTextError: Error, Sendable, CustomStringConvertible {
  /// The failure, as a sentence without a full stop.
  public let description: String

  init(_ description: String) { self.description = description }

  init(icu code: Int32, _ action: String) {
    let name = bpd_icu_error_name(-code).map { String(cString: $0) } ?? "\(code)"
    self.init("ICU failed in \(action): \(name)")
  }
}

/// One step over one text.
private struct NormalizationPass {
  private static let pieceLength = 1 << 15

  let step: TextNormalizer.Step
  var output: [UInt8] = []
  var layer = OffsetMap.Layer()
  var characterLayer = OffsetMap.Layer()

  init(step: TextNormalizer.Step) { self.step = step }

  /// Transforms a text into `output`; false if nothing changes, in which case `output` is
  /// meaningless.
  mutating func run(_ text: UnsafeBufferPointer<UInt8>) throws -> Bool {
    guard let base = text.baseAddress else { return false }
    if step.keepsASCII && bpd_ascii_prefix(base, text.count) == text.count { return false }
    var position = 0
    var kept = 0
    var changed = false
    while position < text.count {
      let end = try pieceEnd(of: text, from: position)
      if end == position {
        position += 1  // A byte that is not UTF-8 is kept.
        continue
      }
      let piece = UnsafeBufferPointer(rebasing: text[position..<end])
      if try !isUnchanged(piece) {
        keep(UnsafeBufferPointer(rebasing: text[kept..<position]))
        try transform(piece)
        kept = end
        changed = true
      }
      position = end
    }
    if changed { keep(UnsafeBufferPointer(rebasing: text[kept...])) }
    return changed
  }

  /// The end of the piece at a position: valid UTF-8, followed by the end of the text, an invalid
  /// byte or an ASCII character; the position itself if the byte there is invalid.
  private func pieceEnd(of text: UnsafeBufferPointer<UInt8>, from start: Int) throws -> Int {
    let limit = min(text.count, start + Self.pieceLength)
    var end = start + validPrefix(text, from: start, to: limit)
    if end < limit {
      // Here is either an invalid byte or a character cut by the limit.
      let rest = UnsafeBufferPointer(rebasing: text[end...])
      guard let base = rest.baseAddress else { return end }
      let decoded = bpd_decode_utf8(base, rest.count)
      if decoded.scalar == .max { return end }
      end += Int(decoded.length)
    }
    while end < text.count && text[end] >= 0x80 {
      let rest = UnsafeBufferPointer(rebasing: text[end...])
      guard let base = rest.baseAddress else { break }
      let decoded = bpd_decode_utf8(base, rest.count)
      if decoded.scalar == .max { break }
      end += Int(decoded.length)
    }
    guard end - start < Int32.max else {
      throw UnicodeTextError(
        "a run of 2 GiB without an ASCII character cannot be normalised; split the document"
      )
    }
    return end
  }

  private func validPrefix(
    _ text: UnsafeBufferPointer<UInt8>,
    from start: Int,
    to end: Int
  ) -> Int {
    let part = UnsafeBufferPointer(rebasing: text[start..<end])
    return part.baseAddress.map { bpd_utf8_valid_prefix($0, part.count) } ?? 0
  }

  private func isUnchanged(_ piece: UnsafeBufferPointer<UInt8>) throws -> Bool {
    let answer = piece.withMemoryRebound(to: CChar.self) { piece in
      bpd_is_unchanged(step.transform, piece.baseAddress, Int32(piece.count))
    }
    if answer < 0 { throw UnicodeTextError(icu: answer, step.rawValue) }
    return answer == 1
  }

  private mutating func keep(_ bytes: UnsafeBufferPointer<UInt8>) {
    output.append(contentsOf: bytes)
    layer.append(original: bytes.count, transformed: bytes.count, changed: false)
    characterLayer.append(original: bytes.count, transformed: bytes.count, changed: false)
  }

  private mutating func transform(_ piece: UnsafeBufferPointer<UInt8>) throws {
    var result = bpd_transformed()
    let status = piece.withMemoryRebound(to: CChar.self) { piece in
      bpd_transform_text(step.transform, true, piece.baseAddress, Int32(piece.count), &result)
    }
    if status < 0 { throw UnicodeTextError(icu: status, step.rawValue) }
    // SAFETY: the result owns `length` bytes and `edit_count` edits until it is freed here.
    defer { bpd_transformed_free(&result) }
    let bytes = UnsafeRawBufferPointer(start: result.bytes, count: Int(result.length))
      .bindMemory(to: UInt8.self)
    output.append(contentsOf: bytes)
    var (old, new) = (0, 0)
    for edit in UnsafeBufferPointer(start: result.edits, count: Int(result.edit_count)) {
      let oldEnd = old + Int(edit.original_length)
      let newEnd = new + Int(edit.transformed_length)
      layer.append(original: oldEnd - old, transformed: newEnd - new, changed: edit.changed)
      if edit.changed {
        CharacterAlignment.append(
          UnsafeBufferPointer(rebasing: piece[old..<oldEnd]),
          UnsafeBufferPointer(rebasing: bytes[new..<newEnd]),
          to: &characterLayer
        )
      } else {
        characterLayer.append(original: oldEnd - old, transformed: newEnd - new, changed: false)
      }
      (old, new) = (oldEnd, newEnd)
    }
  }
}

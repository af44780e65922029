// Source: the pattern of GPT-2 (A. Radford et al., 2019; encoder.py), as in Hugging Face's
//   ByteLevel and tiktoken's r50k_base:
//     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
// Procedure: no backtracking is needed. After an optional contraction, the kind of the first
//   character (after one space) determines the extent of the pre-token; a run of white space gives
//   its last character back if something follows. `end(of:from:)` does this one character at a
//   time; the kernel does the same for 64 bytes at a time, and leaves long pre-tokens to it.
// Complexity: O(n).
// Determinism: classes by Unicode 16; a byte that is not UTF-8 counts as a sign.

import CUnicode

package struct GPT2Scanner: PatternScanner {
  var coversAll: Bool { true }
  var safeCut: SafeCut { .atWhitespace }
  var texts: [String] {
    [
      #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#,
      #"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#,
    ]
  }

  func fill(
    _ batch: inout PreTokenBuffer,
    from text: UnsafeBufferPointer<UInt8>,
    at position: inout Int
  ) {
    Self.fill(&batch, from: text, at: &position, isPortable: false)
  }

  func matchEnd(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    Self.end(of: text, from: start)
  }

  private enum Kind: UInt8 {
    case letter, number, whitespace, sign

    @inline(__always)
    init(_ characterClass: CharacterClass) {
      if characterClass.isLetter {
        self = .letter
      } else if characterClass.isNumber {
        self = .number
      } else {
        self = characterClass.isWhitespace ? .whitespace : .sign
      }
    }
  }

  /// The most pre-tokens that the kernel finds in one step.
  private static let blockLength = 64

  /// Fills a batch until a whole block may no longer fit.
  ///
  /// - Parameters:
  ///   - batch: Receives the pre-tokens.
  ///   - text: Any bytes.
  ///   - position: Where a pre-token starts; advanced past the last one found.
  ///   - isPortable: Whether to use only instructions that every processor has; for tests.
  package static func fill(
    _ batch: inout PreTokenBuffer,
    from text: UnsafeBufferPointer<UInt8>,
    at position: inout Int,
    isPortable: Bool
  ) {
    guard let base = text.baseAddress else { return }
    while position < text.count && batch.hasRoom(for: Self.blockLength) {
      // SAFETY: the kernel reads the text's bytes and writes no more pre-tokens than there is room
      // for.
      let added = batch.appendMany { starts, ends, room in
        bpd_scan_gpt2(base, text.count, &position, starts, ends, room, isPortable)
      }
      if added > 0 { continue }
      let end = end(of: text, from: position)
      batch.append(position, end)
      position = end
    }
  }

  /// The end of the pre-token that starts at a position inside the text.
  package static func end(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let first = text[start]
    if first == UInt8(ascii: "'"), let end = contractionEnd(text, from: start) { return end }
    var position = start
    if first == UInt8(ascii: " ") && start + 1 < text.count { position += 1 }
    let character = ClassifiedCharacter(text, at: position)
    let kind = Kind(character.characterClass)
    if kind == .whitespace { return whitespaceEnd(text, from: start) }
    position += character.length
    while position < text.count {
      let next = ClassifiedCharacter(text, at: position)
      if Kind(next.characterClass) != kind { break }
      position += next.length
    }
    return position
  }

  private static func contractionEnd(
    _ text: UnsafeBufferPointer<UInt8>,
    from start: Int
  ) -> Int? {
    guard start + 1 < text.count else { return nil }
    let second = text[start + 1]
    switch second {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"):
      return start + 2
    default: break
    }
    guard start + 2 < text.count else { return nil }
    switch (second, text[start + 2]) {
    case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
      (UInt8(ascii: "l"), UInt8(ascii: "l")):
      return start + 3
    default: return nil
    }
  }

  private static func whitespaceEnd(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var lastStart = start
    var position = start
    while position < text.count {
      let next = ClassifiedCharacter(text, at: position)
      guard next.characterClass.isWhitespace else {
        return lastStart == start ? position : lastStart
      }
      lastStart = position
      position += next.length
    }
    return position
  }
}

/// GPT-2's pattern as a stage.
struct GPT2Stage: StageKind {
  var name: String { "gpt2" }
  var coversEveryByte: Bool { true }
  var safeCut: SafeCut { .atWhitespace }

  func makeCutter() -> StageCutter { .scanner(GPT2Scanner()) }
}

// Source: Hugging Face tokenizers 0.23, NormalizedString: a composed character belongs to the first
//   of its parts; all parts of a decomposed character belong to it.
// Procedure: the common prefix and suffix of a changed run are aligned one to one. Between them,
//   characters are aligned one to one as far as both sides go. The rest of the transformed side
//   belongs to the last original character; the rest of the original side, which was composed,
//   belongs to none.
// Complexity: O(length of the run).

/// Aligns the characters of a changed run.
enum CharacterAlignment {
  /// Appends a run to a layer, character by character.
  static func append(
    _ original: UnsafeBufferPointer<UInt8>,
    _ transformed: UnsafeBufferPointer<UInt8>,
    to layer: inout OffsetMap.Layer
  ) {
    let old = characters(original)
    let new = characters(transformed)
    guard old.count > 1 else {
      layer.append(original: original.count, transformed: transformed.count, changed: true)
      return
    }
    let shorter = min(old.count, new.count)
    var prefix = 0
    while prefix < shorter, old[prefix] == new[prefix] { prefix += 1 }
    var suffix = 0
    while suffix < shorter - prefix, old[old.count - 1 - suffix] == new[new.count - 1 - suffix] {
      suffix += 1
    }
    func append(_ original: Int, _ transformed: Int) {
      layer.append(original: original, transformed: transformed, changed: true)
    }
    for character in old.prefix(prefix) { append(character.count, character.count) }
    let oldMiddle = old[prefix..<old.count - suffix]
    let newMiddle = new[prefix..<new.count - suffix]
    if oldMiddle.count < newMiddle.count {
      let rest = newMiddle.dropFirst(max(oldMiddle.count - 1, 0)).reduce(0) { $0 + $1.count }
      for (old, new) in zip(oldMiddle.dropLast(), newMiddle) { append(old.count, new.count) }
      append(oldMiddle.last?.count ?? 0, rest)
    } else if let first = newMiddle.first, let oldFirst = oldMiddle.first {
      // The first one was composed from all that have no counterpart after it.
      let composed = oldMiddle.count - newMiddle.count
      append(oldFirst.count, first.count)
      append(oldMiddle.dropFirst().prefix(composed).reduce(0) { $0 + $1.count }, 0)
      for (old, new) in zip(oldMiddle.dropFirst(1 + composed), newMiddle.dropFirst()) {
        append(old.count, new.count)
      }
    } else {
      append(oldMiddle.reduce(0) { $0 + $1.count }, 0)
    }
    for character in old.suffix(suffix) { append(character.count, character.count) }
  }

  /// The bytes of a character: at most four, the first one lowest.
  private struct Character: Equatable {
    var bytes: UInt32 = 0
    let count: Int
  }

  private static func characters(_ text: UnsafeBufferPointer<UInt8>) -> [Character] {
    var characters: [Character] = []
    characters.reserveCapacity(text.count)
    var position = 0
    for length in CharacterLengths(text) {
      var character = Character(count: length)
      for offset in 0..<length {
        character.bytes |= UInt32(text[position + offset]) << (8 * UInt32(offset))
      }
      characters.append(character)
      position += length
    }
    return characters
  }
}

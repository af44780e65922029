// Source: Hugging Face tokenizers 0.23, normalizers/precompiled.rs, and spm_precompiled 0.1.
// Procedure: the text is cut into extended grapheme clusters (Unicode Standard Annex #29, by ICU). A
//   cluster of less than six bytes that begins with a key becomes the replacement of the shortest
//   one, whole; in all others each character does so on its own. Characters before and after are
//   aligned one to one as far as both go; further ones belong to the last original character, or to
//   none.
// Complexity: O(n).
// Determinism: depends on the Unicode version of the installed ICU for characters that an older
//   version does not assign.

import CUnicode

/// Replaces characters as Hugging Face's `Precompiled` does.
struct PrecompiledPass: TextRewriter {
  private static let longestCluster = 5

  let map: CharacterMap
  private let breakers = EnginePool { try TextBreaker(.characters) }

  func rewrite(
    _ text: UnsafeBufferPointer<UInt8>,
    tracksOffsets: Bool
  ) throws -> RewrittenText? {
    var result = RewrittenText(tracksOffsets: tracksOffsets)
    var kept = 0
    for cluster in try clusters(text) {
      let whole = UnsafeBufferPointer(rebasing: text[cluster])
      if cluster.count <= Self.longestCluster, let content = map.shortestMatch(of: whole) {
        result.keep(UnsafeBufferPointer(rebasing: text[kept..<cluster.lowerBound]))
        Self.replace(whole, content, &result)
        kept = cluster.upperBound
        continue
      }
      var end = cluster.lowerBound
      for length in CharacterLengths(whole) {
        let start = end
        end += length
        let part = UnsafeBufferPointer(rebasing: text[start..<end])
        guard let content = map.shortestMatch(of: part) else { continue }
        result.keep(UnsafeBufferPointer(rebasing: text[kept..<start]))
        Self.replace(part, content, &result)
        kept = end
      }
    }
    if kept == 0 { return nil }
    result.keep(UnsafeBufferPointer(rebasing: text[kept...]))
    return result
  }

  /// The clusters; of ASCII text each character is one, but for CR LF.
  private func clusters(_ text: UnsafeBufferPointer<UInt8>) throws -> [Range<Int>] {
    var ends: [Int] = []
    ends.reserveCapacity(text.count)
    if let base = text.baseAddress, bpd_ascii_prefix(base, text.count) == text.count {
      for index in text.indices
      where text[index] != 0x0D || index + 1 == text.count || text[index + 1] != 0x0A {
        ends.append(index + 1)
      }
    } else {
      try breakers.use { try $0.appendBoundaries(of: text, to: &ends) }
    }
    var start = 0
    return ends.map { end in
      defer { start = end }
      return start..<end
    }
  }

  private static func replace(
    _ old: UnsafeBufferPointer<UInt8>,
    _ new: ArraySlice<UInt8>,
    _ result: inout RewrittenText
  ) {
    result.bytes += new
    guard result.tracksOffsets else { return }
    result.layer.append(original: old.count, transformed: new.count, changed: true)
    let oldLengths = Array(CharacterLengths(old))
    let newLengths = new.withUnsafeBufferPointer { Array(CharacterLengths($0)) }
    let both = min(oldLengths.count, newLengths.count)
    for index in 0..<max(both - 1, 0) {
      result.characterLayer.append(
        original: oldLengths[index],
        transformed: newLengths[index],
        changed: true
      )
    }
    let last = max(both - 1, 0)
    result.characterLayer.append(
      original: both == 0 ? 0 : oldLengths[last],
      transformed: newLengths[last...].reduce(0, +),
      changed: true
    )
    result.characterLayer.append(
      original: oldLengths[both...].reduce(0, +),
      transformed: 0,
      changed: true
    )
  }
}

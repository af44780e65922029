// Source: Hugging Face tokenizers 0.23, the normaliser and the pre-tokeniser ByteLevel.
// Complexity: O(n).

/// Spells each byte by its character of the byte alphabet; all of a character belongs to it.
package struct CharacterSpelling: TextRewriter {
  package init() {}

  package func rewrite(
    _ text: UnsafeBufferPointer<UInt8>,
    tracksOffsets: Bool
  ) -> RewrittenText? {
    guard !text.isEmpty else { return nil }
    var result = RewrittenText(tracksOffsets: tracksOffsets)
    var position = 0
    var spelling: [UInt8] = []
    for length in CharacterLengths(text) {
      spelling.removeAll(keepingCapacity: true)
      for byte in text[position..<position + length] { ByteAlphabet.append(byte, to: &spelling) }
      result.replace(length, with: spelling)
      position += length
    }
    return result
  }
}

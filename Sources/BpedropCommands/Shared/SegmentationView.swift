import BytePairEncoding
import Reports
import Tokenization
import UnicodeText

/// The readable form of a text's tokens.
struct SegmentationView {
  private let tokenizer: Tokenizer

  init(_ tokenizer: Tokenizer) { self.tokenizer = tokenizer }

  func labels(
    of text: [UInt8],
    noise: SegmentationNoise?,
    document: UInt64
  ) throws -> [String] {
    var options = EncodingOptions()
    options.noise = noise
    var encoder = TokenizerEncoder(tokenizer, cacheCapacity: 0)
    return try encoder.encode(text, number: document, options: options).tokens.map(label)
  }

  func labels(of tokens: [TokenID]) -> [String] { tokens.map(label) }

  /// The label of a token: its characters, with the bytes of partial characters in brackets.
  private func label(_ token: TokenID) -> String {
    let bytes = Array(tokenizer.bytes(of: token))
    var label = ""
    var torn: [String] = []
    func closeTorn() {
      if !torn.isEmpty { label += "‹\(torn.joined(separator: " "))›" }
      torn = []
    }
    var position = 0
    bytes.withUnsafeBufferPointer { buffer in
      for length in CharacterLengths(buffer) {
        let character = bytes[position..<position + length]
        position += length
        if let text = String(validating: character, as: UTF8.self) {
          closeTorn()
          label += text
        } else {
          torn += character.map(hexadecimal)
        }
      }
    }
    closeTorn()
    return label
  }
}

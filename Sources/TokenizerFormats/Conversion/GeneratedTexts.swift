// Procedure: a text is a few parts, each of a kind drawn at random: characters of many scripts and
//   of all of Unicode, white space, digits, pieces of the vocabulary as they are or in other case,
//   and bytes that are not UTF-8.
// Complexity: O(length).
// Determinism: text n is a pure function of the seed, n and the tokenizer's tokens.

import BytePairEncoding
package import Noise
import Tokenization

/// Texts to hold two tokenizers against each other.
struct GeneratedTexts {
  private let tokenizer: Tokenizer
  private let key: NoiseKey

  init(_ tokenizer: Tokenizer, seed: UInt64) {
    self.tokenizer = tokenizer
    key = NoiseKey(seed: seed, site: .conversion)
  }

  /// The first code points and the lengths of blocks of many scripts, and of signs.
  private static let blocks: [(first: UInt32, count: UInt32)] = [
    (0x20, 95), (0x61, 26), (0xC0, 64), (0x370, 144), (0x400, 256), (0x5D0, 27), (0x620, 64),
    (0x905, 64), (0xE01, 58), (0x1100, 64), (0x2010, 64), (0x2190, 256), (0x3041, 86),
    (0x30A1, 90), (0x4E00, 2048), (0xAC00, 2048), (0xFF01, 94), (0x1F300, 512), (0x300, 32),
  ]
  private static let spaces = [" ", "  ", "\t", "\n", "\r\n", "\u{A0}", "\u{3000}", "\u{2581}"]

  /// A text.
  func text(_ number: UInt64) -> [UInt8] {
    var stream = RandomStream(key: key, item: number)
    var text: [UInt8] = []
    for _ in 0..<1 + stream.next(below: 12) { append(&text, &stream) }
    return text
  }

  private func append(_ text: inout [UInt8], _ stream: inout RandomStream) {
    switch stream.next(below: 12) {
    case 0...1:
      let block = Self.blocks[Int(stream.next(below: UInt32(Self.blocks.count)))]
      for _ in 0..<1 + stream.next(below: 6) {
        Self.append(block.first + stream.next(below: block.count), to: &text)
      }
    case 2: Self.append(stream.next(below: 0x11_0000), to: &text)
    case 3...4: text += Self.spaces[Int(stream.next(below: UInt32(Self.spaces.count)))].utf8
    case 5:
      for _ in 0..<1 + stream.next(below: 7) {
        text.append(0x30 + UInt8(truncatingIfNeeded: stream.next(below: 10)))
      }
    case 6...9: text += piece(&stream)
    case 10:
      let piece = String(decoding: piece(&stream), as: UTF8.self)
      text += Array((stream.next(below: 2) == 0 ? piece.uppercased() : piece.lowercased()).utf8)
    default:
      text.append(UInt8(truncatingIfNeeded: stream.next(below: 256)))
    }
  }

  /// The text of a token, now and then behind a space.
  private func piece(_ stream: inout RandomStream) -> [UInt8] {
    let size = tokenizer.vocabulary.count
    let hasSpace = stream.next(below: 3) == 0
    guard size > 0 else { return [] }
    let id = TokenID(stream.next(below: UInt32(size)))
    return (hasSpace ? [0x20] : []) + tokenizer.model.text(of: id).prefix(64)
  }

  private static func append(_ scalar: UInt32, to text: inout [UInt8]) {
    if let scalar = Unicode.Scalar(scalar) { text += String(scalar).utf8 }
  }
}

extension NoiseSite {
  /// The texts that a conversion is checked on.
  package static var conversion: NoiseSite { NoiseSite(number: 23, name: "conversion") }
}

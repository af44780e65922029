import Noise

/// Seeded strings that break tokenizers: every kind of character side by side.
public struct NastyText {
  private var stream: RandomStream

  /// - Parameter seed: Equal seeds give equal strings.
  public init(seed: UInt64) {
    stream = RandomStream(key: NoiseKey(seed: seed, site: .testing), item: 0)
  }

  private static let pieces: [String] = [
    "a", "b", "Z", "the", "'s", "'ll", "'", "'S", "\u{17F}", " ", "  ", "\t", "\n", "\r\n",
    "\u{0B}", "\u{85}", "\u{A0}", "\u{1680}", "\u{2028}", "\u{3000}", "\u{200B}", "\u{FEFF}",
    "0", "42", "½", "Ⅷ", "٣", "①", ".", "...", "!?", "_", "-", "—", "«", "€", "§",
    "é", "e\u{301}", "\u{301}", "\u{323}\u{307}", "ß", "İ", "ı", "Σ", "ς", "ﬁ", "Å", "Å",
    "и", "й", "и\u{306}", "я", "中", "文", "한", "ᄒ\u{1161}\u{11AB}", "か\u{3099}", "ｶﾞ", "ＡＢ",
    "क", "क़", "क\u{93C}", "्", "ไทย", "ำ", "א", "שׁ", "ﬡ", "ع", "ﷺ", "\u{200F}", "ა", "Ა",
    "😀", "👩🏽‍🚀", "🇩🇪", "1️⃣", "𝒜", "𐍈", "\u{E000}", "\u{10FFFF}", "\u{FFFD}", "\u{0}", "\u{7F}",
    "\u{1E9B}\u{323}", "\u{FB03}", "\u{1D15E}", "\u{2126}", "\u{F900}", "\u{AD}", "\u{202E}",
  ]
  private static let invalid: [[UInt8]] = [
    [0xFF], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80],
    [0xE4, 0xB8], [0xF0, 0x9F, 0x98], [0xC3],
  ]

  /// The next string.
  ///
  /// - Parameters:
  ///   - longest: The most pieces.
  ///   - isValid: Whether it is UTF-8 throughout.
  /// - Returns: The bytes of 0 through `longest` pieces.
  public mutating func next(longest: UInt32 = 24, isValid: Bool = true) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<stream.next(below: longest + 1) {
      let choice = stream.next(below: 20)
      if !isValid && choice == 0 {
        bytes += Self.invalid[Int(stream.next(below: UInt32(Self.invalid.count)))]
      } else if choice == 1, let scalar = Unicode.Scalar(stream.next(below: 0x11_0000)) {
        bytes += Array(String(scalar).utf8)
      } else {
        bytes += Array(Self.pieces[Int(stream.next(below: UInt32(Self.pieces.count)))].utf8)
      }
    }
    return bytes
  }

  /// A number below a bound.
  public mutating func number(below bound: UInt32) -> UInt32 { stream.next(below: bound) }
}

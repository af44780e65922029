public import TestSupport

/// Files of SentencePiece, written byte by byte.
public enum SentencePieceSample {
  /// A field of bytes.
  public static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    varint(UInt64(number) << 3 | 2) + varint(UInt64(bytes.count)) + bytes
  }

  /// A field of a number.
  public static func field(_ number: UInt8, _ value: UInt64) -> [UInt8] {
    varint(UInt64(number) << 3) + varint(value)
  }

  private static func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80
      ? [UInt8(value)] : [UInt8(value % 0x80) + 0x80] + varint(value / 0x80)
  }

  /// A piece.
  public static func piece(_ text: [UInt8], score: Float = 0, kind: Int = 1) -> [UInt8] {
    let bits = score.bitPattern
    let bytes = (0..<4 as Range<UInt32>).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    return field(1, field(1, text) + varint(2 << 3 | 5) + bytes + field(3, UInt64(kind)))
  }

  /// The file of a model.
  public static func file(_ model: SentencePieceOracle, kind: UInt64 = 2) -> [UInt8] {
    var bytes = model.pieces.flatMap { piece($0.text, score: $0.score, kind: $0.kind.rawValue) }
    bytes += field(
      2,
      field(3, kind) + field(24, model.addsSpaceBehind ? 1 : 0)
        + field(35, model.fallsBackToBytes ? 1 : 0)
    )
    let map = model.rules.isEmpty ? [] : field(2, characterMap(model.rules))
    return bytes
      + field(
        3,
        field(1, Array("test".utf8)) + map + field(3, model.addsSpace ? 1 : 0)
          + field(4, model.removesExtraSpaces ? 1 : 0) + field(5, model.marksSpaces ? 1 : 0)
      )
  }

  // MARK: - Rules

  private struct Node {
    var children: [UInt8: Int] = [:]
    var value: Int?
  }

  /// Rules as a double array with their replacements.
  public static func characterMap(_ rules: [[UInt8]: [UInt8]]) -> [UInt8] {
    var nodes = [Node()]
    var texts: [UInt8] = []
    for key in rules.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      var node = 0
      for byte in key {
        if nodes[node].children[byte] == nil {
          nodes.append(Node())
          nodes[node].children[byte] = nodes.count - 1
        }
        node = nodes[node].children[byte] ?? 0
      }
      nodes[node].value = texts.count
      texts += (rules[key] ?? []) + [0]
    }
    // An unused unit has a label that no byte has.
    let unused: UInt32 = 0x8000_0000
    var taken: Set<Int> = [0]
    // Two nodes with one base would share their children.
    var bases: Set<Int> = []
    var unitOf: [Int: UInt32] = [:]
    func place(_ node: Int, at position: Int, label: UInt32) {
      let bytes = nodes[node].children.keys.sorted()
      let slots = (nodes[node].value == nil ? [] : [0]) + bytes.map { Int($0) }
      let base =
        (1...).first { base in
          !bases.contains(base) && slots.allSatisfy { !taken.contains(base ^ $0) }
        } ?? 1
      bases.insert(base)
      slots.forEach { taken.insert(base ^ $0) }
      let hasLeaf: UInt32 = nodes[node].value == nil ? 0 : 1 << 8
      unitOf[position] = label | hasLeaf | UInt32(base ^ position) << 10
      if let value = nodes[node].value { unitOf[base] = 1 << 31 | UInt32(value) }
      for byte in bytes {
        place(nodes[node].children[byte] ?? 0, at: base ^ Int(byte), label: UInt32(byte))
      }
    }
    place(0, at: 0, label: 0)
    let count = ((taken.max() ?? 0) | 255) + 1
    let array = (0..<count).flatMap { position in
      (0..<4 as Range<UInt32>).map {
        UInt8(truncatingIfNeeded: (unitOf[position] ?? unused) >> (8 * $0))
      }
    }
    let size = (0..<4 as Range<UInt32>).map {
      UInt8(truncatingIfNeeded: UInt32(array.count) >> (8 * $0))
    }
    return size + array + texts
  }

  // MARK: - Random models

  private static let letters = [
    "a", "b", "c", "é", "中", "😀", "\u{2581}", "<", "0", "\u{301}", "ﬁ", " ", "\u{FFFD}",
  ].map { Array($0.utf8) }

  /// A small model whose pieces and symbols are made of few letters.
  public static func model(_ text: inout NastyText) -> SentencePieceOracle {
    func flips() -> Bool { text.number(below: 2) == 0 }
    var model = SentencePieceOracle()
    model.addsSpace = flips()
    model.removesExtraSpaces = flips()
    model.marksSpaces = text.number(below: 4) > 0
    model.addsSpaceBehind = text.number(below: 4) == 0
    model.fallsBackToBytes = flips()
    var known: Set<[UInt8]> = []
    func add(_ text: [UInt8], _ score: Float, _ kind: SentencePieceOracle.Kind) {
      guard known.insert(text).inserted else { return }
      model.pieces.append(.init(text, score, kind))
    }
    add(Array("<unk>".utf8), 0, .unknown)
    add(Array("<s>".utf8), 0, .control)
    if model.fallsBackToBytes {
      for byte in UInt8.min...UInt8.max { add(SentencePieceOracle.piece(of: byte), 0, .byte) }
    }
    let normal = letters.filter { _ in text.number(below: 4) > 0 }
    for letter in normal { add(letter, -100, .normal) }
    var parts = normal
    let hasTies = flips()
    for rank in 0..<20 where !parts.isEmpty {
      let left = parts[Int(text.number(below: UInt32(parts.count)))]
      let right = parts[Int(text.number(below: UInt32(parts.count)))]
      let score = hasTies ? text.number(below: 4) : UInt32(rank)
      if left.count + right.count < 24 {
        add(left + right, -Float(score), .normal)
        parts.append(left + right)
      }
    }
    for _ in 0..<text.number(below: 4) {
      let symbol = (0...text.number(below: 3)).flatMap { _ in
        letters[Int(text.number(below: UInt32(letters.count)))]
      }
      add(symbol, 0, .userDefined)
    }
    if flips() {
      model.rules = ["ﬁ": "fi", "é": "a", "aa": " ", "b\u{301}": "", "\t": " ", "  a": "c  "]
        .reduce(into: [:]) { $0[Array($1.key.utf8)] = Array($1.value.utf8) }
    }
    return model
  }

  /// A text of the letters of random models, with a few others and bytes that are not UTF-8.
  public static func text(_ text: inout NastyText) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<text.number(below: 24) {
      switch text.number(below: 24) {
      case 0: bytes.append(0xFF)
      case 1: bytes += [0xE2, 0x96]
      case 2: bytes += Array("\u{10FFFF}".utf8)
      case 3: bytes += Array("<s>".utf8)
      case 4: bytes.append(0)
      case 5...9: bytes.append(0x20)
      default: bytes += letters[Int(text.number(below: UInt32(letters.count)))]
      }
    }
    return bytes
  }
}

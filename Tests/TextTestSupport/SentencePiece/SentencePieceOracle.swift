/// SentencePiece's BPE step by step: normaliser, encoder and decoder.
public struct SentencePieceOracle {
  /// The kinds of pieces, as the file numbers them.
  public enum Kind: Int, Sendable {
    case normal = 1
    case unknown, control, userDefined, unused, byte
  }

  /// A piece.
  public struct Piece: Sendable {
    /// Its text.
    public var text: [UInt8]
    /// Its score.
    public var score: Float
    /// Its kind.
    public var kind: Kind

    /// A piece.
    public init(_ text: [UInt8], _ score: Float, _ kind: Kind) {
      (self.text, self.score, self.kind) = (text, score, kind)
    }
  }

  /// The pieces by id.
  public var pieces: [Piece] = []
  /// Texts and what they become.
  public var rules: [[UInt8]: [UInt8]] = [:]
  /// `add_dummy_prefix`.
  public var addsSpace = true
  /// `remove_extra_whitespaces`.
  public var removesExtraSpaces = true
  /// `escape_whitespaces`.
  public var marksSpaces = true
  /// `treat_whitespace_as_suffix`.
  public var addsSpaceBehind = false
  /// `byte_fallback`.
  public var fallsBackToBytes = false

  static let mark = Array("\u{2581}".utf8)
  static let unknownText = Array(" \u{2047} ".utf8)

  /// No pieces.
  public init() {}

  private var symbols: [[UInt8]] { pieces.filter { $0.kind == .userDefined }.map(\.text) }

  private static func longest(
    _ texts: some Sequence<[UInt8]>,
    _ rest: ArraySlice<UInt8>
  ) -> [UInt8]? {
    texts.filter { !$0.isEmpty && rest.starts(with: $0) }.max { $0.count < $1.count }
  }

  /// The next part of a text and what it becomes.
  private func prefix(_ rest: ArraySlice<UInt8>) -> (length: Int, text: [UInt8]) {
    if let symbol = Self.longest(symbols, rest) { return (symbol.count, symbol) }
    if let key = Self.longest(rules.keys, rest) { return (key.count, rules[key] ?? []) }
    for length in 1...min(4, rest.count) {
      let part = Array(rest.prefix(length))
      if String(validating: part, as: UTF8.self) != nil { return (length, part) }
    }
    return (1, Array("\u{FFFD}".utf8))
  }

  /// The text that pieces are looked for in.
  public func normalized(_ text: [UInt8]) -> [UInt8] {
    let space = marksSpaces ? Self.mark : [0x20]
    var rest = text[...]
    while removesExtraSpaces, !rest.isEmpty, case let part = prefix(rest), part.text == [0x20] {
      rest = rest.dropFirst(part.length)
    }
    if rest.isEmpty { return [] }
    var result: [UInt8] = []
    if addsSpace && !addsSpaceBehind { result += space }
    var followsSpace = removesExtraSpaces
    while !rest.isEmpty {
      var (length, part) = prefix(rest)
      rest = rest.dropFirst(length)
      while followsSpace && part.first == 0x20 { part.removeFirst() }
      if !part.isEmpty {
        for byte in part { result += byte == 0x20 ? space : [byte] }
        followsSpace = part.last == 0x20
      }
      if !removesExtraSpaces { followsSpace = false }
    }
    while removesExtraSpaces, result.count >= space.count,
      Array(result.suffix(space.count)) == space
    {
      result.removeLast(space.count)
    }
    if addsSpace && addsSpaceBehind { result += space }
    return result
  }

  /// The parts of a normalised text before any merge, and whether they never merge.
  private func start(_ text: [UInt8]) -> [(text: [UInt8], isFrozen: Bool)] {
    var parts: [(text: [UInt8], isFrozen: Bool)] = []
    var rest = text[...]
    while !rest.isEmpty {
      if let symbol = Self.longest(symbols, rest) {
        parts.append((symbol, true))
      } else {
        let length = (1...4).first { length in
          String(validating: Array(rest.prefix(length)), as: UTF8.self) != nil
        }
        parts.append((Array(rest.prefix(length ?? 1)), false))
      }
      rest = rest.dropFirst(parts.last?.text.count ?? 1)
    }
    return parts
  }

  /// The text cut into pieces; `keeps` says of each merge, in order, whether it happens.
  public func cut(_ text: [UInt8], keeps: () -> Bool = { true }) -> [[UInt8]] {
    var parts = start(normalized(text)).map {
      (text: $0.text, isFrozen: $0.isFrozen, dropped: false)
    }
    while true {
      var best: (score: Float, place: Int)?
      for place in parts.indices.dropLast()
      where !parts[place].isFrozen && !parts[place + 1].isFrozen && !parts[place].dropped {
        let joined = parts[place].text + parts[place + 1].text
        let found = pieces.first {
          $0.text == joined && [.normal, .userDefined].contains($0.kind)
        }
        if let found, found.score > best?.score ?? -.infinity { best = (found.score, place) }
      }
      guard let best else { return parts.map(\.text) }
      // A dropped candidate comes back only if one of its parts changes.
      guard keeps() else {
        parts[best.place].dropped = true
        continue
      }
      parts[best.place].text += parts[best.place + 1].text
      parts[best.place].dropped = false
      parts.remove(at: best.place + 1)
      if best.place > 0 { parts[best.place - 1].dropped = false }
    }
  }

  /// The ids of a text.
  public func ids(_ text: [UInt8], keeps: () -> Bool = { true }) -> [Int] {
    let unknown = pieces.firstIndex { $0.kind == .unknown } ?? -1
    var ids: [Int] = []
    var followsUnknown = false
    for part in cut(text, keeps: keeps) {
      let id = pieces.firstIndex { $0.text == part && $0.kind != .control } ?? unknown
      if id != unknown {
        ids.append(id)
      } else if fallsBackToBytes {
        ids += part.map { byte in
          pieces.firstIndex { $0.kind == .byte && $0.text == Self.piece(of: byte) } ?? -1
        }
      } else if !followsUnknown {
        ids.append(id)
      }
      followsUnknown = id == unknown
    }
    return ids
  }

  /// The piece of a byte.
  public static func piece(of byte: UInt8) -> [UInt8] {
    Array(CharacterModelOracle.piece(of: byte).utf8)
  }

  /// The text of ids.
  public func text(_ ids: [Int]) -> [UInt8] {
    var text: [UInt8] = []
    var bytes: [UInt8] = []
    func flush() {
      // Swift's repair differs for parts of characters: here each byte is one.
      var rest = bytes[...]
      while !rest.isEmpty {
        let length = (1...min(4, rest.count)).first {
          String(validating: Array(rest.prefix($0)), as: UTF8.self) != nil
        }
        text += length.map { Array(rest.prefix($0)) } ?? Array("\u{FFFD}".utf8)
        rest = rest.dropFirst(length ?? 1)
      }
      bytes = []
    }
    var isAtStart = true
    var hasDropped = false
    for id in ids {
      let piece = pieces[id]
      if piece.kind == .byte {
        bytes += (UInt8.min...UInt8.max).filter { Self.piece(of: $0) == piece.text }
        continue
      }
      flush()
      if hasDropped || !text.isEmpty { isAtStart = false }
      hasDropped = false
      switch piece.kind {
      case .control: break
      case .unknown: text += Self.unknownText
      default:
        var rest = piece.text
        if isAtStart && (addsSpace || removesExtraSpaces) && rest.starts(with: Self.mark) {
          rest.removeFirst(3)
          hasDropped = !removesExtraSpaces
        }
        while !rest.isEmpty {
          if rest.starts(with: Self.mark) {
            text.append(0x20)
            rest.removeFirst(3)
          } else {
            text.append(rest.removeFirst())
          }
        }
      }
    }
    flush()
    return text
  }
}

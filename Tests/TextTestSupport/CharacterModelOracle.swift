/// BPE over characters, step by step: `merge_word` of Hugging Face tokenizers.
public struct CharacterModelOracle {
  /// Tokens by their spelling.
  public var ids: [[UInt8]: Int] = [:]
  /// Pairs of ids, and what they become, by rank.
  public var merges: [(left: Int, right: Int, product: Int)] = []
  /// The id of the unknown token.
  public var unknown: Int?
  /// Whether neighbouring unknown characters are one.
  public var fusesUnknown = false
  /// Whether unknown characters become bytes.
  public var fallsBackToBytes = false
  /// The mark of tokens that do not begin a word.
  public var prefix: [UInt8] = []
  /// The mark of tokens that end a word.
  public var suffix: [UInt8] = []

  /// No tokens.
  public init() {}

  /// Cuts a word.
  ///
  /// - Parameter word: Valid UTF-8.
  /// - Returns: The tokens, and how many bytes each stands for.
  public func tokens(of word: [UInt8]) -> [(id: Int, length: Int)] {
    var tokens: [(id: Int, length: Int)] = []
    var pending: (id: Int, length: Int)?
    let characters = String(decoding: word, as: UTF8.self).unicodeScalars.map {
      Array(String($0).utf8)
    }
    for (index, character) in characters.enumerated() {
      var symbol = character
      if index > 0 { symbol = prefix + symbol }
      if index == characters.count - 1 { symbol += suffix }
      if let id = ids[symbol] {
        if let unknown = pending { tokens.append(unknown) }
        pending = nil
        tokens.append((id, character.count))
        continue
      }
      let bytes = character.map { ids[Array(Self.piece(of: $0).utf8)] }
      if fallsBackToBytes && !bytes.contains(nil) {
        tokens += bytes.compactMap { $0.map { ($0, 1) } }
      } else if let unknown {
        if let waiting = pending, fusesUnknown {
          pending = (unknown, waiting.length + character.count)
        } else {
          if let waiting = pending { tokens.append(waiting) }
          pending = (unknown, character.count)
        }
      }
    }
    if let pending { tokens.append(pending) }
    while true {
      var best: (rank: Int, place: Int)?
      for place in tokens.indices.dropLast() {
        // Of equal rules the last counts.
        let rank = merges.lastIndex {
          $0.left == tokens[place].id && $0.right == tokens[place + 1].id
        }
        if let rank, rank < best?.rank ?? .max { best = (rank, place) }
      }
      guard let best else { return tokens }
      let length = tokens[best.place].length + tokens[best.place + 1].length
      tokens.replaceSubrange(
        best.place...best.place + 1,
        with: [(merges[best.rank].product, length)]
      )
    }
  }

  /// How the token of a byte is spelled.
  public static func piece(of byte: UInt8) -> String {
    let digits = Array("0123456789ABCDEF")
    return "<0x\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])>"
  }
}

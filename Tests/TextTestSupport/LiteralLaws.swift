public import BytePairEncoding

/// Every law word for word as its paper or its library has it: byte strings in plain arrays, one
/// decision after another.
///
/// Written without a look at the package's own procedures. ``Chance`` makes the decisions, so that
/// one text serves for enumerating and for sampling.
public struct LiteralLaws {
  private let ranks: [[[UInt8]]: Int]
  /// What words can be made of: bytes and products of merges.
  private let tokens: Set<[UInt8]>
  private let model: BPEModel

  /// - Parameter model: Gives the merges, as byte strings.
  public init(_ model: BPEModel) {
    self.model = model
    var ranks: [[[UInt8]]: Int] = [:]
    var tokens = Set((UInt8.min...UInt8.max).map { [$0] })
    for (rank, merge) in model.merges.merges.enumerated() {
      let pair = [merge.left, merge.right].map { Array(model.vocabulary.bytes(of: $0)) }
      ranks[pair] = rank
      tokens.insert(pair[0] + pair[1])
    }
    self.ranks = ranks
    self.tokens = tokens
  }

  /// Cuts a word once.
  ///
  /// - Parameters:
  ///   - word: Its bytes.
  ///   - law: How.
  ///   - rate: The probability of a drop.
  ///   - protects: Whether characters are the unit.
  ///   - chance: Makes the decisions.
  /// - Returns: The tokens as byte strings.
  public func cut(
    _ word: [UInt8],
    _ law: SegmentationNoise.Law,
    rate: Double,
    protects: Bool,
    _ chance: inout Chance
  ) -> [[UInt8]] {
    switch law {
    case .paper:
      LiteralAlgorithm1(model).cut(word, rate: rate, protects: protects, &chance).map {
        Array(model.vocabulary.bytes(of: TokenID($0)))
      }
    case .huggingface, .youtokentome: huggingFace(word, rate, &chance)
    case .subwordNMT: subwordNMT(word, rate, &chance)
    case .sentencepiece: sentencePiece(word, rate, &chance)
    case .uniform: uniform(word, rate, protects, &chance)
    case .stochastok: stochasTok(word, rate, protects, &chance)
    case .maxmatch: maxMatch(word, rate, protects, &chance)
    default: preconditionFailure("the law of \(law) has no literal version")
    }
  }

  private struct Entry {
    var rank: Int
    var place: Int
    var pair: [[UInt8]]
  }

  /// A word as a list of pieces at fixed places; those merged into another are nil.
  private struct Places {
    var pieces: [[UInt8]?]

    init(_ word: [UInt8]) { pieces = word.map { [$0] } }

    func next(_ place: Int) -> Int? { pieces.indices.first { $0 > place && pieces[$0] != nil } }
    func previous(_ place: Int) -> Int? { pieces.indices.last { $0 < place && pieces[$0] != nil } }

    func pair(_ place: Int) -> [[UInt8]]? {
      guard let left = pieces[place], let next = next(place), let right = pieces[next] else {
        return nil
      }
      return [left, right]
    }

    mutating func merge(_ place: Int) {
      guard let next = next(place), let right = pieces[next] else { return }
      pieces[place]? += right
      pieces[next] = nil
    }
  }

  private func entry(_ places: Places, _ place: Int) -> Entry? {
    places.pair(place).flatMap { pair in
      ranks[pair].map { Entry(rank: $0, place: place, pair: pair) }
    }
  }

  private static func takeFirst(_ queue: inout [Entry]) -> Entry? {
    let first = queue.indices.min {
      (queue[$0].rank, queue[$0].place) < (queue[$1].rank, queue[$1].place)
    }
    return first.map { queue.remove(at: $0) }
  }

  /// The loop of Hugging Face tokenizers (`merge_all`) and of YouTokenToMe (`DropoutQueue`).
  private func huggingFace(_ word: [UInt8], _ rate: Double, _ chance: inout Chance) -> [[UInt8]] {
    var places = Places(word)
    var queue = word.indices.compactMap { entry(places, $0) }
    var skipped: [Entry] = []
    while let top = Self.takeFirst(&queue) {
      if chance.happens(rate) {
        skipped.append(top)
        continue
      }
      queue += skipped
      skipped = []
      if places.pair(top.place) != top.pair { continue }
      places.merge(top.place)
      if let before = places.previous(top.place) {
        queue += [entry(places, before)].compactMap { $0 }
      }
      queue += [entry(places, top.place)].compactMap { $0 }
    }
    return places.pieces.compactMap { $0 }
  }

  /// The loop of subword-nmt (`encode`).
  private func subwordNMT(_ word: [UInt8], _ rate: Double, _ chance: inout Chance) -> [[UInt8]] {
    var split = word.map { [$0] }
    while split.count > 1 {
      let kept = split.indices.dropLast().filter { index in
        ranks[[split[index], split[index + 1]]] != nil && !chance.happens(rate)
      }
      func rank(_ index: Int) -> Int { ranks[[split[index], split[index + 1]]] ?? .max }
      guard let best = kept.min(by: { (rank($0), $0) < (rank($1), $1) }) else { return split }
      let pair = [split[best], split[best + 1]]
      var next: [[UInt8]] = []
      var index = 0
      while index < split.count {
        if kept.contains(index) && [split[index], split[index + 1]] == pair {
          next.append(pair[0] + pair[1])
          index += 2
        } else {
          next.append(split[index])
          index += 1
        }
      }
      split = next
    }
    return split
  }

  /// The loop of SentencePiece (`SampleEncode`).
  private func sentencePiece(_ word: [UInt8], _ rate: Double, _ chance: inout Chance) -> [[UInt8]] {
    var places = Places(word)
    var agenda = word.indices.compactMap { entry(places, $0) }
    while let top = Self.takeFirst(&agenda) {
      if places.pair(top.place) != top.pair { continue }
      if chance.happens(rate) { continue }
      places.merge(top.place)
      if let before = places.previous(top.place) {
        agenda += [entry(places, before)].compactMap { $0 }
      }
      agenda += [entry(places, top.place)].compactMap { $0 }
    }
    return places.pieces.compactMap { $0 }
  }

  /// Where a word may be cut: not inside a character that is a token, where characters are the
  /// unit.
  private func mayCut(_ word: [UInt8], _ protects: Bool) -> [Bool] {
    let characterOf = DropoutOracle.characters(of: word)
    return (0...word.count).map { place in
      guard protects, place > 0, place < word.count, characterOf[place] == characterOf[place - 1]
      else { return true }
      return !tokens.contains(
        word.indices.filter { characterOf[$0] == characterOf[place] }.map { word[$0] }
      )
    }
  }

  /// All ways to cut a word into tokens.
  public func allSegmentations(of word: [UInt8], protects: Bool) -> [[[UInt8]]] {
    let mayCut = mayCut(word, protects)
    func rest(_ start: Int) -> [[[UInt8]]] {
      if start == word.count { return [[]] }
      return (start + 1...word.count).flatMap { end -> [[[UInt8]]] in
        let token = Array(word[start..<end])
        return mayCut[end] && tokens.contains(token) ? rest(end).map { [token] + $0 } : []
      }
    }
    return rest(0)
  }

  private func plain(_ word: [UInt8]) -> [[UInt8]] {
    plainSegmentation(word, model).map { Array(model.vocabulary.bytes(of: $0)) }
  }

  private func uniform(
    _ word: [UInt8],
    _ rate: Double,
    _ protects: Bool,
    _ chance: inout Chance
  ) -> [[UInt8]] {
    guard chance.happens(rate) else { return plain(word) }
    let all = allSegmentations(of: word, protects: protects)
    return all[chance.choice(of: all.count)]
  }

  /// Word by word, with a number of attempts that is rounded at random.
  private func stochasTok(
    _ word: [UInt8],
    _ rate: Double,
    _ protects: Bool,
    _ chance: inout Chance
  ) -> [[UInt8]] {
    var split = plain(word)
    let mean = rate * Double(split.count)
    let attempts = Int(mean) + (chance.happens(mean - Double(Int(mean))) ? 1 : 0)
    for _ in 0..<attempts {
      let index = chance.choice(of: split.count)
      let token = split[index]
      let mayCut = mayCut(token, protects)
      let pairs = (1..<max(token.count, 1)).map { [Array(token[..<$0]), Array(token[$0...])] }
        .filter { mayCut[$0[0].count] && tokens.contains($0[0]) && tokens.contains($0[1]) }
      if pairs.isEmpty { continue }
      split.replaceSubrange(index...index, with: pairs[chance.choice(of: pairs.count)])
    }
    return split
  }

  private func maxMatch(
    _ word: [UInt8],
    _ rate: Double,
    _ protects: Bool,
    _ chance: inout Chance
  ) -> [[UInt8]] {
    let mayCut = mayCut(word, protects)
    var split: [[UInt8]] = []
    var start = 0
    while start < word.count {
      var chosen: [UInt8] = []
      for end in start + 1...word.count {
        let token = Array(word[start..<end])
        guard mayCut[end], tokens.contains(token) else { continue }
        if chosen.isEmpty || !chance.happens(rate) { chosen = token }
      }
      split.append(chosen)
      start += chosen.count
    }
    return split
  }
}

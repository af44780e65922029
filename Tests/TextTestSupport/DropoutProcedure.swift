public import BytePairEncoding
import Noise

/// The tokens that the documented procedure draws for a word, step by step, with nothing skipped,
/// cached or indexed: what each faster way must give, to the byte.
public func drawnSegmentation(
  _ word: [UInt8],
  _ model: BPEModel,
  _ noise: SegmentationNoise,
  at address: WordAddress
) -> [TokenID] {
  var split = DrawnSplit(word, model, protects: noise.unit == .character)
  var plain = split
  var steps = 0
  while let first = plain.candidates().first {
    if !plain.isProtected(first) { steps += 1 }
    plain.apply(first)
  }
  var stream = noise.stream(address)
  guard steps > 0, let firstDrop = noise.keptRun.run(below: steps, from: &stream) else {
    return plain.tokens
  }
  var kept = 0
  while let first = split.candidates().first, split.isProtected(first) || kept < firstDrop {
    if !split.isProtected(first) { kept += 1 }
    split.apply(first)
  }
  var left = Array(split.candidates().dropFirst())
  while !left.isEmpty {
    let run = noise.droppedRun.run(below: left.count, from: &stream) ?? left.count
    let certain = left.firstIndex(where: split.isProtected) ?? left.count
    guard min(run, certain) < left.count else { break }
    split.apply(left[min(run, certain)])
    left = split.candidates()
  }
  return split.tokens
}

private struct DrawnSplit {
  let model: BPEModel
  /// Where each character starts; nil where none protects its merges.
  let characters: Set<Int>?
  var parts: [(token: TokenID?, start: Int, end: Int)]

  init(_ word: [UInt8], _ model: BPEModel, protects: Bool) {
    self.model = model
    parts = word.indices.map { (model.vocabulary.id(of: [word[$0]]), $0, $0 + 1) }
    var starts: Set<Int> = []
    var position = 0
    while position < word.count {
      starts.insert(position)
      position +=
        (1...4).first { length in
          length <= word.count - position
            && String(validating: word[position..<position + length], as: UTF8.self)?
              .unicodeScalars.count == 1
        } ?? 1
    }
    characters = protects ? starts : nil
  }

  var tokens: [TokenID] { parts.compactMap { $0.token ?? model.unknown } }

  func rank(_ index: Int) -> Int? {
    guard let left = parts[index].token, let right = parts[index + 1].token else { return nil }
    return model.merges.rank(of: left, right)
  }

  func candidates() -> [Int] {
    parts.indices.dropLast().compactMap { index in rank(index).map { ($0, index) } }
      .sorted { $0 < $1 }.map(\.1)
  }

  func isProtected(_ index: Int) -> Bool {
    guard let characters else { return false }
    return !(parts[index].start + 1..<parts[index + 1].end).contains(where: characters.contains)
  }

  mutating func apply(_ index: Int) {
    guard let rank = rank(index) else { return }
    parts[index].token = model.merges.merges[rank].product
    parts[index].end = parts.remove(at: index + 1).end
  }
}

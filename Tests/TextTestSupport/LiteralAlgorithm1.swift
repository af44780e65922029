public import BytePairEncoding

/// Algorithm 1 of arXiv 1910.13267, line by line: at every step all candidates are listed, each
/// draws for itself, and the best that is left is merged.
public struct LiteralAlgorithm1 {
  private let merges: [UInt64: (rank: Int, product: UInt32)]
  private let bytes: [UInt32]

  /// - Parameter model: Gives the merges.
  public init(_ model: BPEModel) {
    var merges: [UInt64: (rank: Int, product: UInt32)] = [:]
    for (rank, merge) in model.merges.merges.enumerated() {
      merges[Self.pair(merge.left.rawValue, merge.right.rawValue)] = (rank, merge.product.rawValue)
    }
    self.merges = merges
    bytes = (UInt8.min...UInt8.max).map { model.vocabulary.id(of: [$0])?.rawValue ?? .max }
  }

  private static func pair(_ left: UInt32, _ right: UInt32) -> UInt64 {
    UInt64(left) << 32 | UInt64(right)
  }

  /// Cuts a word once.
  ///
  /// - Parameters:
  ///   - word: Its bytes.
  ///   - rate: The probability of a drop.
  ///   - protects: Whether merges inside one character are never dropped.
  ///   - chance: Makes the decisions.
  /// - Returns: The tokens.
  public func cut(
    _ word: [UInt8],
    rate: Double,
    protects: Bool,
    _ chance: inout Chance
  ) -> [UInt32] {
    let characterOf = DropoutOracle.characters(of: word)
    var split = word.map { bytes[Int($0)] }
    var ends = Array(1..<word.count + 1)
    while true {
      var best: (rank: Int, index: Int, product: UInt32)?
      for index in split.indices.dropLast() {
        guard let merge = merges[Self.pair(split[index], split[index + 1])] else { continue }
        let start = index == 0 ? 0 : ends[index - 1]
        let isInside = characterOf[start] == characterOf[ends[index + 1] - 1]
        if !(protects && isInside) && chance.happens(rate) { continue }
        if best.map({ (merge.rank, index) < ($0.rank, $0.index) }) ?? true {
          best = (merge.rank, index, merge.product)
        }
      }
      guard let best else { return split }
      split[best.index] = best.product
      split.remove(at: best.index + 1)
      ends.remove(at: best.index)
    }
  }
}

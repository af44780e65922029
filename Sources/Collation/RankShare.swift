/// The part of each batch that one of several trainers takes.
public struct RankShare: Hashable, Sendable {
  /// The number of this trainer, from 0.
  public let rank: Int
  /// The number of trainers.
  public let ranks: Int

  /// A trainer's share.
  ///
  /// - Returns: nil unless `ranks` is at least 1 and `rank` lies in `0..<ranks`.
  public init?(rank: Int, of ranks: Int) {
    guard ranks >= 1, (0..<ranks).contains(rank) else { return nil }
    (self.rank, self.ranks) = (rank, ranks)
  }

  /// The share's rows of a batch.
  ///
  /// - Parameter count: The rows of the batch.
  /// - Returns: Equal parts, or parts that differ by one, the longer ones first.
  public func rows(of count: Int) -> Range<Int> {
    let (share, rest) = count.quotientAndRemainder(dividingBy: ranks)
    let start = rank * share + min(rank, rest)
    return start..<start + share + (rank < rest ? 1 : 0)
  }
}

import Collation
import Testing

struct RankShareTests {
  @Test func `the shares of all ranks are the rows, in order, and differ by one at most`() {
    for ranks in 1...9 {
      for count in 0...40 {
        let shares = (0..<ranks).compactMap { RankShare(rank: $0, of: ranks)?.rows(of: count) }
        #expect(shares.flatMap { Array($0) } == Array(0..<count))
        #expect((shares.map(\.count).max() ?? 0) - (shares.map(\.count).min() ?? 0) <= 1)
        #expect(shares.map(\.count) == shares.map(\.count).sorted(by: >))
      }
    }
  }

  @Test func `a rank that is none is refused`() {
    for (rank, ranks) in [(0, 0), (1, 1), (-1, 3), (3, 3)] {
      #expect(RankShare(rank: rank, of: ranks) == nil)
    }
  }
}

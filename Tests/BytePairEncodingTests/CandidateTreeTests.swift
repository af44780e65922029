import BytePairEncoding
import TestSupport
import Testing

@Suite struct CandidateTreeTests {
  @Test(arguments: [0, 1, 47, 48, 49, 3000, 20_000])
  func `it agrees with a sorted list`(size: Int) {
    var source = NastyText(seed: UInt64(size))
    // One key for each position; few ranks, so that many lie together.
    var free = Array(0..<size + 5000)
    var sorted: [UInt64] = []
    func key() -> UInt64 {
      let position = free.remove(at: Int(source.number(below: UInt32(free.count))))
      return UInt64(source.number(below: 9)) << 32 | UInt64(position)
    }
    for _ in 0..<size { sorted.append(key()) }
    sorted.sort()
    var tree = CandidateTree(sorted, positions: size + 5000)
    // First it grows, then it shrinks to nothing.
    for step in 0..<2 * (size + 4000) where step < size + 4000 || !sorted.isEmpty {
      let grows = free.count > 10 && source.number(below: 3) > (step < 4000 ? 0 : 1)
      if grows || sorted.isEmpty {
        let new = key()
        sorted.insert(new, at: sorted.firstIndex { $0 > new } ?? sorted.count)
        tree.insert(new)
      } else {
        // At the front, as derivations do, or anywhere.
        let place = step % 2 == 0 ? 0 : Int(source.number(below: UInt32(sorted.count)))
        let old = sorted.remove(at: place)
        tree.remove(old)
        free.append(Int(old & 0xFFFF_FFFF))
      }
      #expect(tree.count == sorted.count)
      if let last = sorted.indices.last {
        let index = Int(source.number(below: UInt32(last + 1)))
        #expect(tree.select(index) == sorted[index])
        #expect(tree.select(0) == sorted[0] && tree.select(last) == sorted[last])
        #expect(tree.count(before: sorted[index]) == index)
        #expect(tree.count(before: sorted[index] + 1) == index + 1)
      }
      #expect(tree.count(before: 0) == 0)
      #expect(tree.count(before: .max) == sorted.count)
    }
  }
}

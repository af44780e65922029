import Execution
import Synchronization
import Testing

@Suite("Elements made ahead, in order")
struct SlotRingTests {
  private struct Refused: Error, Equatable { let number: Int }

  private func all(_ ring: SlotRing<Int>) throws -> [Int] {
    var elements: [Int] = []
    while let element = try ring.next() { elements.append(element) }
    return elements
  }

  @Test("any depth and any threads give the same", arguments: [0, 1, 2, 3, 64], [1, 2, 8])
  func order(depth: Int, threads: Int) throws {
    for range in [0..<0, 5..<6, 3..<500] {
      let ring = SlotRing(range, depth: depth, threads: threads, makeScratch: { 0 }) {
        used,
        number,
        _ in
        used += 1
        return number * number
      }
      #expect(try all(ring) == range.map { $0 * $0 })
      #expect(try ring.next() == nil)
    }
  }

  @Test("no more is made ahead than the ring has room for")
  func bound() throws {
    let counters = Counters()
    let ring = SlotRing(0..<200, depth: 4, threads: 3, makeScratch: { () }) { _, number, _ in
      counters.made(number)
      return number
    }
    for number in 0..<200 {
      #expect(try ring.next() == number)
      counters.taken.store(number + 1, ordering: .sequentiallyConsistent)
    }
    // One may be made while the reader is between taking an element and counting it.
    #expect(counters.furthest.load(ordering: .sequentiallyConsistent) <= 5)
  }

  private final class Counters: Sendable {
    let taken = Atomic<Int>(0)
    let furthest = Atomic<Int>(0)

    func made(_ number: Int) {
      let ahead = number + 1 - taken.load(ordering: .sequentiallyConsistent)
      furthest.max(ahead, ordering: .sequentiallyConsistent)
    }
  }

  @Test("memory that is given back is used again, not copied", arguments: [0, 1, 4])
  func memory(depth: Int) throws {
    let made = Atomic<Int>(0)
    let shared = Atomic<Int>(0)
    let ring = SlotRing(0..<300, depth: depth, threads: 2, makeScratch: { () }) {
      _,
      number,
      spent -> Buffer in
      var buffer = spent.take() ?? Buffer(made)
      if !buffer.isAlone { shared.add(1, ordering: .sequentiallyConsistent) }
      buffer.number = number
      return buffer
    }
    for number in 0..<300 {
      let buffer = try #require(try ring.next())
      #expect(buffer.number == number)
      ring.recycle(consume buffer)
    }
    // One for each slot, each thread, and the reader.
    #expect(made.load(ordering: .sequentiallyConsistent) <= depth + 3)
    // A thread may still be letting go of what it has made.
    #expect(shared.load(ordering: .sequentiallyConsistent) <= (depth == 0 ? 0 : 100))
  }

  /// Memory that knows whether somebody else holds it.
  private struct Buffer: Sendable {
    private final class Memory: Sendable {}

    var number = 0
    private var memory = Memory()

    init(_ made: borrowing Atomic<Int>) { made.add(1, ordering: .sequentiallyConsistent) }

    var isAlone: Bool { mutating get { isKnownUniquelyReferenced(&memory) } }
  }

  @Test("an error comes at its place; the elements behind it follow", arguments: [0, 1, 4])
  func errors(depth: Int) throws {
    let ring = SlotRing(0..<10, depth: depth, threads: 2, makeScratch: { () }) { _, number, _ in
      if number % 3 == 2 { throw Refused(number: number) }
      return number
    }
    for number in 0..<10 {
      if number % 3 == 2 {
        #expect(throws: Refused(number: number)) { try ring.next() }
      } else {
        #expect(try ring.next() == number)
      }
    }
    #expect(try ring.next() == nil)
  }

  @Test("a ring that is dropped early ends its threads")
  func dropped() throws {
    let counters = Counters()
    for _ in 0..<50 {
      let ring = SlotRing(0..<Int.max, depth: 3, threads: 4, makeScratch: { () }) { _, number, _ in
        counters.made(number)
        return number
      }
      #expect(try ring.next() == 0)
    }
    let furthest = counters.furthest.load(ordering: .sequentiallyConsistent)
    #expect(furthest <= 4)
  }
}

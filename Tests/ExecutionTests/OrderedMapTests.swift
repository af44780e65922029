import Execution
import Glibc
import Synchronization
import TestSupport
import Testing

/// Work of a length that looks random but is a function of the piece.
private func work(_ piece: Int) -> Int {
  var state = UInt64(piece) &* 0x9E37_79B9_7F4A_7C15 ^ 0x5DEE_CE66
  let rounds = (state >> 40) % 4000
  for _ in 0..<rounds { state = (state ^ state >> 29) &* 0xBF58_476D_1CE4_E5B9 }
  return Int(truncatingIfNeeded: state)
}

/// Counts up from 0 to a number, then ends.
private struct Count {
  var next = 0
  let end: Int

  init(to end: Int) { self.end = end }

  mutating func callAsFunction() -> Int? {
    guard next < end else { return nil }
    next += 1
    return next - 1
  }
}

/// Holds how many are inside now, and how many ever were at once.
private final class Gauge: Sendable {
  private let state = Mutex((now: 0, highest: 0))

  var highest: Int { state.withLock { $0.highest } }

  func enter() {
    state.withLock {
      $0.now += 1
      $0.highest = max($0.highest, $0.now)
    }
  }

  func leave() { state.withLock { $0.now -= 1 } }
}

struct OrderedMapTests {
  static let threadCounts = [1, 2, 3, 8]

  @Test(arguments: threadCounts)
  func `results come in the order of their pieces`(threads: Int) throws {
    var source = Count(to: 3000)
    var results: [Int] = []
    try OrderedMap(threads: threads).run(
      next: { source() },
      makeScratch: {},
      transform: { _, piece in work(piece) },
      consume: { results.append($0) }
    )
    #expect(results == (0..<3000).map(work))
  }

  @Test(arguments: threadCounts, [0, 1, 2, 7])
  func `few pieces or none are enough for many threads`(threads: Int, pieces: Int) throws {
    var source = Count(to: pieces)
    var results: [Int] = []
    try OrderedMap(threads: threads).run(
      next: { source() },
      makeScratch: {},
      transform: { _, piece in -piece },
      consume: { results.append($0) }
    )
    #expect(results == (0..<pieces).map { -$0 })
  }

  @Test(arguments: threadCounts)
  func `pieces in flight fit into the ring`(threads: Int) throws {
    let gauge = Gauge()
    var source = Count(to: 3000)
    try OrderedMap(threads: threads).run(
      next: {
        let piece = source()
        if piece != nil { gauge.enter() }
        return piece
      },
      makeScratch: {},
      transform: { _, piece in work(piece) },
      consume: { _ in gauge.leave() }
    )
    #expect((1...2 * threads + 2).contains(gauge.highest))
  }

  /// The first piece waits for the others, up to some tens of seconds where they never come.
  @Test(arguments: [2, 3, 8])
  func `while a piece is slow the others fill the ring and no more`(threads: Int) throws {
    let window = 2 * threads + 2
    let taken = Atomic(0)
    let takenMeanwhile = Atomic(0)
    var source = Count(to: 200)
    var results: [Int] = []
    try OrderedMap(threads: threads).run(
      next: {
        let piece = source()
        if piece != nil { taken.add(1, ordering: .sequentiallyConsistent) }
        return piece
      },
      makeScratch: {},
      transform: { _, piece in
        if piece == 0 {
          for _ in 0..<50_000 where taken.load(ordering: .sequentiallyConsistent) < window {
            usleep(1000)
          }
          usleep(20_000)
          let count = taken.load(ordering: .sequentiallyConsistent)
          takenMeanwhile.store(count, ordering: .sequentiallyConsistent)
        }
        return piece
      },
      consume: { results.append($0) }
    )
    #expect(takenMeanwhile.load(ordering: .sequentiallyConsistent) == window)
    #expect(results == Array(0..<200))
  }

  @Test(arguments: threadCounts)
  func `source and consumer never run at the same time`(threads: Int) throws {
    let isBusy = Atomic(false)
    let collisions = Atomic(0)
    func alone<Value>(_ body: () -> Value) -> Value {
      if isBusy.exchange(true, ordering: .sequentiallyConsistent) {
        collisions.add(1, ordering: .relaxed)
      }
      defer { isBusy.store(false, ordering: .sequentiallyConsistent) }
      return body()
    }
    var source = Count(to: 2000)
    var sum = 0
    try OrderedMap(threads: threads).run(
      next: {
        alone {
          sched_yield()
          return source()
        }
      },
      makeScratch: {},
      transform: { _, piece in work(piece) },
      consume: { result in
        alone {
          sched_yield()
          sum &+= result
        }
      }
    )
    #expect(collisions.load(ordering: .relaxed) == 0)
    #expect(sum == (0..<2000).map(work).reduce(0, &+))
  }

  private final class Scratch {
    let isUsed = Atomic(false)
    var uses = 0
  }

  @Test(arguments: threadCounts)
  func `a scratch is made once for each thread and serves one piece at a time`(
    threads: Int
  ) throws {
    let made = Atomic(0)
    let collisions = Atomic(0)
    var source = Count(to: 2000)
    var consumed = 0
    try OrderedMap(threads: threads).run(
      next: { source() },
      makeScratch: {
        made.add(1, ordering: .relaxed)
        return (Scratch(), pthread_self())
      },
      transform: { scratch, piece in
        let isFree = !scratch.0.isUsed.exchange(true, ordering: .sequentiallyConsistent)
        if !isFree || scratch.1 != pthread_self() { collisions.add(1, ordering: .relaxed) }
        scratch.0.uses += 1
        _ = work(piece)
        scratch.0.isUsed.store(false, ordering: .sequentiallyConsistent)
      },
      consume: { consumed += 1 }
    )
    #expect(made.load(ordering: .relaxed) == threads)
    #expect(collisions.load(ordering: .relaxed) == 0)
    #expect(consumed == 2000)
  }

  @Test func `no thread at all is a programmer's error`() async {
    await #expect(processExitsWith: .failure) {
      trapQuietly()
      _ = OrderedMap(threads: 0)
    }
  }
}

struct OrderedMapErrorTests {
  enum Stage: Sendable { case next, transform, consume }

  struct Failure: Error, Equatable {
    let stage: Stage
    let piece: Int
  }

  struct Plan: Sendable {
    let next: Int?
    let transform: Set<Int>
    let consume: Int?
    let expected: Failure

    /// The error, and how many were consumed before it, in a plain loop.
    init(next: Int? = nil, transform: Set<Int> = [], consume: Int? = nil) {
      self.next = next
      self.transform = transform
      self.consume = consume
      let failures =
        [next.map { Failure(stage: .next, piece: $0) }]
        + transform.map { Failure(stage: .transform, piece: $0) }
        + [consume.map { Failure(stage: .consume, piece: $0) }]
      expected =
        failures.compactMap { $0 }.min { $0.piece < $1.piece }
        ?? Failure(stage: .next, piece: -1)
    }
  }

  static let plans = [
    Plan(next: 0), Plan(next: 1), Plan(next: 100), Plan(next: 499),
    Plan(transform: [0]), Plan(transform: [1]), Plan(transform: [100]), Plan(transform: [499]),
    Plan(consume: 0), Plan(consume: 1), Plan(consume: 100), Plan(consume: 499),
    Plan(transform: [100, 101, 102, 103, 104, 105]),
    Plan(transform: Set(100..<500)),
    Plan(next: 103, transform: [100], consume: 106),
    Plan(next: 100, transform: [99], consume: 98),
    Plan(next: 102, transform: [105, 106], consume: 104),
  ]

  @Test(arguments: plans, OrderedMapTests.threadCounts)
  func `the first error in order is thrown, and all before it is consumed`(
    plan: Plan,
    threads: Int
  ) {
    var taken = 0
    var consumed: [Int] = []
    let error = #expect(throws: Failure.self) {
      try OrderedMap(threads: threads).run(
        next: { () -> Int? in
          if taken == plan.next { throw Failure(stage: .next, piece: taken) }
          guard taken < 500 else { return nil }
          taken += 1
          return taken - 1
        },
        makeScratch: {},
        transform: { _, piece -> Int in
          // The first failure in order is the last in time.
          if piece == plan.expected.piece { usleep(10_000) }
          if plan.transform.contains(piece) { throw Failure(stage: .transform, piece: piece) }
          return piece
        },
        consume: { piece in
          if piece == plan.consume { throw Failure(stage: .consume, piece: piece) }
          consumed.append(piece)
        }
      )
    }
    #expect(error == plan.expected)
    #expect(consumed == Array(0..<plan.expected.piece))
    #expect(taken <= plan.expected.piece + 2 * threads + 2)
  }

  @Test(arguments: OrderedMapTests.threadCounts)
  func `after an error another run starts afresh`(threads: Int) throws {
    let map = OrderedMap(threads: threads)
    #expect(throws: Failure.self) {
      try map.run(
        next: { () -> Int? in 1 },
        makeScratch: {},
        transform: { _, piece in throw Failure(stage: .transform, piece: piece) },
        consume: {}
      )
    }
    var numbers = (0..<100).makeIterator()
    var results: [Int] = []
    try map.run(
      next: { numbers.next() },
      makeScratch: {},
      transform: { _, piece in piece * piece },
      consume: { results.append($0) }
    )
    #expect(results == (0..<100).map { $0 * $0 })
  }
}

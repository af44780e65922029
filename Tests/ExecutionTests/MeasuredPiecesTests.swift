import Execution
import Synchronization
import Testing

@Suite("Pieces of unknown sizes, laid end to end")
struct MeasuredPiecesTests {
  private struct Refused: Error, Equatable { let number: Int }

  /// Piece n has n % 4 places, so that some have none.
  private static func piece(_ number: Int) -> [Int] { Array(repeating: number, count: number % 4) }

  private static let all = (0..<200).flatMap { piece($0) }

  private func pieces(_ count: Int, kept: Int = 3) -> MeasuredPieces<[Int]> {
    MeasuredPieces(count: count, kept: kept) { $0.count }
  }

  @Test(
    "every place lies in its piece, in any order, whoever asks",
    arguments: [1, 2, 8],
    [1, 64]
  )
  func places(threads: Int, kept: Int) {
    let pieces = pieces(200, kept: kept)
    let wrong = Atomic<Int>(0)
    WorkerThreads.run(threads) { thread in
      for step in 0..<Self.all.count {
        let place = thread % 2 == 0 ? step : (step * 7 + thread * 31) % Self.all.count
        let found = try? pieces.piece(at: place) { Self.piece($0) }
        let isRight =
          found?.number == Self.all[place] && found?.piece == Self.piece(Self.all[place])
          && found.map { Self.all[..<$0.start].allSatisfy { $0 < Self.all[place] } } == true
          && found.map { Self.all[$0.start] == Self.all[place] } == true
        if !isRight { wrong.add(1, ordering: .relaxed) }
      }
      if (try? pieces.piece(at: Self.all.count) { Self.piece($0) }) ?? nil != nil {
        wrong.add(1, ordering: .relaxed)
      }
    }
    #expect(wrong.load(ordering: .relaxed) == 0)
    #expect(pieces.end(measuringTo: .max) { Self.piece($0) }.end == Self.all.count)
  }

  @Test("no more is made than the place asks for, and a kept piece is not made again")
  func lazily() throws {
    let pieces = pieces(200)
    var made: [Int] = []
    let make = { (number: Int) -> [Int] in
      made.append(number)
      return Self.piece(number)
    }
    _ = try pieces.piece(at: 20, make: make)
    let last = Self.all[20]
    #expect(made == Array(0...last))
    _ = try pieces.piece(at: 20, make: make)
    #expect(made.count == last + 1)
    _ = try pieces.piece(at: 0, make: make)
    #expect(made.last == 1 && made.count == last + 2)
    #expect(pieces.end(measuringTo: 20, make: make).end > 20 && made.count == last + 2)
    pieces.forget()
    _ = try pieces.piece(at: 20, make: make)
    #expect(made.last == last)
  }

  @Test("the first piece that cannot be made ends all, for everyone", arguments: [1, 2, 8])
  func errors(threads: Int) throws {
    let pieces = pieces(200)
    let make = { @Sendable (number: Int) throws -> [Int] in
      if number == 50 || number == 53 { throw Refused(number: number) }
      return Self.piece(number)
    }
    let end = Self.all.firstIndex(of: 50) ?? 0
    let wrong = Atomic<Int>(0)
    WorkerThreads.run(threads) { _ in
      for place in 0..<end + 20 {
        do {
          let found = try pieces.piece(at: place, make: make)
          if place >= end || found?.number != Self.all[place] { wrong.add(1, ordering: .relaxed) }
        } catch {
          if place < end || error as? Refused != Refused(number: 50) {
            wrong.add(1, ordering: .relaxed)
          }
        }
      }
    }
    #expect(wrong.load(ordering: .relaxed) == 0)
    let (measured, isBroken) = pieces.end(measuringTo: .max, make: make)
    #expect(measured == end && isBroken)
  }

  @Test("no pieces, and pieces without a place")
  func nothing() throws {
    #expect(try pieces(0).piece(at: 0) { _ in [] } == nil)
    #expect(try pieces(9).piece(at: 0) { _ in [] } == nil)
    #expect(pieces(9).end(measuringTo: 0) { _ in [] }.end == 0)
  }
}

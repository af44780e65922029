// Procedure: pieces 0, 1, 2, … have sizes that are known once they are made. Whoever asks for a place behind all pieces
//   measured so far makes the next one that nobody makes yet, at most a window ahead, or waits for the others. The
//   pieces made last are kept; one that is needed again later is made again.
// Complexity: O(log pieces) for a place that has been measured; memory for one number a piece, and the pieces kept.
// Determinism: a piece and its place are functions of its number, whoever makes it; the error that is met is that
//   of the first piece that cannot be made.

/// Pieces laid end to end, each of which must be made to know its size, made by whoever needs one.
public final class MeasuredPieces<Piece: Sendable>: @unchecked Sendable {
  // SAFETY of the unchecked conformance: everything that changes is read and written under the lock.
  private let lock = ConditionLock()
  private let count: Int
  private let kept: Int
  private let size: @Sendable (Piece) -> Int
  /// Where each measured piece begins, and where the next one will.
  private var starts = [0]
  private var claimed = 0
  /// What came of pieces behind those that are measured.
  private var ahead: [Int: Result<Int, any Error>] = [:]
  /// What the piece at the front threw.
  private var failure: (any Error)?
  private var pieces: [(number: Int, piece: Piece)] = []

  private static var window: Int { 16 }

  /// - Parameters:
  ///   - count: How many pieces there are.
  ///   - kept: How many of those made last are kept, at least 1.
  ///   - size: The size of a piece, at least 0.
  public init(count: Int, kept: Int, size: @escaping @Sendable (Piece) -> Int) {
    precondition(count >= 0 && kept >= 1, "\(kept) of \(count) pieces cannot be kept")
    (self.count, self.kept, self.size) = (count, kept, size)
  }

  /// The piece that a place lies in.
  ///
  /// - Parameters:
  ///   - place: At least 0.
  ///   - make: Makes a piece, a function of its number; called without any lock.
  /// - Returns: The piece, its number and its first place; nil where the last piece ends before.
  /// - Throws: What `make` throws for the first piece that it fails for, at places from there on.
  public func piece(
    at place: Int,
    make: (Int) throws -> Piece
  ) throws -> (piece: Piece, number: Int, start: Int)? {
    lock.acquire()
    defer { lock.release() }
    measure(to: place, make)
    guard place < starts[starts.count - 1] else {
      if let failure { throw failure }
      return nil
    }
    var (low, high) = (0, starts.count - 2)
    while low < high {
      let middle = (low + high + 1) / 2
      if starts[middle] <= place { low = middle } else { high = middle - 1 }
    }
    if let found = pieces.last(where: { $0.number == low }) {
      return (found.piece, low, starts[low])
    }
    lock.release()
    let made = Result { try make(low) }
    lock.acquire()
    let piece = try made.get()
    keep(low, piece)
    return (piece, low, starts[low])
  }

  /// Measures pieces as far as a place.
  ///
  /// - Parameters:
  ///   - place: Beyond which nothing needs to be known.
  ///   - make: As for ``piece(at:make:)``.
  /// - Returns: Where what is measured ends, and whether a piece there cannot be made: above `place`, unless
  ///   all pieces before it are all there are.
  public func end(
    measuringTo place: Int,
    make: (Int) throws -> Piece
  ) -> (end: Int, isBroken: Bool) {
    lock.acquire()
    defer { lock.release() }
    measure(to: place, make)
    return (starts[starts.count - 1], failure != nil)
  }

  /// Forgets the pieces, but not where they are.
  public func forget() {
    lock.acquire()
    defer { lock.release() }
    pieces.removeAll()
  }

  /// Makes pieces until a place is measured, or there are no more; under the lock but for the making.
  private func measure(to place: Int, _ make: (Int) throws -> Piece) {
    while place >= starts[starts.count - 1] && starts.count <= count && failure == nil {
      guard claimed < min(count, starts.count - 1 + Self.window) else {
        lock.wait()
        continue
      }
      let number = claimed
      claimed += 1
      lock.release()
      let made = Result { try make(number) }
      lock.acquire()
      if case .success(let piece) = made { keep(number, piece) }
      ahead[number] = made.map(size)
      while failure == nil, let next = ahead.removeValue(forKey: starts.count - 1) {
        switch next {
        case .success(let size): starts.append(starts[starts.count - 1] + size)
        case .failure(let error): failure = error
        }
      }
      lock.wakeAll()
    }
  }

  private func keep(_ number: Int, _ piece: Piece) {
    if pieces.count >= kept { pieces.removeFirst(pieces.count - kept + 1) }
    pieces.append((number, piece))
  }
}

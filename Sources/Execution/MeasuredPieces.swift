// Procedure: a piece's size is known only once it is made. A reader that needs a position beyond
//   the measured pieces makes the next piece that no thread is making yet, at most a window ahead,
//   or waits for the others. The pieces made last stay in memory; an earlier one is made again when
//   needed.
// Complexity: O(log pieces) for a measured position; memory for one number per piece and the pieces
//   kept.
// Determinism: a piece and its position are functions of its number, whichever thread makes it. The
//   error is that of the first piece that cannot be made.

/// Pieces laid end to end whose sizes are known only once they are made; readers make them.
public final class MeasuredPieces<Piece: Sendable>: @unchecked Sendable {
  // SAFETY of the unchecked conformance: all mutable state is read and written under the lock.
  private let lock = ConditionLock()
  private let count: Int
  private let kept: Int
  private let size: @Sendable (Piece) -> Int
  /// The start of each measured piece, and of the next one.
  private var starts = [0]
  private var claimed = 0
  /// The results for pieces beyond the measured ones.
  private var ahead: [Int: Result<Int, any Error>] = [:]
  /// The error of the first piece that cannot be made.
  private var failure: (any Error)?
  private var pieces: [(number: Int, piece: Piece)] = []

  private static var window: Int { 16 }

  /// - Parameters:
  ///   - count: The number of pieces.
  ///   - kept: The number of most recently made pieces that stay in memory, at least 1.
  ///   - size: The size of a piece, at least 0.
  public init(count: Int, kept: Int, size: @escaping @Sendable (Piece) -> Int) {
    precondition(count >= 0 && kept >= 1, "\(kept) of \(count) pieces cannot be kept")
    (self.count, self.kept, self.size) = (count, kept, size)
  }

  /// The piece that contains a position.
  ///
  /// - Parameters:
  ///   - place: The position, at least 0.
  ///   - make: Makes a piece, as a function of its number; called without holding any lock.
  /// - Returns: The piece, its number and its first position; nil if the last piece ends before.
  /// - Throws: The error of the first piece that `make` fails for, at that piece and after it.
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

  /// Measures pieces up to a position.
  ///
  /// - Parameters:
  ///   - place: The last position that must be measured.
  ///   - make: As for ``piece(at:make:)``.
  /// - Returns: The end of the measured pieces, which is above `place` unless the pieces end
  ///   before, and whether the piece there cannot be made.
  public func end(
    measuringTo place: Int,
    make: (Int) throws -> Piece
  ) -> (end: Int, isBroken: Bool) {
    lock.acquire()
    defer { lock.release() }
    measure(to: place, make)
    return (starts[starts.count - 1], failure != nil)
  }

  /// Releases the pieces; their positions stay known.
  public func forget() {
    lock.acquire()
    defer { lock.release() }
    pieces.removeAll()
  }

  /// Makes pieces until a position is measured or none are left; holds the lock except while
  /// making.
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

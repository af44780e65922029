// Procedure: workers take numbered pieces from the source under a lock, transform them outside it,
//   and put the results into a ring of slots. The worker that finds the next result in order at the
//   front consumes it. A worker waits while its piece is more than a ring ahead of the front.
// Complexity: memory for 2 * threads + 2 pieces and results, whatever the length of the source.
// Determinism: results are consumed in the order of the pieces for any number of threads, and the
//   error thrown is that of the first failing piece.

/// A parallel map over an endless source, with results in order and bounded memory.
public struct OrderedMap: Sendable {
  /// The number of threads that transform pieces.
  public let threads: Int

  /// - Parameter threads: At least 1.
  public init(threads: Int = WorkerThreads.available) {
    precondition(threads >= 1, "at least one thread must run, but \(threads) are asked for")
    self.threads = threads
  }

  /// Transforms every piece of a source and consumes the results in order.
  ///
  /// Calls of `next` and `consume` never overlap, neither with each other nor among themselves, so
  /// they may share state.
  ///
  /// - Parameters:
  ///   - next: Returns the next piece, or nil at the end.
  ///   - makeScratch: Called once for each thread.
  ///   - transform: Called in parallel, each thread with its own scratch.
  ///   - consume: Takes the results, in the order of their pieces.
  /// - Throws: The first error of `next`, `transform` or `consume` in the order of the pieces; all
  ///   results before it have been consumed, none after it.
  public func run<Piece: Sendable, Scratch, Result: Sendable>(
    next: () throws -> Piece?,
    makeScratch: () -> Scratch,
    transform: (inout Scratch, Piece) throws -> Result,
    consume: (Result) throws -> Void
  ) throws {
    if threads == 1 {
      var scratch = makeScratch()
      while let piece = try next() { try consume(transform(&scratch, piece)) }
      return
    }
    // SAFETY: the closures are used only until `run` below returns, and `next` and `consume` only
    // one at a time; `makeScratch` and `transform` are documented to run in parallel.
    try withoutActuallyEscaping(next) { next in
      try withoutActuallyEscaping(makeScratch) { makeScratch in
        try withoutActuallyEscaping(transform) { transform in
          try withoutActuallyEscaping(consume) { consume in
            let work = Work<Piece, Scratch, Result>(
              window: 2 * threads + 2,
              next: next,
              makeScratch: makeScratch,
              transform: transform,
              consume: consume
            )
            WorkerThreads.run(threads) { _ in work.workUntilDone() }
            if let error = work.error { throw error }
          }
        }
      }
    }
  }
}

/// The state shared by the workers of one run.
private final class Work<Piece, Scratch, Result>: @unchecked Sendable {
  private let next: () throws -> Piece?
  private let makeScratch: () -> Scratch
  private let transform: (inout Scratch, Piece) throws -> Result
  private let consume: (Result) throws -> Void

  private var slots: [Swift.Result<Result, any Error>?]
  /// The number of the next piece to take, and of the next result to deliver.
  private var taken = 0
  private var front = 0
  private var sourceEnded = false
  private var isConsuming = false
  private(set) var error: (any Error)?

  private let lock = ConditionLock()

  init(
    window: Int,
    next: @escaping () throws -> Piece?,
    makeScratch: @escaping () -> Scratch,
    transform: @escaping (inout Scratch, Piece) throws -> Result,
    consume: @escaping (Result) throws -> Void
  ) {
    self.next = next
    self.makeScratch = makeScratch
    self.transform = transform
    self.consume = consume
    self.slots = Array(repeating: nil, count: window)
  }

  func workUntilDone() {
    var scratch = makeScratch()
    while let (number, piece) = take() {
      let result = piece.flatMap { piece in
        Swift.Result { try transform(&scratch, piece) }
      }
      deliver(number, result)
    }
  }

  /// The next piece, after waiting for room in the ring and for any running `consume`; an error of
  /// the source counts as its last piece.
  private func take() -> (Int, Swift.Result<Piece, any Error>)? {
    lock.acquire()
    defer { lock.release() }
    while !sourceEnded && error == nil && (isConsuming || taken - front >= slots.count) {
      lock.wait()
    }
    guard !sourceEnded && error == nil else { return nil }
    do {
      guard let piece = try next() else {
        sourceEnded = true
        lock.wakeAll()
        return nil
      }
      taken += 1
      return (taken - 1, .success(piece))
    } catch {
      sourceEnded = true
      taken += 1
      lock.wakeAll()
      return (taken - 1, .failure(error))
    }
  }

  /// Stores a result, and delivers all results that are next in order unless another thread is
  /// doing so.
  private func deliver(_ number: Int, _ result: Swift.Result<Result, any Error>) {
    lock.acquire()
    defer { lock.release() }
    slots[number % slots.count] = result
    guard !isConsuming else { return }
    isConsuming = true
    while error == nil, let ready = slots[front % slots.count] {
      slots[front % slots.count] = nil
      lock.release()
      var failure: (any Error)?
      do { try consume(ready.get()) } catch { failure = error }
      lock.acquire()
      front += 1
      error = failure
      lock.wakeAll()
    }
    isConsuming = false
  }
}

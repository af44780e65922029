// Procedure: threads claim numbers in order and make their elements ahead of the reader; each goes
//   into slot number % depth, and the reader takes them in order. A thread waits while its number
//   is a whole ring ahead of the reader.
// Complexity: memory for `depth` elements, whatever the length of the range.
// Determinism: the elements and their order are the same for any depth and number of threads.

/// A sequence of numbered elements that threads make ahead of its reader.
///
/// It allows one reader at a time. Releasing the ring stops and joins its threads.
public final class SlotRing<Element: Sendable> {
  private let state: State
  private var group: WorkerThreads.Group?
  private let makeHere: (Int, inout Element?) throws -> Element

  /// Starts making elements.
  ///
  /// - Parameters:
  ///   - range: The numbers of the elements.
  ///   - depth: The most elements made ahead; with 0 each is made on demand.
  ///   - threads: The number of threads that make them.
  ///   - makeScratch: Called once for each thread.
  ///   - make: Makes one element, as a function of its number. It may take the recycled element, if
  ///     there is one, to reuse its memory.
  public init<Scratch>(
    _ range: Range<Int>,
    depth: Int,
    threads: Int,
    makeScratch: @escaping @Sendable () -> Scratch,
    make: @escaping @Sendable (inout Scratch, Int, inout Element?) throws -> Element
  ) {
    precondition(depth >= 0, "a ring has no negative depth, but \(depth) is asked for")
    precondition(threads >= 1, "at least one thread must run, but \(threads) are asked for")
    let state = State(range, depth: depth)
    self.state = state
    var scratch: Scratch?
    makeHere = { number, spent in
      var own = scratch ?? makeScratch()
      defer { scratch = own }
      scratch = nil
      return try make(&own, number, &spent)
    }
    guard depth > 0 else { return }
    group = WorkerThreads.launch(min(threads, depth)) {
      var scratch = makeScratch()
      while var claimed = state.claim() {
        // Moved, not copied: only memory with no other owner is reused.
        let number = claimed.number
        state.put(number, Result { try make(&scratch, number, &claimed.spent) })
      }
    }
  }

  deinit {
    state.stop()
    group?.join()
  }

  /// The next element, or nil at the end.
  ///
  /// - Throws: The error of making this element; the next call returns the next element.
  public func next() throws -> Element? {
    if let group, group.count > 0 { return try state.take()?.get() }
    guard var claimed = state.advance() else { return nil }
    return try makeHere(claimed.number, &claimed.spent)
  }

  /// Returns an element whose memory a later one may reuse.
  ///
  /// - Parameter element: The reader must not use it again.
  public func recycle(_ element: consuming Element) { state.give(element) }

  /// The state shared by the threads; it does not retain the ring, so that the ring can be
  /// released.
  ///
  /// SAFETY of the unchecked conformance: all mutable state is read and written under the lock.
  private final class State: @unchecked Sendable {
    private let lock = ConditionLock()
    private let end: Int
    private var slots: [Result<Element, any Error>?]
    /// Recycled elements, at most one more than the ring has slots.
    private var spent: [Element] = []
    private var claimed: Int
    private var front: Int
    private var isStopped = false

    init(_ range: Range<Int>, depth: Int) {
      (claimed, front, end) = (range.lowerBound, range.lowerBound, range.upperBound)
      slots = Array(repeating: nil, count: depth)
    }

    /// The next number to make, waiting for room.
    func claim() -> (number: Int, spent: Element?)? {
      lock.acquire()
      defer { lock.release() }
      while !isStopped && claimed < end && claimed - front >= slots.count { lock.wait() }
      guard !isStopped && claimed < end else { return nil }
      claimed += 1
      return (claimed - 1, spent.popLast())
    }

    func put(_ number: Int, _ result: consuming Result<Element, any Error>) {
      lock.acquire()
      defer { lock.release() }
      slots[number % slots.count] = result
      lock.wakeAll()
    }

    /// The element at the front, after waiting for it.
    func take() -> Result<Element, any Error>? {
      lock.acquire()
      defer { lock.release() }
      guard front < end else { return nil }
      let slot = front % slots.count
      while true {
        if let result = slots[slot] {
          slots[slot] = nil
          front += 1
          lock.wakeAll()
          return result
        }
        lock.wait()
      }
    }

    /// The number at the front, for a ring without threads.
    func advance() -> (number: Int, spent: Element?)? {
      guard front < end else { return nil }
      front += 1
      return (front - 1, spent.popLast())
    }

    func give(_ element: consuming Element) {
      lock.acquire()
      defer { lock.release() }
      if spent.count <= slots.count { spent.append(element) }
    }

    func stop() {
      lock.acquire()
      defer { lock.release() }
      isStopped = true
      lock.wakeAll()
    }
  }
}

// Procedure: a fixed crew of threads waits for work; a run is a number of shards, which the crew and
//   the caller claim one at a time. How a computation is cut into shards depends on its shape only,
//   and shards write apart, so who computes a shard cannot show in the result.
// Complexity: a run costs two lock operations a shard and, where the crew sleeps, a wake-up of some
//   microseconds; callers make shards of at least tens of microseconds. One shard runs in place.
// Determinism: the same bits for any number of threads. BLAS itself is held to one thread.

public import Execution
import Glibc

/// Persistent threads that compute the shards of one operation at a time.
public final class ComputePool: @unchecked Sendable {
  // SAFETY of `@unchecked Sendable`: all mutable state is behind `lock`.

  /// How many threads compute, the caller's included.
  public let threads: Int

  private let crew: Crew
  private var workers: [pthread_t] = []

  /// - Parameter threads: At least 1.
  public init(threads: Int = WorkerThreads.available) {
    precondition(threads >= 1, "at least one thread must run, but \(threads) are asked for")
    _ = BLASInfo.current
    self.threads = threads
    self.crew = Crew()
    for _ in 1..<max(threads, 1) {
      if let thread = crew.start() { workers.append(thread) }
    }
  }

  deinit {
    crew.end()
    for worker in workers { pthread_join(worker, nil) }
  }

  /// Runs a body once for each shard, in parallel and in any order, and waits for all.
  ///
  /// The crew serves one run at a time; where it is busy, also from inside a body, the caller computes
  /// all shards by itself.
  ///
  /// - Parameters:
  ///   - shards: How many; a function of the shape of the work, never of ``threads``.
  ///   - body: Called with the number of the shard; different shards write to different memory.
  public func run(shards: Int, _ body: (Int) -> Void) {
    if threads == 1 || shards <= 1 {
      for shard in 0..<max(shards, 0) { body(shard) }
      return
    }
    // SAFETY: `work` returns after the last shard has ended, and the crew drops the body then.
    withoutActuallyEscaping(body) { body in crew.work(shards: shards, body) }
  }
}

/// The state that the threads of a pool share.
private final class Crew: @unchecked Sendable {
  // SAFETY: allocated and initialised once, destroyed with the last reference.
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let hasWork = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let isDone = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  private var body: ((Int) -> Void)?
  private var shards = 0
  private var claimed = 0
  private var finished = 0
  private var hasEnded = false

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(hasWork, nil)
    pthread_cond_init(isDone, nil)
  }

  deinit {
    pthread_cond_destroy(isDone)
    pthread_cond_destroy(hasWork)
    pthread_mutex_destroy(mutex)
    isDone.deallocate()
    hasWork.deallocate()
    mutex.deallocate()
  }

  func work(shards: Int, _ body: @escaping (Int) -> Void) {
    pthread_mutex_lock(mutex)
    if self.body != nil {
      // The crew is busy, with another thread's run or with the one that this is called from.
      pthread_mutex_unlock(mutex)
      for shard in 0..<shards { body(shard) }
      return
    }
    self.body = body
    self.shards = shards
    claimed = 0
    finished = 0
    pthread_cond_broadcast(hasWork)
    computeShards(body)
    while finished < shards { pthread_cond_wait(isDone, mutex) }
    self.body = nil
    pthread_mutex_unlock(mutex)
  }

  /// Claims and computes shards until none is left; called and returning with the lock held.
  private func computeShards(_ body: (Int) -> Void) {
    while claimed < shards {
      let shard = claimed
      claimed += 1
      pthread_mutex_unlock(mutex)
      body(shard)
      pthread_mutex_lock(mutex)
      finished += 1
      if finished == shards { pthread_cond_signal(isDone) }
    }
  }

  private func serve() {
    pthread_mutex_lock(mutex)
    while !hasEnded {
      if let body, claimed < shards {
        computeShards(body)
      } else {
        pthread_cond_wait(hasWork, mutex)
      }
    }
    pthread_mutex_unlock(mutex)
  }

  func end() {
    pthread_mutex_lock(mutex)
    hasEnded = true
    pthread_cond_broadcast(hasWork)
    pthread_mutex_unlock(mutex)
  }

  /// Starts one thread, or returns nil where the system gives no more: the others do its share.
  func start() -> pthread_t? {
    var thread = pthread_t()
    // SAFETY: the retained reference is released once: by the thread, or here where none started.
    let reference = Unmanaged.passRetained(self)
    let status = pthread_create(
      &thread,
      nil,
      { argument in
        if let argument { Unmanaged<Crew>.fromOpaque(argument).takeRetainedValue().serve() }
        return nil
      },
      reference.toOpaque()
    )
    guard status == 0 else {
      reference.release()
      return nil
    }
    return thread
  }
}

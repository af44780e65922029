// Procedure: shards are claimed one at a time under a lock. A thread that finds nothing to do looks
//   again for some tens of microseconds, yielding the processor in between, and only then sleeps:
//   the runs of a training step follow each other closely, and waking a thread takes longer than
//   most of the gaps.
// Determinism: who computes a shard does not show in what it writes.

import Execution
import Glibc
import Synchronization

/// The threads of a pool, and what they share.
final class ThreadTeam: @unchecked Sendable {
  // SAFETY of `@unchecked Sendable`: variables change under the lock only.
  private let lock = ConditionLock()
  /// How often a run began or ended: what those who look again look at.
  private let changes = Atomic<Int>(0)
  private static let looks = 100

  private var body: ((Int) -> Void)?
  private var shards = 0
  private var claimed = 0
  private var finished = 0
  private var hasEnded = false

  /// Computes all shards together with the team; alone where the team has another run.
  func work(shards: Int, _ body: @escaping (Int) -> Void) {
    lock.acquire()
    if self.body != nil {
      // The team is busy, with another thread's run or with the one that this is called from.
      lock.release()
      for shard in 0..<shards { body(shard) }
      return
    }
    self.body = body
    self.shards = shards
    claimed = 0
    finished = 0
    noteChange()
    computeShards(body)
    while finished < shards { waitForChange() }
    self.body = nil
    lock.release()
  }

  /// Lets the threads come to their ends.
  func end() {
    lock.acquire()
    hasEnded = true
    noteChange()
    lock.release()
  }

  /// Claims and computes shards until none is left; called and returning with the lock held.
  private func computeShards(_ body: (Int) -> Void) {
    while claimed < shards {
      let shard = claimed
      claimed += 1
      lock.release()
      body(shard)
      lock.acquire()
      finished += 1
      if finished == shards { noteChange() }
    }
  }

  private func noteChange() {
    changes.add(1, ordering: .releasing)
    lock.wakeAll()
  }

  /// Called and returning with the lock held.
  private func waitForChange() {
    let seen = changes.load(ordering: .acquiring)
    lock.release()
    var looks = Self.looks
    while looks > 0 && changes.load(ordering: .acquiring) == seen {
      sched_yield()
      looks -= 1
    }
    lock.acquire()
    if changes.load(ordering: .acquiring) == seen { lock.wait() }
  }

  private func serve() {
    lock.acquire()
    while !hasEnded {
      if let body, claimed < shards {
        computeShards(body)
      } else {
        waitForChange()
      }
    }
    lock.release()
  }

  /// Starts one thread, or returns nil if the system gives no more: the others do its share.
  func start() -> pthread_t? {
    var thread = pthread_t()
    // SAFETY: the retained reference is released once: by the thread, or here where none started.
    let reference = Unmanaged.passRetained(self)
    let status = pthread_create(
      &thread,
      nil,
      { argument in
        if let argument { Unmanaged<ThreadTeam>.fromOpaque(argument).takeRetainedValue().serve() }
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

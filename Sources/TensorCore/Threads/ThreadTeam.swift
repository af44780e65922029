// Procedure: shards are claimed one at a time under a lock. An idle thread polls for some tens of
//   microseconds, yielding the processor in between, and only then sleeps: the runs of a training
//   step follow each other closely, and waking a thread takes longer than most of the gaps.
// Determinism: the output of a shard does not depend on the thread that computes it.

import Execution
import Glibc
import Synchronization

/// The threads of a pool, and their shared state.
final class ThreadTeam: @unchecked Sendable {
  // SAFETY of `@unchecked Sendable`: variables change only under the lock.
  private let lock = ConditionLock()
  /// The number of run starts and ends, which idle threads poll.
  private let changes = Atomic<Int>(0)
  private static let looks = 100

  private var body: ((Int) -> Void)?
  private var shards = 0
  private var claimed = 0
  private var finished = 0
  private var hasEnded = false

  /// Computes all shards together with the team, or alone if the team has another run.
  func work(shards: Int, _ body: @escaping (Int) -> Void) {
    lock.acquire()
    if self.body != nil {
      // The team is busy with another thread's run, or with the one that makes this call.
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

  /// Tells the threads to exit.
  func end() {
    lock.acquire()
    hasEnded = true
    noteChange()
    lock.release()
  }

  /// Claims and computes shards until none is left; the lock is held on entry and on return.
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

  /// The lock is held on entry and on return.
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

  /// Starts one thread, or returns nil if the system refuses; the others then do its share.
  func start() -> pthread_t? {
    var thread = pthread_t()
    // SAFETY: the retained reference is released once: by the thread, or here if none started.
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

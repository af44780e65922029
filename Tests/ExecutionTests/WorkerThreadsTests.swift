import Execution
import Glibc
import Synchronization
import TestSupport
import Testing

struct WorkerThreadsTests {
  @Test(arguments: [1, 2, 3, 8, 64])
  func `every worker runs once, on a thread of its own, and is done at the end`(count: Int) {
    let caller = pthread_self()
    let workers = Mutex<[Int: pthread_t]>([:])
    let calls = Atomic(0)
    WorkerThreads.run(count) { worker in
      if worker % 2 == 1 { usleep(1000) }
      workers.withLock { $0[worker] = pthread_self() }
      calls.add(1, ordering: .relaxed)
    }
    #expect(calls.load(ordering: .relaxed) == count)
    let threads = workers.withLock { $0 }
    #expect(threads.keys.sorted() == Array(0..<count))
    #expect(threads[0] == caller)
    // A thread's handle is not given out again before it has been joined.
    #expect(Set(threads.values).count == count)
  }

  @Test func `at least one processor is available`() {
    #expect(WorkerThreads.available >= 1)
    #expect(WorkerThreads.available <= sysconf(Int32(_SC_NPROCESSORS_CONF)))
    #expect(OrderedMap().threads == WorkerThreads.available)
  }

  @Test func `no thread at all is a programmer's error`() async {
    await #expect(processExitsWith: .failure) {
      trapQuietly()
      WorkerThreads.run(0) { _ in }
    }
  }
}

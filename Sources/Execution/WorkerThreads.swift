import Glibc

/// Plain threads, started for one piece of work and joined at its end.
///
/// They are threads rather than tasks: a worker computes for its whole life, waits on locks, and
/// must exist in exactly the requested number, so that "8 threads" can be tested on 2 cores.
public enum WorkerThreads {
  /// The number of online processors, at least 1.
  public static var available: Int { max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1) }

  /// Runs a body once on each of `count` threads and waits for all; the caller is worker 0.
  ///
  /// - Parameters:
  ///   - count: At least 1. Fewer run if the system provides no more threads; work that workers
  ///     claim themselves is still completed.
  ///   - body: Called with the worker's number.
  public static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    precondition(count >= 1, "at least one thread must run, but \(count) are asked for")
    var threads: [pthread_t] = []
    for index in 1..<max(count, 1) {
      if let thread = start({ body(index) }) { threads.append(thread) }
    }
    body(0)
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Threads that run beside the caller until they are joined.
  struct Group: Sendable {
    fileprivate let threads: [pthread_t]

    /// The number of threads; fewer than requested if the system provides no more.
    var count: Int { threads.count }

    /// Waits for all threads to end; call it once.
    func join() { for thread in threads { pthread_join(thread, nil) } }
  }

  /// Starts a body on each of `count` threads and returns immediately.
  static func launch(_ count: Int, _ body: @escaping @Sendable () -> Void) -> Group {
    Group(threads: (0..<count).compactMap { _ in start(body) })
  }

  private final class Start: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    var thread = pthread_t()
    // SAFETY: the retained box is released exactly once, by the thread or, if none started, here.
    let box = Unmanaged.passRetained(Start(body))
    let status = pthread_create(
      &thread,
      nil,
      { argument in
        if let argument = argument {
          Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
        }
        return nil
      },
      box.toOpaque()
    )
    guard status == 0 else {
      box.release()
      return nil
    }
    return thread
  }
}

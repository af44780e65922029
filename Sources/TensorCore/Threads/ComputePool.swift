// Procedure: a fixed team of threads waits for work; a run is a number of shards, which the team
//   and the caller claim one at a time. The division into shards depends only on the shape, and
//   shards write disjoint memory, so the result does not depend on which thread computes a shard.
// Complexity: a run costs two lock operations per shard and, if the team sleeps, a wake-up of some
//   microseconds; callers make shards of at least tens of microseconds. A single shard runs in
//   place.
// Determinism: results are bitwise identical for any number of threads. BLAS itself is limited to
//   one thread.

public import Execution
import Glibc

/// Persistent threads that compute the shards of one operation at a time.
public final class ComputePool: @unchecked Sendable {
  // SAFETY of `@unchecked Sendable`: all mutable state is behind `lock`.

  /// The number of threads, including the caller's.
  public let threads: Int

  private let team: ThreadTeam
  private var workers: [pthread_t] = []

  /// The source of the operations' tensors.
  public let memory = TensorMemory()

  /// Whether BLAS computes all products.
  private let usesBLAS: Bool

  /// - Parameters:
  ///   - threads: At least 1.
  ///   - usesBLAS: Whether to leave all products to BLAS, for comparison.
  public init(threads: Int = WorkerThreads.available, usesBLAS: Bool = false) {
    precondition(threads >= 1, "at least one thread must run, but \(threads) are asked for")
    _ = BLASInfo.current
    self.threads = threads
    self.usesBLAS = usesBLAS
    self.team = ThreadTeam()
    for _ in 1..<max(threads, 1) {
      if let thread = team.start() { workers.append(thread) }
    }
  }

  deinit {
    team.end()
    for worker in workers { pthread_join(worker, nil) }
  }

  /// A tensor with arbitrary elements from ``memory``.
  ///
  /// - Parameter shape: The extents.
  /// - Returns: A tensor to write.
  public func tensor<Element: TensorElement>(_ shape: [Int]) -> Tensor<Element> {
    Tensor(uninitialized: shape, memory: memory)
  }

  /// Whether products of `Float` are computed by the kernel for packed matrices.
  public var usesPackedProducts: Bool { product(of: Float.self) != nil }

  /// The kernel for packed matrices; nil if BLAS computes all products.
  func product<Element: TensorElement>(of type: Element.Type) -> PackedProduct<Element>? {
    usesBLAS ? nil : Element.packedProduct
  }

  /// Runs a body once for each shard, in parallel and in any order, and waits for all.
  ///
  /// The team serves one run at a time; while it is busy, including from inside a body, the caller
  /// computes all shards itself.
  ///
  /// - Parameters:
  ///   - shards: The number of shards; a function of the shape of the work, never of ``threads``.
  ///   - body: Called with the index of the shard; different shards write disjoint memory.
  public func run(shards: Int, _ body: (Int) -> Void) {
    if threads == 1 || shards <= 1 {
      for shard in 0..<max(shards, 0) { body(shard) }
      return
    }
    // SAFETY: `work` returns after the last shard has ended, and the team has dropped the body by
    // then.
    withoutActuallyEscaping(body) { body in team.work(shards: shards, body) }
  }
}

// Procedure: workers claim runs in their order. Every run has one thread, so that as many go side by
//   side as there are workers; a pool of threads belongs to a run, and nothing is shared but the
//   tokenizer. An error or an interruption stops all runs behind their steps, with checkpoints.
// Determinism: a run does not depend on its neighbours; results stand in the order of the runs. Of
//   several errors the one of the first run is thrown.

import Execution
import Synchronization

/// Runs side by side.
struct StudySchedule: Sendable {
  /// How many at a time.
  let jobs: Int

  private struct State {
    var next = 0
    var results: [Int: StudyResult] = [:]
    var errors: [Int: any Error] = [:]
    var isStopped = false
  }

  /// Does runs.
  ///
  /// - Parameters:
  ///   - runs: In their order.
  ///   - body: Does one; is told by its second argument whether to stop. Returns nil where it stopped.
  /// - Returns: The results in the order of the runs; nil where some run was stopped.
  /// - Throws: The error of the first run that failed.
  func execute(
    _ runs: [StudyRun],
    _ body: @escaping @Sendable (StudyRun, @escaping () -> Bool) throws -> StudyResult?
  ) throws -> [StudyResult]? {
    let shared = Shared()
    WorkerThreads.run(max(min(jobs, runs.count), 1)) { _ in
      while let index = shared.claim(of: runs.count) {
        do {
          let result = try body(runs[index]) { shared.state.withLock { $0.isStopped } }
          shared.state.withLock { state in
            if let result { state.results[index] = result } else { state.isStopped = true }
          }
        } catch {
          shared.state.withLock { state in
            state.errors[index] = error
            state.isStopped = true
          }
        }
      }
    }
    return try shared.state.withLock { state in
      if let first = state.errors.keys.min(), let error = state.errors[first] { throw error }
      let results = runs.indices.compactMap { state.results[$0] }
      return results.count == runs.count ? results : nil
    }
  }

  private final class Shared: Sendable {
    let state = Mutex(State())

    func claim(of count: Int) -> Int? {
      state.withLock { state in
        guard !state.isStopped, state.next < count else { return nil }
        state.next += 1
        return state.next - 1
      }
    }
  }
}

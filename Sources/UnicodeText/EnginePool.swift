// Procedure: an engine of ICU serves one thread at a time, so a pool keeps those that are idle; a
//   thread takes one, or makes another.
// Complexity: O(1) beside the engine's work; as many engines as threads that ever used one at once.

import Synchronization

/// Engines that do the same, for any number of threads.
final class EnginePool<Engine>: Sendable {
  private let make: @Sendable () throws -> Engine
  private let idle = Mutex<[Idle]>([])

  private struct Idle: @unchecked Sendable {
    // SAFETY: only the thread that has taken an engine out of the list uses it.
    let engine: Engine
  }

  /// - Parameter make: Makes an engine; what it throws, ``use(_:)`` throws.
  init(_ make: @escaping @Sendable () throws -> Engine) { self.make = make }

  /// Gives an engine to a body.
  ///
  /// - Throws: What making an engine throws, and any error of the body.
  func use<Result>(_ body: (Engine) throws -> Result) throws -> Result {
    let taken = idle.withLock { $0.popLast() }
    let own = try taken ?? Idle(engine: make())
    defer { idle.withLock { $0.append(own) } }
    return try body(own.engine)
  }
}

// Procedure: a matcher serves one thread at a time, so a pattern keeps those that are idle; a thread
//   takes one, or compiles another.
// Complexity: O(1) beside matching; as many matchers as threads that ever matched at once.

import Synchronization

/// A regular expression for any number of threads.
package final class SharedRegex: Sendable {
  private let pattern: String
  private let idle = Mutex<[Idle]>([])

  private struct Idle: @unchecked Sendable {
    // SAFETY: only the thread that has taken a matcher out of the list uses it.
    let regex: RegularExpression
  }

  /// - Parameter pattern: In the syntax of ``RegularExpression``; a malformed one fails when used.
  package init(_ pattern: String) { self.pattern = pattern }

  /// Gives a matcher to a body.
  ///
  /// - Throws: `InvalidData` if the pattern is malformed, and any error of the body.
  package func use<Result>(_ body: (RegularExpression) throws -> Result) throws -> Result {
    let taken = idle.withLock { $0.popLast() }
    let own = try taken ?? Idle(regex: RegularExpression(pattern))
    defer { idle.withLock { $0.append(own) } }
    return try body(own.regex)
  }
}

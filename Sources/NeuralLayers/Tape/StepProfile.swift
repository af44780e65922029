// Procedure: operations run one after the other on the thread of the tape, so the time since the
//   last lap belongs to the operation that ends now.
// Complexity: a clock reading and a dictionary look-up for each operation.
// Determinism: the clock is the caller's; no result depends on it.

/// The time of training steps, by operation.
public final class StepProfile {
  /// One operation's share.
  public struct Entry: Sendable {
    /// The operation, and whether it ran forward or backward.
    public let name: String
    /// Its time over all calls.
    public fileprivate(set) var seconds: Double
    /// The number of calls.
    public fileprivate(set) var calls: Int
    /// The floating-point operations of its matrix products.
    public fileprivate(set) var operations: Double
  }

  private let now: () -> Double
  private var last: Double
  private var places: [String: Int] = [:]
  /// In the order of their first call.
  public private(set) var entries: [Entry] = []

  /// Creates an empty profile.
  ///
  /// - Parameter now: Seconds on a monotonic clock.
  public init(now: @escaping () -> Double) {
    self.now = now
    last = now()
  }

  /// Restarts the clock: the time up to now belongs to no operation.
  public func start() { last = now() }

  /// Attributes the time since the last lap to an operation.
  ///
  /// - Parameters:
  ///   - name: The name of the operation.
  ///   - operations: The floating-point operations of its matrix products.
  public func lap(_ name: String, operations: Double = 0) {
    let time = now()
    if let place = places[name] {
      entries[place].seconds += time - last
      entries[place].calls += 1
      entries[place].operations += operations
    } else {
      places[name] = entries.count
      entries.append(Entry(name: name, seconds: time - last, calls: 1, operations: operations))
    }
    last = time
  }
}

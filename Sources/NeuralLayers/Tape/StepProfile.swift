// Procedure: operations run one after the other on the thread of the tape, so the time since the
//   last lap belongs to the operation that ends now.
// Complexity: a look at the clock and at a dictionary for each operation.
// Determinism: the clock is the caller's; nothing that is computed depends on it.

/// Where the time of training steps goes, by operation.
public final class StepProfile {
  /// One operation's share.
  public struct Entry: Sendable {
    /// The operation, and whether it ran forward or backward.
    public let name: String
    /// Its time, all calls together.
    public fileprivate(set) var seconds: Double
    /// How often it ran.
    public fileprivate(set) var calls: Int
    /// Floating-point operations of its products of matrices.
    public fileprivate(set) var operations: Double
  }

  private let now: () -> Double
  private var last: Double
  private var places: [String: Int] = [:]
  /// In the order of their first call.
  public private(set) var entries: [Entry] = []

  /// An empty profile.
  ///
  /// - Parameter now: Seconds on a clock that never goes back.
  public init(now: @escaping () -> Double) {
    self.now = now
    last = now()
  }

  /// Begins anew: the time up to now belongs to nothing.
  public func start() { last = now() }

  /// Gives the time since the last lap to an operation.
  ///
  /// - Parameters:
  ///   - name: The operation's.
  ///   - operations: What its products of matrices took, in floating-point operations.
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

/// The sequence and time of each row of an activation, which determine the row's noise.
///
/// A row is one time of one sequence. The item is `step * global batch + row of the global batch`,
/// so that cutting a batch into micro-batches does not change any mask.
public struct RowPlacement: Hashable, Sendable {
  /// The index that varies slowest.
  public enum Order: Sendable {
    /// [time, batch, …], as in recurrent layers.
    case timeMajor
    /// [batch, time, …], as in attention.
    case batchMajor
  }

  /// The index that varies slowest.
  public let order: Order
  /// The number of sequences.
  public let batch: Int
  /// The number of times.
  public let times: Int
  /// The item of the first sequence.
  public let firstItem: UInt64
  /// The position of the first time.
  public let firstTime: UInt64

  /// Creates a placement.
  ///
  /// - Parameters:
  ///   - order: The index that varies slowest.
  ///   - batch: The number of sequences.
  ///   - times: The number of times.
  ///   - firstItem: The item of the first sequence.
  ///   - firstTime: The position of the first time.
  public init(
    _ order: Order,
    batch: Int,
    times: Int,
    firstItem: UInt64 = 0,
    firstTime: UInt64 = 0
  ) {
    precondition(batch >= 0 && times >= 0, "extents must not be negative: \(batch), \(times)")
    self.order = order
    self.batch = batch
    self.times = times
    self.firstItem = firstItem
    self.firstTime = firstTime
  }

  /// The number of rows.
  public var rows: Int { batch * times }

  /// The extents of an activation with this placement.
  public func shape(columns: Int) -> [Int] {
    order == .timeMajor ? [times, batch, columns] : [batch, times, columns]
  }

  /// The time of a row, from 0 inside this placement.
  func time(of row: Int) -> Int { order == .timeMajor ? row / batch : row % times }

  /// The sequence of a row, from 0 inside this placement.
  func sequence(of row: Int) -> Int { order == .timeMajor ? row % batch : row / times }
}

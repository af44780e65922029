/// The sequence and time of each row of an activation: what the noise of the row is a function of.
///
/// A row is one time of one sequence. The item is `step * global batch + row of the global batch`,
/// so that cutting a batch into micro-batches leaves every mask alone.
public struct RowPlacement: Hashable, Sendable {
  /// Which index runs slower.
  public enum Order: Sendable {
    /// [time, batch, …], as recurrent layers have it.
    case timeMajor
    /// [batch, time, …], as attention has it.
    case batchMajor
  }

  /// Which index runs slower.
  public let order: Order
  /// How many sequences.
  public let batch: Int
  /// How many times.
  public let times: Int
  /// The item of the first sequence.
  public let firstItem: UInt64
  /// The position of the first time.
  public let firstTime: UInt64

  /// A placement.
  ///
  /// - Parameters:
  ///   - order: Which index runs slower.
  ///   - batch: How many sequences.
  ///   - times: How many times.
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

  /// How many rows there are.
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

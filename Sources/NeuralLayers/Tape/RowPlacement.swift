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
  /// The rows that are left, by their index in the whole; nil if all are.
  private var selection: [Int]?

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
  public var rows: Int { selection?.count ?? batch * times }

  /// The extents of an activation with this placement.
  public func shape(columns: Int) -> [Int] {
    if let selection { return [selection.count, columns] }
    return order == .timeMajor ? [times, batch, columns] : [batch, times, columns]
  }

  /// The placement of some of the rows: each keeps its sequence and time, and so its noise.
  ///
  /// - Parameter rows: Indices of rows, as ``Tape/select(_:rows:)`` takes them.
  /// - Returns: The placement of those rows, in their order.
  public func selecting(_ rows: [Int]) -> RowPlacement {
    var part = self
    part.selection = selection.map { whole in rows.map { whole[$0] } } ?? rows
    return part
  }

  /// The time of a row, from 0 inside this placement.
  func time(of row: Int) -> Int {
    let row = selection?[row] ?? row
    return order == .timeMajor ? row / batch : row % times
  }

  /// The sequence of a row, from 0 inside this placement.
  func sequence(of row: Int) -> Int {
    let row = selection?[row] ?? row
    return order == .timeMajor ? row % batch : row / times
  }
}

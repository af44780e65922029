/// The division of an operation's rows into shards: a function of their number and cost only.
public struct RowShards: Sendable {
  /// The number of rows.
  public let rows: Int
  /// The number of shards, at least 1.
  public let count: Int

  /// Makes shards that take at least some tens of microseconds.
  ///
  /// - Parameters:
  ///   - rows: The number of rows.
  ///   - cost: A rough estimate of the element operations per row.
  public init(rows: Int, cost: Int) {
    self.rows = rows
    let wanted = min(rows, rows * max(cost, 1) / Self.work, Self.maximum)
    self.count = max(wanted, 1)
  }

  /// Makes at most eight shards of at least `least` rows each; one if there are fewer rows.
  ///
  /// - Parameters:
  ///   - rows: The number of rows.
  ///   - least: The fewest rows in a shard.
  public init(rows: Int, atLeast least: Int) {
    self.rows = rows
    self.count = max(min(rows / least, 8), 1)
  }

  /// The rows of one shard.
  public subscript(shard: Int) -> Range<Int> {
    rows * shard / count..<rows * (shard + 1) / count
  }

  private static let work = 32_768
  private static let maximum = 16
}

extension ComputePool {
  /// Runs a body over ranges that cover the rows; it writes only what belongs to its range.
  ///
  /// - Parameters:
  ///   - rows: The number of rows.
  ///   - cost: A rough estimate of the element operations per row.
  ///   - body: Called in parallel.
  public func forRows(_ rows: Int, cost: Int, _ body: (Range<Int>) -> Void) {
    let shards = RowShards(rows: rows, cost: cost)
    run(shards: shards.count) { body(shards[$0]) }
  }

  /// y = a x + b y over long vectors.
  public func axpby<Element: TensorElement>(
    _ y: UnsafeMutablePointer<Element>,
    _ a: Element,
    _ x: UnsafePointer<Element>,
    _ b: Element,
    _ count: Int
  ) {
    forRows(count, cost: 1) { range in
      Element.axpby(y + range.lowerBound, a, x + range.lowerBound, b, range.count)
    }
  }

  /// The sum of squares in Double: shards by the count, added in order.
  public func squares<Element: TensorElement>(_ tensor: Tensor<Element>) -> Double {
    let shards = RowShards(rows: tensor.count, cost: 1)
    var parts = [Double](repeating: 0, count: shards.count)
    tensor.read { elements in
      parts.withUnsafeMutableBufferPointer { parts in
        // SAFETY: each shard writes only its own part.
        run(shards: shards.count) { shard in
          parts[shard] = Element.squares(elements + shards[shard].lowerBound, shards[shard].count)
        }
      }
    }
    return parts.reduce(0, +)
  }
}

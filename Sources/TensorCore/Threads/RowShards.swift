/// How the rows of an operation are cut into shards: a function of their number and cost only.
public struct RowShards: Sendable {
  /// How many rows there are.
  public let rows: Int
  /// How many shards they are cut into, at least 1.
  public let count: Int

  /// Cuts so that a shard takes at least some tens of microseconds.
  ///
  /// - Parameters:
  ///   - rows: How many.
  ///   - cost: Roughly how many element operations a row takes.
  public init(rows: Int, cost: Int) {
    self.rows = rows
    let wanted = min(rows, rows * max(cost, 1) / Self.work, Self.maximum)
    self.count = max(wanted, 1)
  }

  /// Cuts into at most eight shards of at least `least` rows each; one where there are fewer rows.
  ///
  /// - Parameters:
  ///   - rows: How many.
  ///   - least: How few rows a shard may have.
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
  ///   - rows: How many.
  ///   - cost: Roughly how many element operations a row takes.
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

  /// The sum of squares in Double: shards by the count, added in their order.
  public func squares<Element: TensorElement>(_ tensor: Tensor<Element>) -> Double {
    let shards = RowShards(rows: tensor.count, cost: 1)
    var parts = [Double](repeating: 0, count: shards.count)
    tensor.read { elements in
      parts.withUnsafeMutableBufferPointer { parts in
        // SAFETY: each shard writes its own part.
        run(shards: shards.count) { shard in
          parts[shard] = Element.squares(elements + shards[shard].lowerBound, shards[shard].count)
        }
      }
    }
    return parts.reduce(0, +)
  }
}

public import Execution

extension BatchStream {
  /// Batches made ahead by threads of their own, in order; batches are the same for any depth.
  ///
  /// - Parameters:
  ///   - epoch: The pass over the data.
  ///   - steps: Inside `0..<stepCount(epoch:)`.
  ///   - threads: At least 1.
  ///   - depth: The batches that are made ahead; 0 for none.
  ///   - rows: Which rows of each batch; nil for all.
  /// - Returns: A ring that hands out the batches one by one.
  public func prefetched(
    epoch: UInt32 = 0,
    steps: Range<Int>,
    threads: Int = 1,
    depth: Int = 4,
    rows: Range<Int>? = nil
  ) -> SlotRing<Batch> {
    SlotRing(steps, depth: depth, threads: threads, makeScratch: { BatchBuilder(self) }) {
      try $0.batch(epoch: epoch, step: $1, rows: rows, in: $2.take())
    }
  }

  /// Batches made ahead for steps counted over all epochs, from any step on: for a training loop.
  ///
  /// - Parameters:
  ///   - steps: Steps of the run, from 0, as in ``address(ofStep:)``.
  ///   - threads: At least 1.
  ///   - depth: The batches that are made ahead; 0 for none.
  ///   - rows: Which rows of each batch; nil for all.
  /// - Returns: A ring that hands out the batches one by one; none where there are no data.
  public func prefetched(
    stepsOfRun steps: Range<Int>,
    threads: Int = 1,
    depth: Int = 4,
    rows: Range<Int>? = nil
  ) -> SlotRing<Batch> {
    let existing = address(ofStep: 0) == nil ? 0..<0 : steps
    return SlotRing(existing, depth: depth, threads: threads, makeScratch: { BatchBuilder(self) }) {
      guard let (epoch, step) = address(ofStep: $1) else {
        preconditionFailure("step \($1) lies beyond the last epoch")
      }
      return try $0.batch(epoch: epoch, step: step, rows: rows, in: $2.take())
    }
  }
}

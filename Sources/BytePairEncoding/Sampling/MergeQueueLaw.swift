// Procedure: other libraries pop merge candidates off a queue, and differ in the fate of a dropped
//   one. A conforming law defines that; this file has the shared part.

import Noise

/// The law of a library that applies merges from a queue.
protocol MergeQueueLaw: LawProcedure {
  /// The word of the chain.
  var word: MergedWord { get }

  init(word: MergedWord)

  /// Applies and drops merges until the queue is empty or all remaining candidates are dropped.
  static func sample(
    _ queue: inout MergeQueue,
    _ noise: SegmentationNoise,
    _ stream: inout RandomStream
  )
}

extension MergeQueueLaw {
  static var knowsBytesOnly: Bool { true }
  static var steps: SplitSteps { .join }

  static func makeSampler(
    _ model: BPEModel,
    _ unit: SegmentationNoise.Unit
  ) -> (any LawSampler)? {
    MergeQueueSampler<Self>(model: model)
  }

  init(_ word: [UInt8], _ model: BPEModel, _ noise: SegmentationNoise) {
    self.init(word: MergedWord(word, model, noise))
  }

  var starts: [(SplitState, Double)] { [(word.bytes, 1)] }
}

/// Samples by a merge-queue law.
private struct MergeQueueSampler<Law: MergeQueueLaw>: LawSampler {
  private let model: BPEModel
  private var queue = MergeQueue()

  init(model: BPEModel) { self.model = model }

  mutating func sample(
    _ word: UnsafeBufferPointer<UInt8>,
    _ noise: SegmentationNoise,
    _ stream: inout RandomStream,
    from start: Int,
    into tokens: inout [UInt32]
  ) {
    queue.start(word, model)
    Law.sample(&queue, noise, &stream)
    queue.emit(into: &tokens)
  }
}

import BytePairEncoding
import Execution
import Noise
import Synchronization
import Tokenization

/// Encodes one text repeatedly with the same encoders, and times each pass.
final class EncodingBenchmark: Sendable {
  struct Pass {
    let seconds: Double
    let tokens: Int
    let digest: UInt64
  }

  private static let documentLength = 100_000

  private let options: EncodingOptions
  private let text: [UInt8]
  private let documents: [Range<Int>]
  private let workers: [Worker]
  private let nextDocument = Atomic<Int>(0)

  /// The state that one thread keeps from pass to pass.
  ///
  /// SAFETY of the unchecked conformance: worker i is used only by thread i during a pass, and by
  /// the caller between passes.
  private final class Worker: @unchecked Sendable {
    var encoder: TokenizerEncoder
    /// The first `used` belong to this pass; the others keep their memory for the next.
    var results: [(document: Int, encoded: EncodedDocument)] = []
    var used = 0
    var error: (any Error)?

    init(_ encoder: TokenizerEncoder) { self.encoder = encoder }
  }

  init(
    _ tokenizer: Tokenizer,
    options: EncodingOptions,
    text: [UInt8],
    threads: Int,
    cacheCapacity: Int = BPEEncoder.defaultCacheCapacity
  ) {
    self.options = options
    self.text = text
    var documents: [Range<Int>] = []
    var start = 0
    while start < text.count {
      let limit = min(start + Self.documentLength, text.count)
      let end = text[limit...].firstIndex(of: 0x0A).map { $0 + 1 } ?? text.count
      documents.append(start..<end)
      start = end
    }
    self.documents = documents
    workers = (0..<threads).map { _ in
      Worker(TokenizerEncoder(tokenizer, cacheCapacity: cacheCapacity))
    }
  }

  /// One pass over all documents.
  ///
  /// - Throws: Any error of encoding.
  func pass() throws -> Pass {
    nextDocument.store(0, ordering: .relaxed)
    let start = Terminal.seconds()
    WorkerThreads.run(workers.count) { self.work($0) }
    let seconds = Terminal.seconds() - start
    for worker in workers { if let error = worker.error { throw error } }
    var digest = Digest()
    var tokens = 0
    let results = workers.flatMap { $0.results.prefix($0.used) }
    for result in results.sorted(by: { $0.document < $1.document }) {
      for id in result.encoded.ids { digest.addBytes(of: id) }
      tokens += result.encoded.ids.count
    }
    return Pass(seconds: seconds, tokens: tokens, digest: digest.value)
  }

  /// How the words of all passes were segmented under dropout.
  var dropoutWork: DropoutWork {
    workers.reduce(into: DropoutWork()) { $0 += $1.encoder.dropoutWork }
  }

  /// The time of encoding one short text with an encoder that has seen it.
  ///
  /// The text is the first line of at least 20 bytes, cut to at most 100.
  ///
  /// - Returns: The best mean of five times a thousand calls, in seconds; nil if no line is long
  ///   enough.
  /// - Throws: Any error of encoding.
  func latency() throws -> Double? {
    let lines = text.prefix(1 << 20).split(separator: 0x0A, maxSplits: 1000)
    guard let line = lines.first(where: { $0.count >= 20 })?.prefix(100) else { return nil }
    let worker = workers[0]
    var result = EncodedDocument()
    var best = Double.infinity
    for _ in 0..<5 {
      let start = Terminal.seconds()
      for _ in 0..<1000 {
        try line.withUnsafeBufferPointer {
          try worker.encoder.encode($0, number: 0, options: options, into: &result)
        }
      }
      best = min(best, (Terminal.seconds() - start) / 1000)
    }
    return best
  }

  /// Encodes documents until none is left.
  private func work(_ index: Int) {
    let worker = workers[index]
    worker.used = 0
    text.withUnsafeBufferPointer { bytes in
      while worker.error == nil {
        let number = nextDocument.add(1, ordering: .relaxed).oldValue
        guard number < documents.count else { return }
        let place = worker.used
        if place == worker.results.count { worker.results.append((0, EncodedDocument())) }
        worker.used += 1
        do {
          try worker.encoder.encode(
            UnsafeBufferPointer(rebasing: bytes[documents[number]]),
            number: UInt64(number),
            options: options,
            into: &worker.results[place].encoded
          )
          worker.results[place].document = number
        } catch {
          worker.error = error
        }
      }
    }
  }
}

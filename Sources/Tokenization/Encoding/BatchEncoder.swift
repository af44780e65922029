// Procedure: documents go to whichever thread is free, in groups of some kilobytes; encoders are
//   kept between calls together with their caches.
// Complexity: O(n) over the threads; memory for the results, and one limit for all caches.
// Determinism: the results are those of one encoder on one thread, in the order of the documents.

public import BytePairEncoding
public import Execution
import Synchronization

/// Encodes documents for many concurrent callers, each call over several threads.
///
/// Intended for servers: one per tokenizer, shared by all requests. Its encoders, and so their
/// caches, pass from call to call; a call never waits for another one.
public final class BatchEncoder: Sendable {
  /// The tokenizer that all threads share.
  public let tokenizer: Tokenizer
  /// The most threads that one call uses.
  public let threads: Int

  private let cacheCapacity: Int
  private let idle = Mutex<[Worker]>([])

  /// An encoder with its scratch space.
  private final class Worker: @unchecked Sendable {
    // SAFETY: only the caller that has taken a worker out of `idle` uses it.
    var encoder: TokenizerEncoder
    init(_ encoder: TokenizerEncoder) { self.encoder = encoder }
  }

  /// - Parameters:
  ///   - tokenizer: Shared.
  ///   - threads: The most threads that one call uses; at least 1. It does not affect results.
  ///   - cacheCapacity: The most memory for words cached between calls, in bytes, over all threads;
  ///     0 for none. If more than ``threads`` calls run at once, each further one adds one thread's
  ///     share.
  public init(
    _ tokenizer: Tokenizer,
    threads: Int = WorkerThreads.available,
    cacheCapacity: Int = BPEEncoder.defaultCacheCapacity
  ) {
    precondition(threads >= 1, "at least one thread must run, but \(threads) are asked for")
    self.tokenizer = tokenizer
    self.threads = threads
    self.cacheCapacity = cacheCapacity / threads
  }

  /// Encodes one document, on the caller's thread.
  ///
  /// - Parameters:
  ///   - document: Any bytes.
  ///   - number: The running number of the document, which determines its noise.
  ///   - options: What to produce.
  /// - Returns: As ``TokenizerEncoder``.
  /// - Throws: ``UnicodeTextError``, ``InvalidData`` or ``TokenizerEncoder/WordTooLong``.
  public func encode(
    _ document: [UInt8],
    number: UInt64 = 0,
    options: EncodingOptions = EncodingOptions()
  ) throws -> EncodedDocument {
    let worker = takeWorker()
    defer { giveBack([worker]) }
    return try worker.encoder.encode(document, number: number, options: options)
  }

  /// Encodes documents in parallel; the caller's thread takes part, and returns when all are done.
  ///
  /// - Parameters:
  ///   - documents: Any bytes.
  ///   - firstNumber: The running number of the first document; each document's number determines
  ///     its noise.
  ///   - options: What to produce for each.
  /// - Returns: One result per document, in the same order.
  /// - Throws: The error of the first document that fails: ``UnicodeTextError``, ``InvalidData`` or
  ///   ``TokenizerEncoder/WordTooLong``.
  public func encode(
    _ documents: [[UInt8]],
    firstNumber: UInt64 = 0,
    options: EncodingOptions = EncodingOptions()
  ) throws -> [EncodedDocument] {
    try map(sizes: documents.map(\.count)) { encoder, index in
      try encoder.encode(
        documents[index],
        number: firstNumber &+ UInt64(index),
        options: options
      )
    }
  }

  /// Works on items in parallel.
  ///
  /// - Parameters:
  ///   - sizes: The bytes of each item.
  ///   - transform: Makes the result of an item, by its index.
  /// - Returns: One result per item, in the same order.
  /// - Throws: The error of the first item that fails.
  func map<Result: Sendable>(
    sizes: [Int],
    _ transform: @Sendable (inout TokenizerEncoder, Int) throws -> Result
  ) throws -> [Result] {
    let groups = Self.groups(sizes)
    var next = 0
    var results: [Result] = []
    results.reserveCapacity(sizes.count)
    let taken = Mutex<[Worker]>([])
    defer { giveBack(taken.withLock { $0 }) }
    try OrderedMap(threads: max(min(threads, groups.count), 1)).run(
      next: {
        defer { next += 1 }
        return next < groups.count ? groups[next] : nil
      },
      makeScratch: {
        let worker = takeWorker()
        taken.withLock { $0.append(worker) }
        return worker
      },
      transform: { worker, group in try group.map { try transform(&worker.encoder, $0) } },
      consume: { results += $0 }
    )
    return results
  }

  /// Groups with fewer bytes are not worth a thread.
  private static let smallestGroup = 1 << 14

  /// The runs of items that one thread takes at a time.
  private static func groups(_ sizes: [Int]) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var start = 0
    var bytes = 0
    for index in sizes.indices {
      bytes += sizes[index]
      if bytes >= smallestGroup || index == sizes.count - 1 {
        groups.append(start..<index + 1)
        (start, bytes) = (index + 1, 0)
      }
    }
    return groups
  }

  private func takeWorker() -> Worker {
    idle.withLock { $0.popLast() }
      ?? Worker(TokenizerEncoder(tokenizer, cacheCapacity: cacheCapacity))
  }

  private func giveBack(_ workers: [Worker]) {
    idle.withLock { $0 = Array(($0 + workers).prefix(threads)) }
  }
}

import ArgumentParser
import BytePairEncoding
import Collation
import Corpora
import Execution
import Files
import Noise

struct BenchCollateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collate",
    abstract: "Measure making batches of 64 rows of 512: masked 80/10/10, or span corruption.",
    discussion: """
      The tokens are random, from a vocabulary of 32,000 as in Benchmarks/speed, and are read from \
      a file of 16-bit ids, as by `stream`. Several threads make batches ahead, in order; a single \
      thread makes each on demand.

      Examples:
        bpedrop bench collate --json --seconds 0.1
        bpedrop bench collate --objective span_corruption --seconds 0.1
      """
  )

  @OptionGroup var threads: ThreadOptions

  /// The quantities that can be measured.
  enum Measured: String, CaseIterable, ExpressibleByArgument {
    case masked
    case spanCorruption = "span_corruption"
  }

  @Option(help: "The objective of the batches.")
  var objective: Measured = .masked

  @Option(help: "The duration of the measurement.")
  var seconds = 2.0

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if !(0...3600).contains(seconds) {
      throw ValidationError("--seconds must lie in 0...3600, but is \(seconds).")
    }
  }

  func run() throws {
    let file = try TemporaryFile()
    let stream = try stream(in: file)
    var digest = Digest()
    let first = try stream.batch(step: 0)
    for input in first.inputs { digest.addBytes(of: input) }
    for target in first.targets { digest.addBytes(of: UInt32(bitPattern: target)) }

    var batches = 0
    let start = Terminal.seconds()
    var elapsed = 0.0
    let ring = stream.prefetched(
      stepsOfRun: 0..<Int.max,
      threads: threads.count,
      depth: threads.count == 1 ? 0 : 2 * threads.count + 2
    )
    while elapsed < seconds || batches == 0, let batch = try ring.next() {
      ring.recycle(consume batch)
      batches += 1
      elapsed = Terminal.seconds() - start
    }
    let tokens = batches * stream.collator.batchSize * stream.collator.stride
    var figures = BenchmarkFigures()
    figures.add("tokens_per_s", Double(tokens) / elapsed)
    figures.add("batches", batches)
    figures.add("tokens", tokens)
    figures.add("digest", digest: digest.value)
    figures.add("seconds", elapsed)
    figures.add("peak_mb", Terminal.peakMemory() / 1_000_000)
    figures.add("threads", threads.count)
    figures.show(asJSON: json)
  }

  /// 256 batches of random tokens in a file; the last two ids of the vocabulary are mask and
  /// padding.
  private func stream(in file: TemporaryFile) throws -> BatchStream {
    let vocabulary: UInt32 = 32_000
    let (mask, padding) = (TokenID(vocabulary), TokenID(vocabulary + 1))
    let sentinels = (2..<40).map { TokenID(vocabulary + $0) }
    let size = Int(vocabulary) + 40
    let classes = TokenClasses(vocabularySize: size, special: [mask, padding] + sentinels)
    var collator = Collator()
    (collator.batchSize, collator.length, collator.padding) = (64, 512, padding)
    switch objective {
    case .masked:
      let rate = NoiseRate(DropoutRate(0.15) ?? .zero)
      collator.objective = TokenMasking(rate: rate, mask: mask, classes: classes)
    case .spanCorruption:
      collator.objective = SpanCorruption(
        rate: 0.15,
        meanLength: 3,
        sentinels: sentinels,
        end: mask,
        classes: classes
      )
    }
    var draws = RandomStream(key: NoiseKey(seed: 0, site: .testing), item: 0)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2 * 256 * 64 * 512)
    for _ in 0..<256 * 64 * 512 {
      let id = draws.next(below: vocabulary)
      bytes.append(UInt8(truncatingIfNeeded: id))
      bytes.append(UInt8(truncatingIfNeeded: id >> 8))
    }
    try file.write(bytes, at: 0)
    let shard = try TokenShard(
      file.openPath,
      format: .nanogpt,
      vocabularySize: size
    ).inMemory()
    let table = [UInt32](repeating: 4, count: size)
    return BatchStream(TokenStream([shard], byteTable: table), collator: collator)
  }
}

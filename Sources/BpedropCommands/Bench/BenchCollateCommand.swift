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
    abstract: "Measure masked-LM batches: 80/10/10 on 64 rows of 512 tokens.",
    discussion: """
      The tokens are drawn by chance from a vocabulary of 32,000, as in Benchmarks/peers. Batches \
      are made ahead by the threads and taken in order.

      Example:
        bpedrop bench collate --json --seconds 0.1
      """
  )

  @OptionGroup var threads: ThreadOptions

  @Option(help: "How long to measure.")
  var seconds = 2.0

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if !(0...3600).contains(seconds) {
      throw ValidationError("--seconds must lie in 0...3600, but is \(seconds).")
    }
  }

  func run() throws {
    let stream = Self.stream
    let count = stream.stepCount(epoch: 0)
    var digest = Digest()
    let first = try stream.batch(step: 0)
    for input in first.inputs { digest.addBytes(of: input) }
    for target in first.targets { digest.addBytes(of: UInt32(bitPattern: target)) }

    var batches = 0
    var epoch: UInt32 = 0
    let start = Terminal.seconds()
    var elapsed = 0.0
    repeat {
      let ring = stream.prefetched(
        epoch: epoch,
        steps: 0..<count,
        threads: threads.count,
        depth: 2 * threads.count + 2
      )
      while elapsed < seconds || batches == 0, let batch = try ring.next() {
        ring.recycle(batch)
        batches += 1
        elapsed = Terminal.seconds() - start
      }
      epoch += 1
    } while elapsed < seconds
    let tokens = batches * stream.collator.batchSize * stream.collator.length
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

  /// 256 batches of chance tokens, the last two ids of the vocabulary being mask and padding.
  private static var stream: BatchStream {
    let vocabulary: UInt32 = 32_000
    let (mask, padding) = (TokenID(vocabulary), TokenID(vocabulary + 1))
    var collator = Collator()
    (collator.batchSize, collator.length, collator.padding) = (64, 512, padding)
    collator.objective = .masked(
      TokenMasking(
        rate: NoiseRate(DropoutRate(0.15) ?? .zero),
        mask: mask,
        classes: TokenClasses(vocabularySize: Int(vocabulary) + 2, special: [mask, padding])
      )
    )
    var draws = RandomStream(key: NoiseKey(seed: 0, site: .testing), item: 0)
    let ids = (0..<256 * 64 * 512).map { _ in draws.next(below: vocabulary) }
    return BatchStream(TokenStream(ids: ids), collator: collator)
  }
}

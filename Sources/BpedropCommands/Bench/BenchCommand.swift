import ArgumentParser
import BytePairEncoding
import Corpora
import Diagnostics
import Files
import Noise
import PreTokenization
import Reports
import Tokenization
import TokenizerFormats
import UnicodeText

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure speed on this machine and your data.",
    discussion: """
      Example:
        bpedrop bench encode -m tokenizer.json corpora/english.txt
      """,
    subcommands: [
      BenchEncodeCommand.self, BenchTrainCommand.self, BenchCollateCommand.self,
      BenchLMCommand.self, BenchLoadCommand.self,
    ]
  )
}

/// The figures of one benchmark, as text or as one JSON object.
struct BenchmarkFigures {
  private var members: [(name: String, value: String, isText: Bool)] = []

  /// What tables show for a figure that is not finite; JSON has null.
  private static let notFinite = "not finite"

  mutating func add(_ name: String, _ value: Double) {
    members.append((name, value.isFinite ? decimal(value, digits: 3) : Self.notFinite, false))
  }

  mutating func add(_ name: String, _ value: Int) { members.append((name, "\(value)", false)) }

  mutating func add(_ name: String, digest value: UInt64) {
    members.append((name, String(value, radix: 16), true))
  }

  mutating func add(_ name: String, text: String) { members.append((name, text, true)) }

  func show(asJSON: Bool) {
    if asJSON {
      let fields = members.map { member in
        let number = member.value == Self.notFinite ? "null" : member.value
        return "\"\(member.name)\": \(member.isText ? "\"\(member.value)\"" : number)"
      }
      print("{\(fields.joined(separator: ", "))}")
    } else {
      var table = TextTable(["figure", "value"])
      for member in members { table.append([member.name, member.value]) }
      print(table.rendered(), terminator: "")
    }
  }
}

struct BenchEncodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "Measure encoding, cold and warm.",
    discussion: """
      The text is cut at line ends into documents of about 100 kB, which the threads share. Cold \
      is the first pass of a new tokenizer; warm is the best of the following passes. All passes \
      must give the same ids. The latency is that of one call for up to 100 bytes of the first \
      line with at least 20.

      Example:
        bpedrop bench encode -m tokenizer.json --dropout 0.1 corpora/english.txt
      """
  )

  @OptionGroup var tokenizer: TokenizerOptions
  @OptionGroup var dropout: DropoutOptions
  @OptionGroup var threads: ThreadOptions

  @Option(help: "The number of passes after the first.")
  var runs = 3

  @OptionGroup var cache: CacheOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  @Argument(help: "A text file.", completion: .file())
  var file: String

  func run() throws {
    let text = try InputFile(file).readAll()
    guard !text.isEmpty else {
      throw InvalidData(path: file, "no text: there is nothing to measure")
    }
    let start = Terminal.seconds()
    let tokenizer = try self.tokenizer.load()
    let loading = Terminal.seconds() - start
    var options = EncodingOptions()
    options.noise = dropout.noise
    let bench = EncodingBenchmark(
      tokenizer,
      options: options,
      text: text,
      threads: threads.count,
      cacheCapacity: cache.share(of: threads.count)
    )
    let cold = try bench.pass()
    var best = cold
    for _ in 0..<max(runs, 0) {
      let pass = try bench.pass()
      guard pass.digest == cold.digest else {
        throw InvalidData("two passes over the same text gave different ids: this is a bug")
      }
      if pass.seconds < best.seconds { best = pass }
    }
    let megabytes = Double(text.count) / 1e6
    var figures = BenchmarkFigures()
    figures.add("mb_per_s_cold", megabytes / cold.seconds)
    figures.add("mb_per_s", megabytes / best.seconds)
    figures.add("tokens", cold.tokens)
    figures.add("digest", digest: cold.digest)
    figures.add("seconds", best.seconds)
    figures.add("load_ms", loading * 1e3)
    let work = bench.dropoutWork
    let words = Double(work.plain + work.onLattice + work.simulated)
    if words > 0 {
      figures.add("share_plain", Double(work.plain) / words)
      figures.add("share_on_lattice", Double(work.onLattice) / words)
      figures.add("share_simulated", Double(work.simulated) / words)
    }
    figures.add("latency_us", try bench.latency().map { $0 * 1e6 } ?? 0)
    figures.add("peak_mb", Terminal.peakMemory() / 1_000_000)
    figures.add("threads", threads.count)
    figures.show(asJSON: json)
  }
}

struct BenchTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Measure learning a BPE tokenizer.",
    discussion: """
      Example:
        bpedrop bench train --vocab-size 4000 --normalizer none corpora/english.txt
      """
  )

  @Option(help: "The number of tokens.")
  var vocabSize = 32_000

  @Option(help: ArgumentHelp("Normalization steps, joined by commas.", valueName: "steps"))
  var normalizer = TextNormalizer([.nfc])

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  @Argument(help: "Text files, folders or patterns.", completion: .file())
  var files: [String]

  func run() throws {
    var recipe = TokenizerRecipe(normalizer: normalizer)
    recipe.vocabularySize = vocabSize
    let reader = try DocumentReader(paths: files, lineFeed: .keep)
    let counter = PreTokenCounter(
      normalizer: normalizer,
      preTokenizer: recipe.countingPreTokenizer,
      threads: threads.count
    )
    let start = Terminal.seconds()
    let counts = try counter.count(reader, isSorted: false)
    let counted = Terminal.seconds()
    var tables = BPELearner.memoryAtStart(from: counts)
    let tokenizer = try recipe.learn(from: counts) { tables = max(tables, $0.memory) }
    let end = Terminal.seconds()
    var figures = BenchmarkFigures()
    figures.add("mb_per_s", Double(reader.bytesRead) / 1e6 / (end - start))
    figures.add("seconds", end - start)
    figures.add("seconds_counting", counted - start)
    figures.add("words", counts.count)
    figures.add("tokens", tokenizer.vocabularySize)
    figures.add("digest", digest: Digest(try tokenizer.json()).value)
    figures.add("expected_mb", Double(CountingOptions.peakMemory(merging: tables)) / 1e6)
    figures.add("peak_mb", Terminal.peakMemory() / 1_000_000)
    figures.add("threads", threads.count)
    figures.show(asJSON: json)
  }
}

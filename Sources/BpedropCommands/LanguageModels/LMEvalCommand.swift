import ArgumentParser
import BytePairEncoding
import Collation
import Corpora
import Diagnostics
import Files
import Glibc
import LanguageModels
import Reports
import TensorCore
import Tokenization
import Training
import UnicodeText

struct LMEvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Measure how well a model predicts a text, in bits per byte.",
    discussion: """
      Every token is predicted once. Bits per byte refer to the bytes of the original text, so \
      they compare across tokenizers; the perplexity of a token does not. A transformer reads \
      windows that begin --stride tokens apart, and each scores only its new tokens. An encoder \
      finds masked tokens, always the same 15 %; its bits refer to their bytes. Documents are those \
      of the training, unless --document says otherwise.

      Examples:
        bpedrop lm train -m tokenizer.json -o lm --overwrite --steps 20 corpora/english.txt
        bpedrop lm eval lm corpora/english.txt --ngram corpora/english.txt
      """
  )

  @OptionGroup var model: TrainedModelOptions

  @OptionGroup var input: InputOptions

  @Option(help: "Tokens from window to window of a transformer. (default: half its context)")
  var stride: Int?

  @Option(
    help: ArgumentHelp(
      "Also the bits per byte of an order-5 byte n-gram model that learns from this text.",
      valueName: "file"
    ),
    completion: .file()
  )
  var ngram: String?

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if let stride, stride < 1 {
      throw ValidationError("--stride must be at least 1, but is \(stride).")
    }
  }

  func run() throws {
    let loaded = try model.load()
    let (network, tokenizer, separator) = (loaded.network, loaded.tokenizer, loaded.separator)
    let reader = try input.reader(lineFeed: .drop, unit: input.document ?? loaded.unit)
    let store = try DocumentStore(reader, isStrict: input.strict)
    let noText = InvalidData(
      path: input.files.first ?? "-",
      "no text: there is nothing to evaluate on"
    )
    guard store.hasText else { throw noText }
    let text = try TokenStream(
      encoding: store,
      tokenizer: tokenizer,
      separator: separator,
      threads: threads.count
    )
    let bar = ProgressBar("evaluating", unit: "tokens")
    let pool = ComputePool(threads: threads.count)
    let result =
      network.configuration.isCausal
      ? try network.evaluate(text, start: separator, stride: stride, pool: pool) {
        bar.show($0, of: text.count)
      }
      : try network.evaluateMasked(
        text,
        collator: Self.masking(tokenizer, length: network.context ?? 1),
        pool: pool
      ) { bar.show($0, of: text.count) }
    bar.clear()
    guard result.tokens > 0 && result.bytes > 0 else { throw noText }
    if !tokenizer.normalizer.isCanonical {
      Terminal.note(
        "bpedrop: the tokenizer's normaliser loses parts of the text, so these bits are too few"
      )
    }
    var figures = BenchmarkFigures()
    figures.add("bits_per_byte", result.bitsPerByte)
    figures.add("perplexity_per_token", result.perplexity)
    figures.add("nats_per_token", result.loss)
    figures.add("tokens", result.tokens)
    figures.add("bytes", result.bytes)
    if let ngram {
      figures.add(
        "ngram_bits_per_byte",
        Yardstick(learning: try InputFile(ngram).readAll()).bitsPerByte(of: store.bytes)
      )
    }
    figures.show(asJSON: json)
  }
}

extension LMEvalCommand {
  /// The masked windows that an encoder is measured on.
  fileprivate static func masking(_ tokenizer: Tokenizer, length: Int) throws -> Collator {
    let recipe = try CollationRecipe([
      "objective": "masked", "batch_size": 8, "block_size": .number(Double(length)),
    ])
    return try recipe.collator(for: tokenizer)
  }
}

/// What a neural model has to beat: an order-5 byte model, Witten-Bell smoothed.
struct Yardstick {
  private var model = ByteNGramModel(order: 5)

  init(learning text: [UInt8]) { model.learn(text) }

  func bitsPerByte(of text: [UInt8]) -> Double {
    text.isEmpty ? 0 : model.bits(of: text, log2: log2) / Double(text.count)
  }
}

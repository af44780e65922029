import ArgumentParser
import BytePairEncoding
import Corpora
import Files
import Glibc
import TensorCore
import TextGeneration
import Tokenization

struct LMGenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Write text with a model.",
    discussion: """
      The text appears as it is written. The same seed gives the same text.

      Examples:
        bpedrop lm train -m tokenizer.json -o lm --overwrite --steps 20 corpora/english.txt
        bpedrop lm generate lm --prompt 'The little boat' --max-tokens 20 --temperature 0.8
        bpedrop lm generate lm --num-samples 2 --top-k 40 --top-p 0.9 --max-tokens 20 --stop .
      """
  )

  @OptionGroup var model: TrainedModelOptions

  @Option(name: [.short, .long, .customLong("start")], help: "What the text goes on from.")
  var prompt = ""

  @Option(
    name: [.long, .customLong("max_new_tokens"), .customLong("max_length")],
    help: "The most tokens behind the prompt."
  )
  var maxTokens = 200

  @Option(help: "Logits are divided by it; 0 always takes the most likely token.")
  var temperature = 1.0

  @Option(
    name: [.long, .customLong("top_k")],
    help: "Choose among this number of the most likely tokens."
  )
  var topK: Int?

  @Option(
    name: [.long, .customLong("top_p")],
    help: "Choose among the most likely tokens that together have this probability."
  )
  var topP = 1.0

  @Option(help: ArgumentHelp("End before this text; repeat for more.", valueName: "text"))
  var stop: [String] = []

  @Option(name: [.long, .customLong("num_samples")], help: "The number of texts.")
  var numSamples = 1

  @Option(help: "The seed of the choices.")
  var seed: UInt64 = 0

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    if maxTokens < 1 { throw ValidationError("--max-tokens must be at least 1.") }
    if numSamples < 1 { throw ValidationError("--num-samples must be at least 1.") }
    if TokenSampler(temperature: temperature, topK: topK, topP: topP) == nil {
      throw ValidationError(
        "--temperature must be 0 or more, --top-k at least 1, --top-p above 0 and at most 1."
      )
    }
  }

  func run() throws {
    let loaded = try model.load()
    let (network, tokenizer, separator) = (loaded.network, loaded.tokenizer, loaded.separator)
    let generator = try TextGenerator(
      tokenizer: tokenizer,
      model: network,
      pool: ComputePool(threads: threads.count)
    )
    var options = GenerationOptions(
      sampler: TokenSampler(temperature: temperature, topK: topK, topP: topP) ?? .greedy
    )
    (options.maximumTokens, options.stops, options.seed) = (maxTokens, stop, seed)
    options.end = separator
    if loaded.unit != .file {
      options.start = separator
    } else if prompt.isEmpty {
      // Inside of a file a text begins with a line.
      options.start = try tokenizer.encode("\n").first ?? separator
    }
    let output = try OutputFile("-")
    for sample in 0..<numSamples {
      options.sample = UInt64(sample)
      try output.write(prompt)
      _ = try generator.generate(prompt, options: options) { part in
        try output.write(part)
        try output.flush()
      }
      try output.write("\n")
      if sample + 1 < numSamples { try output.write("\n") }
    }
    try output.commit()
  }
}

import ArgumentParser
import LanguageModels

/// The kinds of models.
enum Architecture: String, CaseIterable, ExpressibleByArgument {
  case transformer, modern, encoder, lstm
}

/// The shape of a model, in the words of nanoGPT and word_language_model, too.
struct ModelShapeOptions: ParsableArguments {
  @Option(
    name: [.long, .customLong("arch")],
    help: ArgumentHelp(
      "The kind of model: transformer is GPT-2's; modern has rotary positions, RMS norms, SwiGLU "
        + "and grouped heads; an encoder sees both sides and finds masked tokens."
    )
  )
  var architecture: Architecture = .transformer

  @Option(
    name: [
      .long, .customLong("n_embd"), .customLong("emsize"), .customLong("nhid"),
    ],
    help: "The width of embedding and hidden states. (default: 128, lstm 200)"
  )
  var columns: Int?

  @Option(
    name: [.long, .customLong("n_layer"), .customLong("nlayers")],
    help: "How many layers. (default: 4, lstm 2)"
  )
  var layers: Int?

  @Option(name: [.long, .customLong("n_head"), .customLong("nhead")], help: "Heads of attention.")
  var heads = 4

  @Option(
    name: [.long, .customLong("block_size"), .customLong("bptt")],
    help: "Tokens of a row, and the transformer's context. (default: 128, lstm 35)"
  )
  var blockSize: Int?

  @OptionGroup var transformer: TransformerOptions

  @Flag(help: "Tie the LSTM's output to its embedding; the transformer's always is.")
  var tied = false

  @Option(help: "The LSTM's first values lie uniformly within this bound.")
  var initialBound = 0.1

  func configuration(vocabulary: Int, context: Int) throws -> ModelConfiguration {
    let configuration: ModelConfiguration =
      switch architecture {
      case .lstm:
        .lstm(
          LSTMConfiguration(
            vocabulary: vocabulary,
            columns: columns ?? 200,
            layers: layers ?? 2,
            isTied: tied
          )
        )
      case .transformer, .modern, .encoder:
        .transformer(
          transformer.shape(
            TransformerConfiguration(
              vocabulary: vocabulary,
              columns: columns ?? 128,
              layers: layers ?? 4,
              heads: heads,
              context: context
            ),
            architecture
          )
        )
      }
    if let fault = configuration.fault { throw ValidationError("\(fault).") }
    return configuration
  }
}

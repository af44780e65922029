// Procedure: the prompt is encoded without noise; a model with a state reads it once and then token
//   by token, one without reads the last `context` tokens anew each time. A token that the
//   tokenizer does not have is never chosen.
// Complexity: a token costs one step of an LSTM, or one window of a transformer.
// Determinism: token n of sample s is drawn from (seed, s, n), so the same seed gives the same
//   text.

public import BytePairEncoding
import Diagnostics
public import LanguageModels
import NeuralLayers
import Noise
public import TensorCore
public import Tokenization

/// What a generated text is to be.
public struct GenerationOptions: Sendable {
  /// How tokens are chosen.
  public var sampler: TokenSampler
  /// The most tokens behind the prompt.
  public var maximumTokens = 200
  /// The text ends before the first of these.
  public var stops: [String] = []
  /// The text ends at this token.
  public var end: TokenID?
  /// Stands before the prompt, such as an end-of-text token; needed where the prompt is empty.
  public var start: TokenID?
  /// The seed of the run.
  public var seed: UInt64 = 0
  /// The number of the sample, for several from one seed.
  public var sample: UInt64 = 0

  /// Up to 200 tokens.
  public init(sampler: TokenSampler = .greedy) { self.sampler = sampler }
}

/// A text that a model wrote.
public struct GeneratedText: Hashable, Sendable {
  /// Why it ended.
  public enum Ending: Hashable, Sendable {
    /// A stop string came.
    case stopString
    /// The end token came.
    case endToken
    /// It has as many tokens as were wanted.
    case maximumTokens
  }

  /// What was chosen, the end token and the tokens of a stop string included.
  public let tokens: [TokenID]
  /// The text behind the prompt, without the stop string.
  public let text: String
  /// Why it ended.
  public let ending: Ending
}

/// Writes text with a tokenizer and a model.
public struct TextGenerator<Element: TensorElement> {
  private let tokenizer: Tokenizer
  private let model: any LanguageModel<Element>
  private let pool: ComputePool

  /// - Parameters:
  ///   - tokenizer: The model's own.
  ///   - model: Of at least as many tokens as the tokenizer has.
  ///   - pool: Computes.
  /// - Throws: ``InvalidData`` if the model has fewer tokens, or does not write from left to
  ///   right.
  public init(
    tokenizer: Tokenizer,
    model: any LanguageModel<Element>,
    pool: ComputePool
  ) throws {
    let vocabulary = model.configuration.vocabulary
    guard model.configuration.isCausal else {
      throw InvalidData(
        "an encoder sees both sides of a token: it cannot write text from left to right"
      )
    }
    guard (1...vocabulary).contains(tokenizer.vocabularySize) else {
      throw InvalidData(
        "the tokenizer has \(tokenizer.vocabularySize) tokens, the model \(vocabulary): "
          + "they do not belong together"
      )
    }
    self.tokenizer = tokenizer
    self.model = model
    self.pool = pool
  }

  /// Writes on from a prompt.
  ///
  /// - Parameters:
  ///   - prompt: May be empty if the options have a start token.
  ///   - options: What to produce.
  ///   - onText: Gets the text as it is written, in whole characters, the prompt not included.
  /// - Returns: The whole text.
  /// - Throws: ``InvalidData`` for an empty prompt without a start token; what encoding the prompt
  ///   or the callback throws.
  public func generate(
    _ prompt: String,
    options: GenerationOptions,
    onText: (String) throws -> Void = { _ in }
  ) throws -> GeneratedText {
    let start = options.start.map { [$0] } ?? []
    var all = start + (try tokenizer.encode(prompt))
    guard !all.isEmpty else {
      throw InvalidData("the prompt is empty, and there is no start token to begin with")
    }
    let prompted = all.count
    let key = NoiseKey(seed: options.seed, site: .sampling)
    var reader = ModelReader(
      model: model,
      separator: model.configuration.separatesDocuments ? options.start : nil,
      pool: pool
    )
    var gate = TextGate(stops: options.stops)
    var text = ""
    var ending = GeneratedText.Ending.maximumTokens
    while all.count - prompted < options.maximumTokens {
      let logits = reader.logits(after: all).prefix(tokenizer.vocabularySize)
      var stream = RandomStream(
        key: key,
        item: options.sample,
        position: UInt64(all.count - prompted)
      )
      let token = TokenID(UInt32(options.sampler.sample(Array(logits), from: &stream)))
      let bytes = bytes(of: token, after: all.last)
      all.append(token)
      if token == options.end {
        ending = .endToken
        break
      }
      let part = gate.push(bytes)
      text += part
      if !part.isEmpty { try onText(part) }
      if gate.isClosed {
        ending = .stopString
        break
      }
    }
    let rest = gate.finish()
    text += rest
    if !rest.isEmpty { try onText(rest) }
    return GeneratedText(tokens: Array(all[prompted...]), text: text, ending: ending)
  }

  /// What a token adds to a text: in a word model also the space before it.
  private func bytes(of token: TokenID, after last: TokenID?) -> ArraySlice<UInt8> {
    let before = tokenizer.decode(last.map { [$0] } ?? [], skipsSpecial: true)
    let both = tokenizer.decode((last.map { [$0] } ?? []) + [token], skipsSpecial: true)
    return both.dropFirst(before.count)
  }
}

/// Reads a growing text with a model.
private struct ModelReader<Element: TensorElement> {
  private let model: any LanguageModel<Element>
  /// The last token of a document, for a model that keeps documents apart.
  private let separator: TokenID?
  private let pool: ComputePool
  private var state: ModelState<Element>
  private var read = 0

  init(model: any LanguageModel<Element>, separator: TokenID?, pool: ComputePool) {
    self.model = model
    self.separator = separator
    self.pool = pool
    state = model.start(batch: 1)
  }

  /// The logits behind a text that begins with the text of the call before.
  mutating func logits(after tokens: [TokenID]) -> [Element] {
    let news = model.context.map { tokens.suffix($0) } ?? tokens[read...]
    read = tokens.count
    var window = TokenWindow(news.map { Int32(truncatingIfNeeded: $0.rawValue) }, batch: 1)
    if let separator {
      window.bounds = window.bounds(behind: Int32(truncatingIfNeeded: separator.rawValue))
    }
    let tape = Tape<Element>(pool: pool, isRecording: false)
    return model.lastLogits(window, state: &state, on: tape).elements
  }
}

import BytePairEncoding
import Corpora
import Glibc
import LanguageModels
import NeuralLayers
import Noise
import TensorCore
import Testing
import Training

struct EvaluationTests {
  /// -ln of the probability of a token behind a context, by the logits of the context alone.
  private static func nats(
    _ token: UInt32,
    after context: [UInt32],
    _ model: any LanguageModel<Double>
  ) -> Double {
    var state = model.start(batch: 1)
    let window = TokenWindow(context.map { Int32($0) }, batch: 1)
    let tape = Tape<Double>(pool: pools[0], isRecording: false)
    let logits = model.lastLogits(window, state: &state, on: tape).elements
    let sum = logits.reduce(0) { $0 + exp($1) }
    return log(sum) - logits[Int(token)]
  }

  private static func text(_ count: Int) throws -> (tokens: TokenStream, store: DocumentStore) {
    let store = TrainingSamples.store(count)
    let tokens = try TokenStream(
      encoding: store,
      tokenizer: try TrainingSamples.tokenizer(),
      separator: TrainingSamples.separator,
      threads: 2
    )
    return (tokens, store)
  }

  private static func ids(_ tokens: TokenStream) throws -> [UInt32] {
    var (ids, bytes): ([UInt32], [UInt32]) = ([], [])
    try tokens.read(0..<tokens.count, into: &ids, byteCounts: &bytes)
    return ids
  }

  @Test func `a model with a state reads the text once, every token behind all before it`() throws {
    let (tokens, store) = try Self.text(14)
    let model = TrainingSamples.model(TrainingSamples.shapes[0], of: Double.self)
    let separator = TrainingSamples.separator
    let result = try model.evaluate(tokens, start: separator, pool: pools[1])
    let ids = [separator.rawValue] + (try Self.ids(tokens))
    let nats = (1..<ids.count).reduce(0.0) {
      $0 + Self.nats(ids[$1], after: Array(ids[..<$1]), model)
    }
    #expect(ids.count > 270, "more than a window")
    #expect(abs(result.nats - nats) < 1e-8 && result.tokens == ids.count - 1)
    #expect(result.bytes == store.bytes.count)
    #expect(abs(result.bitsPerByte - nats / log(2) / Double(store.bytes.count)) < 1e-9)
    #expect(abs(result.perplexity - exp(nats / Double(ids.count - 1))) < 1e-6)
    // Without a start the first token is not predicted, nor are its bytes counted.
    let rest = try model.evaluate(tokens, start: nil, pool: pools[1])
    #expect(rest.tokens == result.tokens - 1 && rest.bytes < result.bytes)
  }

  @Test(arguments: [1, 7, 10, 20, 999], [0, 3, 14])
  func `windows count each token once, behind what the window shows`(
    stride: Int,
    documents: Int
  ) throws {
    let (tokens, store) = try Self.text(documents)
    let model = TrainingSamples.model(TrainingSamples.shapes[2], of: Double.self)
    let separator = TrainingSamples.separator
    let result = try model.evaluate(
      tokens,
      start: separator,
      stride: stride,
      batch: 3,
      pool: pools[1]
    )
    let ids = [separator.rawValue] + (try Self.ids(tokens))
    let step = min(stride, 20)
    let nats = (1..<max(ids.count, 1)).reduce(0.0) { sum, place in
      // Target `place` belongs to the first window that reaches it.
      let window = place <= 20 ? 0 : (place - 20 + step - 1) / step
      return sum + Self.nats(ids[place], after: Array(ids[window * step..<place]), model)
    }
    #expect(abs(result.nats - nats) < 1e-8 && result.tokens == ids.count - 1)
    #expect(result.bytes == store.bytes.count)
    #expect(result.bitsPerByte.isFinite && result.perplexity >= 1)
  }

  @Test func `threads and batches of windows change no bit`() throws {
    let (tokens, _) = try Self.text(60)
    for shape in TrainingSamples.shapes {
      let model = TrainingSamples.model(shape)
      let results = try pools.map {
        try model.evaluate(tokens, start: TrainingSamples.separator, pool: $0)
      }
      #expect(results[0] == results[1] && results[0] == results[2])
    }
  }
}

import NeuralLayers
import Noise
import TensorCore

/// Both kinds of language model in one: a transformer block, then an LSTM, with tied weights.
struct SmallModel<Element: TensorElement> {
  static var vocabulary: Int { 13 }
  static var columns: Int { 8 }
  static var times: Int { 6 }

  let embedding: Embedding<Element>
  let positions: Embedding<Element>
  let attention: SelfAttention<Element>
  let norms: [StreamNorm<Element>]
  let mlp: MLP<Element>
  let lstm: LSTM<Element>

  init() {
    let key = NoiseKey(seed: 1, site: .initialization)
    let normal = Initializer.normal(deviation: 0.3)
    let columns = Self.columns
    embedding = Embedding(
      "tokens",
      vocabulary: Self.vocabulary,
      columns: columns,
      initializer: normal,
      key: key
    )
    positions = Embedding(
      "times",
      vocabulary: Self.times,
      columns: columns,
      initializer: normal,
      key: key
    )
    attention = SelfAttention(
      "attention",
      AttentionShape(columns: columns, heads: 2),
      initializer: normal,
      key: key
    )
    norms = ["first", "second", "third"].map { StreamNorm($0, columns: columns) }
    mlp = MLP("mlp", MLPShape(columns: columns, inner: 16), initializer: normal, key: key)
    lstm = LSTM(
      "lstm",
      from: columns,
      hidden: columns,
      initializer: .uniform(bound: 0.3),
      key: key
    )
  }

  var parameters: [Parameter<Element>] {
    embedding.parameters + positions.parameters + attention.parameters + mlp.parameters
      + norms.flatMap(\.parameters) + lstm.parameters
  }

  /// Loss and, recorded, gradients of some of the sequences of the global batch.
  func run(
    sequences: Range<Int>,
    noise: ActivationDropout? = nil,
    ids: ((Int) -> [Int32])? = nil,
    pool: ComputePool = pools[0]
  ) -> (loss: TokenLoss, last: Tensor<Element>) {
    let ids = ids ?? { tokens(Self.times, below: UInt32(Self.vocabulary), UInt64(200 + $0)) }
    let tape = Tape<Element>(pool: pool)
    let rows = RowPlacement(
      .batchMajor,
      batch: sequences.count,
      times: Self.times,
      firstItem: UInt64(sequences.lowerBound)
    )
    var x = embedding(
      sequences.flatMap(ids),
      positions: positions,
      rows: rows,
      dropout: noise?.derived(1),
      on: tape
    )
    let normalized = norms[0](x, on: tape).normalized
    let mixed = attention(
      normalized,
      noise: AttentionNoise(dropout: noise?.derived(2)),
      context: AttentionContext(firstItem: rows.firstItem),
      on: tape
    )
    var next = norms[1](tape.dropout(mixed, noise?.derived(3), rows: rows), residual: x, on: tape)
    x = next.sum
    next = norms[2](mlp(next.normalized, on: tape), residual: x, on: tape)
    let targets = sequences.flatMap { tokens(Self.times, below: 13, UInt64(300 + $0)) }
    let loss = tape.crossEntropy(
      next.normalized,
      weight: embedding.weight,
      targets: targets,
      scale: 0.01
    )
    // The LSTM reads the same tokens time by time.
    let columns = RowPlacement(
      .timeMajor,
      batch: sequences.count,
      times: Self.times,
      firstItem: rows.firstItem
    )
    let byTime = (0..<Self.times).flatMap { time in sequences.map { ids($0)[time] } }
    var state = lstm.start(batch: sequences.count)
    let read = embedding(byTime, rows: columns, dropout: noise?.derived(4), on: tape)
    let hidden = lstm(read, state: &state, on: tape)
    let dropped = tape.dropout(hidden, noise?.derived(5), rows: columns)
    _ = tape.crossEntropy(dropped, weight: embedding.weight, targets: byTime, scale: 0.01)
    tape.backward()
    return (loss, next.normalized.value)
  }
}

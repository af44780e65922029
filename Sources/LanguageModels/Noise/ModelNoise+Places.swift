// Source: the operations of NeuralLayers name theirs; LayerDrop: A. Fan, E. Grave, A. Joulin,
//   "Reducing Transformer Depth on Demand with Structured Dropout", ICLR 2020. It does not rescale.
// Procedure: each kind of noise at its place, for one step. Noise for a whole step draws from
//   (place, layer, pass), so that micro-batches share it.
// Determinism: at rate 0 there is no noise, and nothing is drawn.

package import NeuralLayers
import Noise
package import TensorCore

extension NoisePlace {
  /// Whole blocks of a transformer, for a whole step (LayerDrop).
  public static let depth = NoisePlace(number: 7, name: "depth", isOptional: true)
  /// The most attended keys of each query.
  public static let keys = NoisePlace(number: 8, name: "keys", isOptional: true)
  /// The input of the head.
  public static let head = NoisePlace(number: 9, name: "head", isOptional: true)
  /// Between the two maps of an MLP.
  public static let inner = NoisePlace(number: 10, name: "inner", isOptional: true)
  /// The recurrent weights of an LSTM, for a whole step (DropConnect).
  public static let weights = NoisePlace(number: 11, name: "weights", isOptional: true)
  /// Branches of a block, sequence by sequence (DropPath); the rate is that of the last block.
  public static let path = NoisePlace(number: 12, name: "path", isOptional: true)
  /// The hidden state of an LSTM as the next time reads it, anew at each time.
  public static let recurrent = NoisePlace(number: 14, name: "recurrent", isOptional: true)
  /// The scores of a layer's attention, which are blurred in a share of the steps.
  public static let blur = NoisePlace(number: 15, name: "blur", isOptional: true)
  /// The inputs of LSTM layers and their head, with one mask for each sequence.
  public static let locked = NoisePlace(number: 16, name: "locked", isOptional: true)
  /// Columns of the inputs of LSTM layers, for a whole step; left out of the products.
  public static let cutInputs = NoisePlace(number: 17, name: "cut-inputs", isOptional: true)
  /// Columns of an LSTM's hidden states, for a whole step; left out of the recurrent products.
  public static let cutStates = NoisePlace(number: 18, name: "cut-states", isOptional: true)
  /// Columns of the head's input, for a whole step; left out of its products.
  public static let cutHead = NoisePlace(number: 19, name: "cut-head", isOptional: true)
}

extension ModelNoise {
  /// Whether a step leaves out a block, drawn once for the whole step.
  ///
  /// - Parameter layer: From 0.
  /// - Returns: Always false if the rate is 0.
  public func skips(layer: Int) -> Bool { happens(.depth, layer: layer) != nil }

  /// The stream of an event that happens at the rate of its place, after the word that decided; nil
  /// if it does not happen.
  private func happens(_ place: NoisePlace, layer: Int) -> RandomStream? {
    let rate = self[place]
    if rate == .zero { return nil }
    var stream = stream(place, layer: layer)
    return stream.happens(BernoulliThreshold(rate.value)) ? stream : nil
  }

  /// The dropout of whole branches in one block.
  ///
  /// - Parameters:
  ///   - layer: From 0. The rate rises in a straight line from 0 at the first block to that of the
  ///     place at the last; a single block has 0.
  ///   - layers: The number of blocks.
  ///   - branch: 0 for attention, 1 for the MLP.
  /// - Returns: Rate and key; nil if the rate is 0.
  package func paths(layer: Int, of layers: Int, branch: UInt64) -> PathDropout? {
    let share = Double(layer) / Double(max(layers - 1, 1))
    guard let own = dropout(.path, layer: layer),
      let rate = DropoutRate(own.rate.value * share), rate != .zero
    else { return nil }
    return PathDropout(rate, key: own.key.derived(branch))
  }

  /// The dropout of activations with one mask for each sequence.
  package func locked(_ place: NoisePlace, layer: Int) -> ActivationDropout? {
    dropout(place, layer: layer).map { ActivationDropout($0.rate, key: $0.key, isLocked: true) }
  }

  /// The columns that are kept at a place in one layer.
  package func kept(_ place: NoisePlace, layer: Int, of width: Int) -> KeptColumns? {
    let rate = self[place]
    if rate == .zero { return nil }
    var stream = stream(place, layer: layer)
    return KeptColumns(rate, of: width, from: &stream)
  }

  /// The noise on what the products of an LSTM layer read.
  ///
  /// - Parameters:
  ///   - layer: From 0.
  ///   - width: The columns of input and state.
  ///   - rows: The rows of the window.
  /// - Returns: Nil for none.
  package func recurrent(layer: Int, width: Int, rows: RowPlacement) -> LSTMNoise? {
    precondition(
      self[.recurrent] == .zero || self[.cutStates] == .zero,
      "recurrent and cut-states exclude each other"
    )
    var noise = LSTMNoise(inputs: kept(.cutInputs, layer: layer, of: width))
    if let kept = kept(.cutStates, layer: layer, of: width) {
      noise.states = .kept(kept)
    } else if let masks = dropout(.recurrent, layer: layer) {
      noise.states = .masks(masks, rows)
    }
    return noise.inputs == nil && noise.states == nil ? nil : noise
  }

  /// The law of a layer's recurrent weights.
  package func dropConnect<Element: TensorElement>(layer: Int) -> DropConnect<Element>? {
    dropout(.weights, layer: layer).map { DropConnect($0.rate, key: $0.key, pass: pass) }
  }

  /// All noise of one layer of attention; nil for none.
  package func attention(layer: Int) -> AttentionNoise? {
    var scores = ScoreNoise()
    if var stream = happens(.blur, layer: layer) {
      // A deviation of 0 would be no blur: the smallest is 2^-53 of the largest.
      let share = Double((stream.next64() >> 11) + 1) * 0x1p-53
      scores.blur = KeyBlur(
        deviation: share * settings.blurDeviation,
        reach: settings.blurReach
      )
    }
    scores.hidden = dropout(.keys, layer: layer).map {
      HiddenKeys($0.rate, of: settings.hiddenKeys, isHard: settings.hidesHard, key: $0.key)
    }
    let own = dropout(.attention, layer: layer)
    let isQuiet = scores.blur == nil && scores.hidden == nil
    if own == nil && isQuiet { return nil }
    return AttentionNoise(dropout: own, scores: isQuiet ? nil : scores)
  }

  /// The number of masks before the head.
  package var headSamples: Int {
    self[.head] == .zero && self[.cutHead] == .zero ? 1 : settings.headSamples
  }
}

// Source: original; simple stories as training text after R. Eldan, Y. Li, "TinyStories", 2023, but
//   from a grammar instead of a language model, so that nothing is downloaded and nobody's text is
//   copied.
// Procedure: a plot is drawn, then its cast, then a path through the rules of the plot. Plots
//   (StoryPlots+….swift), shared phrases (StoryPhrases.swift) and words (StoryWords+….swift) are
//   written as text; StoryTemplate.swift explains the language.
// Complexity: linear in the bytes of the story.
// Determinism: all draws come from the stream of item `number` at site `stories`, in the order
//   given in StoryRenderer.swift. Any change to the grammar changes the stories.

package import Noise

/// An endless corpus of simple English stories to train small language models on.
///
/// Story n of a seed is always the same text, whatever was generated before it:
///
///     let generator = StoryGenerator(seed: 0)
///     var text: [UInt8] = []
///     for number in 0..<1000 { generator.appendStory(UInt64(number), to: &text) }
public struct StoryGenerator: Sendable {
  private let key: NoiseKey
  private let grammar: StoryGrammar

  /// The corpus of a seed.
  ///
  /// - Parameter seed: Different seeds give unrelated stories.
  public init(seed: UInt64) {
    self.key = NoiseKey(seed: seed, site: .stories)
    self.grammar = .english
  }

  /// Appends one story as a line of ASCII text that ends with LF.
  ///
  /// - Parameters:
  ///   - number: The number of the story; any value.
  ///   - text: Grows by the bytes of the story.
  public func appendStory(_ number: UInt64, to text: inout [UInt8]) {
    let stream = RandomStream(key: key, item: number)
    var renderer = StoryRenderer(grammar: grammar, stream: stream, trace: NoTrace())
    renderer.appendStory(to: &text)
    text.append(UInt8(ascii: "\n"))
  }
}

extension StoryGenerator {
  /// The number of times that a range of stories takes each alternative of the grammar.
  package func alternativeCounts(ofStories numbers: Range<UInt64>) -> [Int] {
    let counts = CountingTrace(counts: Array(repeating: 0, count: grammar.alternatives.count))
    let first = RandomStream(key: key, item: numbers.lowerBound)
    var renderer = StoryRenderer(grammar: grammar, stream: first, trace: counts)
    var text: [UInt8] = []
    for number in numbers {
      text.removeAll(keepingCapacity: true)
      renderer.restart(with: RandomStream(key: key, item: number))
      renderer.appendStory(to: &text)
    }
    return renderer.trace.counts
  }
}

extension NoiseSite {
  /// The story generator of `bpedrop corpus stories`.
  package static var stories: NoiseSite { NoiseSite(number: 3, name: "stories") }
}

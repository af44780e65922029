import BytePairEncoding
import Glibc
import Noise
import Reports
import Tokenization
import UnicodeText

/// The output of `bpedrop inspect` for one word: its merges, and its distribution under dropout.
struct WordInspection {
  private static let mostSteps = 64
  private static let samples = 10_000

  private let tokenizer: Tokenizer
  private let model: BPEModel
  private let noise: SegmentationNoise?
  private let top: Int

  init(_ tokenizer: Tokenizer, _ model: BPEModel, noise: SegmentationNoise?, top: Int) {
    self.tokenizer = tokenizer
    self.model = model
    self.noise = noise
    self.top = top
  }

  func show(_ word: [UInt8]) {
    guard word.count <= WordLimits.longestWord else { return }
    let steps = model.derivation(of: word)
    print("\n\(ByteAlphabet.encode(word))  (\(word.count) bytes, \(steps.count) merges)")
    for step in steps.prefix(Self.mostSteps) {
      let parts =
        "\(tokenizer.piece(of: step.merge.left)) + \(tokenizer.piece(of: step.merge.right))"
      print("  rank \(step.rank): \(parts)\(step.isProtected ? "  inside one character" : "")")
    }
    if steps.count > Self.mostSteps { print("  … and \(steps.count - Self.mostSteps) more") }
    guard let noise else { return }
    if let law = SegmentationLaw(of: word, model: model, noise: noise) {
      let mean = decimal(law.expectedTokenCount)
      let bits = decimal(law.entropy(log2: { log2($0) }))
      print(
        "  \(law.outcomes.count) segmentations, \(mean) tokens expected, \(bits) bits of entropy"
      )
      list(law.outcomes)
    } else {
      estimate(word, noise)
    }
  }

  private func estimate(_ word: [UInt8], _ noise: SegmentationNoise) {
    let samples = max(100, min(Self.samples, 4_000_000 / word.count))
    let estimate = SegmentationEstimate(
      of: word,
      model: model,
      noise: noise,
      sampleCount: samples
    )
    let mean = decimal(estimate.expectedTokenCount)
    print(
      "  too many splits for the exact law; \(samples) samples: \(mean) tokens expected, standard "
        + "error \(decimal(estimate.standardError)); the most frequent, with their shares:"
    )
    list(estimate.outcomes)
  }

  private func list(_ outcomes: [SegmentationLaw.Outcome]) {
    for outcome in outcomes.prefix(top) {
      let pieces = outcome.tokens.map { tokenizer.piece(of: $0) }
      print("    \(decimal(outcome.probability))  \(pieces.joined(separator: " "))")
    }
  }
}

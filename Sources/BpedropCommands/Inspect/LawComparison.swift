import BytePairEncoding
import Glibc
import Noise
import Reports

/// The distances between the laws on the words of a text.
struct LawComparison {
  private static let splitLimit = 30_000

  private struct Row {
    var tokens = 0.0
    var entropy = 0.0
    var distance = 0.0
  }

  private var rows: [Row]
  private var counted = 0
  private var leftOut = 0

  /// - Parameters:
  ///   - words: The words, one entry for each occurrence.
  ///   - model: The vocabulary and merges.
  ///   - rate: The rate, shared by all laws.
  init(of words: [[UInt8]], _ model: BPEModel, rate: DropoutRate) {
    let laws = SegmentationNoise.Law.allCases
    rows = Array(repeating: Row(), count: laws.count)
    var counts: [[UInt8]: Int] = [:]
    for word in words { counts[word, default: 0] += 1 }
    for (word, count) in counts.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let found = laws.compactMap { law in
        SegmentationLaw(
          of: word,
          model: model,
          noise: SegmentationNoise(rate: rate, law: law),
          splitLimit: Self.splitLimit
        )
      }
      guard found.count == laws.count else {
        leftOut += count
        continue
      }
      counted += count
      for (index, law) in found.enumerated() {
        rows[index].tokens += Double(count) * law.expectedTokenCount
        rows[index].entropy += Double(count) * law.entropy(log2: { log2($0) })
        rows[index].distance += Double(count) * law.distance(to: found[0])
      }
    }
  }

  func rendered() -> String {
    var table = TextTable(["law", "tokens a word", "bits of entropy", "distance to the paper's"])
    for (law, row) in zip(SegmentationNoise.Law.allCases, rows) where counted > 0 {
      let means = [row.tokens, row.entropy, row.distance].map { decimal($0 / Double(counted)) }
      table.append([law.rawValue] + means)
    }
    let note = leftOut == 0 ? "" : "; \(leftOut) of too many splits are left out"
    return table.rendered() + "means over \(counted) words\(note)\n"
  }
}

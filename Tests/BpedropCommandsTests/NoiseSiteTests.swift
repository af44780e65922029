import BytePairEncoding
import Collation
import Corpora
import Foundation
import NeuralLayers
import Noise
import Stories
import TensorCore
import TestSupport
import Testing
import TextGeneration
import TokenizerFormats

@Suite("Noise sites")
struct NoiseSiteTests {
  /// All sites of the package, by number.
  ///
  /// Append only: a number is part of every sampled byte.
  static let frozen: [(number: UInt32, name: String, site: NoiseSite)] = [
    (1, "segmentation", .segmentation),
    (2, "shuffle", .shuffle),
    (3, "stories", .stories),
    (4, "testing", .testing),
    (5, "initialization", .initialization),
    (6, "dropout", .dropout),
    (7, "tokenDropout", .tokenDropout),
    (8, "masking", .masking),
    (9, "windows", .windows),
    (10, "sampling", .sampling),
    (11, "segmentationSamples", .segmentationSamples),
    (12, "tokenReplacement", .tokenReplacement),
    (13, "wordDropout", .wordDropout),
    (14, "spanDropout", .spanDropout),
    (15, "wordShuffle", .wordShuffle),
    (16, "typos", .typos),
    (17, "spans", .spans),
    (18, "parts", .parts),
    (19, "factorization", .factorization),
    (20, "split", .split),
    (21, "fieldDropout", .fieldDropout),
    (22, "mixture", .mixture),
    (23, "conversion", .conversion),
    (24, "tokenDropoutRate", .tokenDropoutRate),
  ]

  @Test("numbers and names are those of the table, and unique")
  func table() {
    for (number, name, site) in Self.frozen {
      #expect(site.number == number && site.name == name)
    }
    #expect(Set(Self.frozen.map(\.number)).count == Self.frozen.count)
    #expect(Set(Self.frozen.map(\.name)).count == Self.frozen.count)
  }

  @Test("the sources declare the sites of the table, each once, and no others")
  func sources() throws {
    let folder = Samples.package.appendingPathComponent("Sources")
    let files = try #require(
      FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    )
    var declared: [String] = []
    for case let file as URL in files where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: /NoiseSite\(number: (\d+), name: "(\w+)"\)/) {
        declared.append("\(match.1) \(match.2)")
      }
      // A site that is declared in another form would not be counted.
      #expect(
        text.matches(of: /NoiseSite\(/).count
          == text.matches(of: /NoiseSite\(number: \d+, name: "\w+"\)/).count,
        "\(file.lastPathComponent)"
      )
    }
    #expect(declared.sorted() == Self.frozen.map { "\($0.number) \($0.name)" }.sorted())
  }
}

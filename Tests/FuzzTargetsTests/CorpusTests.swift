import Foundation
import FuzzTargets
import Testing

/// The inputs that the fuzzer found worth keeping, and those that once failed.
@Suite struct CorpusTests {
  private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Corpus")

  @Test(arguments: FuzzTarget.allCases)
  func `every input of the corpus holds`(target: FuzzTarget) throws {
    let folder = Self.corpus.appendingPathComponent(target.rawValue)
    let files = try FileManager.default.contentsOfDirectory(
      at: folder,
      includingPropertiesForKeys: nil
    )
    #expect(files.count > 10)
    for file in files.sorted(by: { $0.path < $1.path }) {
      let input = Array(try Data(contentsOf: file))
      #expect(throws: Never.self, "\(target.rawValue)/\(file.lastPathComponent)") {
        try target.run(input)
      }
    }
  }

  /// Changes of a few bytes hardly ever keep a file that is read, so there must be many.
  @Test func `images with random changes hold`() throws {
    var word: UInt64 = 1
    func byte() -> UInt8 {
      word = word &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: word >> 56)
    }
    for count in 0..<4000 {
      let input = [byte() % 3] + (0..<4 * (1 + count % 3)).map { _ in byte() }
      #expect(throws: Never.self, "\(input)") { try FuzzTarget.images.run(input) }
    }
  }
}

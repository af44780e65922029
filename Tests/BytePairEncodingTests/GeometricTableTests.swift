import BytePairEncoding
import Noise
import TestSupport
import Testing
import TextTestSupport

@Suite struct GeometricTableTests {
  /// The words of some runs' bounds, and others near and far.
  private static func words(_ law: GeometricLaw) -> [UInt64] {
    var words: [UInt64] = [0, 1, .max, .max - 1, .max - 2000]
    for run in 0...GeometricTable.longestRun + 1 {
      let bound = law.certain(run)
      for distance: UInt64 in [0, 1, 127, 128, 129, 1023, 1024, 1025, 3000] {
        words.append(bound &+ distance)
        words.append(bound &- distance)
      }
    }
    var stream = RandomStream(key: NoiseKey(seed: 7, epoch: 0, site: .segmentation), item: 0)
    for _ in 0..<20_000 { words.append(stream.next64()) }
    return words
  }

  @Test(arguments: [0, 1e-18, 1e-9, 0.01, 0.1, 0.3, 0.5, 0.75, 0.9, 0.99, 0.9999, 1 - 0x1p-53, 1])
  func `gives the runs of the law`(rate: Double) {
    let rate = dropoutRate(rate)
    for law in [GeometricLaw(ratio: rate), GeometricLaw.complement(of: rate)] {
      let table = GeometricTable(law)
      for word in Self.words(law) {
        let expected = law.run(of: word, below: GeometricTable.longestRun)
        #expect(table.run(of: word) == expected ?? GeometricTable.longestRun)
      }
    }
  }
}

import Corpora
import Foundation
import TestSupport
import Testing
import UnicodeText

private func statistics(of text: [UInt8], unit: DocumentUnit = .line) throws -> CorpusStatistics {
  let folder = try TemporaryFolder()
  let reader = try DocumentReader(paths: [folder.put("text", text)], unit: unit)
  var statistics = CorpusStatistics()
  while let batch = try reader.next() { try statistics.add(batch) }
  return statistics
}

@Suite struct CorpusStatisticsTests {
  @Test func `counts what it is told to count`() throws {
    let text = Array("a\r\nb\n\n\u{FEFF}é\ne\u{301}\nб\u{0}Ω\nb\nx\ry\nﬁ\nb".utf8) + [0xFF, 0x0A]
    let found = try statistics(of: text)
    #expect(found.documents == 10)
    #expect(found.emptyDocuments == 1)
    #expect(found.duplicates == 1)
    #expect(found.duplicateBytes == 1)
    #expect(found.bytes == text.count)
    #expect(found.documentBytes == text.count - 10)
    #expect(found.carriageReturnLineFeeds == 1)
    #expect(found.lineFeeds == 9)
    #expect(found.carriageReturns == 1)
    #expect(found.nulls == 1)
    #expect(found.byteOrderMarks == 1)
    #expect(found.scripts.invalidBytes == 1)
    // e and an accent; the letter é; the ligature and é are changed by NFKC and NFD.
    #expect(found.unnormalized == [1, 1, 2])
    let scripts = Dictionary(
      uniqueKeysWithValues: found.scripts.scripts.map { ($0.name, $0.characters) }
    )
    #expect(scripts["Greek"] == 1 && scripts["Cyrillic"] == 1 && scripts["Inherited"] == 1)
    #expect(scripts["Latin"] == 9)
  }

  @Test func `characters and scripts add up over nasty text`() throws {
    var source = NastyText(seed: 171)
    for _ in 0..<300 {
      let text = source.next(longest: 200, isValid: false).map { $0 == 0x0A ? 0x20 : $0 }
      let found = try statistics(of: text, unit: .file)
      let named = found.scripts.scripts.reduce(0) { $0 + $1.characters }
      #expect(named + found.scripts.invalidBytes == found.scripts.characters)
      if let valid = String(validating: text, as: UTF8.self) {
        #expect(found.scripts.characters == valid.unicodeScalars.count)
        #expect(found.scripts.invalidBytes == 0)
      } else {
        #expect(found.scripts.invalidBytes > 0)
      }
    }
  }

  @Test func `no text at all`() throws {
    let found = try statistics(of: [])
    #expect(found.documents == 0 && found.bytes == 0 && found.scripts.scripts.isEmpty)
  }
}

@Suite struct NearDuplicateTests {
  private static func runs(_ text: [UInt8]) -> Set<[UInt8]> {
    let length = NearDuplicates.runLength
    return Set((0..<max(text.count - length + 1, 1)).map { Array(text[$0...].prefix(length)) })
  }

  private static func resemblance(_ left: [UInt8], _ right: [UInt8]) -> Double {
    let (left, right) = (runs(left), runs(right))
    return Double(left.intersection(right).count) / Double(left.union(right).count)
  }

  @Test func `finds what resembles by the definition, and nothing else`() {
    var source = NastyText(seed: 172)
    var (near, far) = (0, 0)
    for _ in 0..<400 {
      let original = (0..<400).map { _ in UInt8(97 + source.number(below: 26)) }
      var changed = original
      for _ in 0..<source.number(below: 40) {
        changed[Int(source.number(below: 400))] = UInt8(97 + source.number(below: 26))
      }
      let truth = Self.resemblance(original, changed)
      var finder = NearDuplicates(threshold: 0.75)
      #expect(!original.withUnsafeBufferPointer { finder.isDuplicate($0) })
      let found = changed.withUnsafeBufferPointer { finder.isDuplicate($0) }
      // Five standard deviations of the estimate on both sides.
      if truth > 0.94 {
        #expect(found)
        near += 1
      } else if truth < 0.56 {
        #expect(!found)
        far += 1
      }
    }
    #expect(near > 20 && far > 100)
  }

  @Test func `equal documents are found, however short`() {
    var finder = NearDuplicates(threshold: 1)
    for text in ["", "a", "ab", "short", "nine char", "a little longer than that", "日本語のとても長い文章です"]
    {
      let bytes = Array(text.utf8)
      #expect(!bytes.withUnsafeBufferPointer { finder.isDuplicate($0) })
      #expect(bytes.withUnsafeBufferPointer { finder.isDuplicate($0) })
    }
  }
}

@Suite struct DocumentDigestTests {
  @Test func `the fraction is uniform, and a function of seed and content`() {
    var buckets = [Int](repeating: 0, count: 20)
    for number in 0..<40_000 {
      let bytes = Array("document \(number)".utf8)
      let drawn = bytes.withUnsafeBufferPointer { DocumentDigest($0).fraction(seed: 5) }
      #expect(drawn == bytes.withUnsafeBufferPointer { DocumentDigest($0).fraction(seed: 5) })
      #expect(drawn != bytes.withUnsafeBufferPointer { DocumentDigest($0).fraction(seed: 6) })
      buckets[Int(drawn * 20)] += 1
    }
    let statistic = buckets.reduce(0.0) { $0 + Double(($1 - 2000) * ($1 - 2000)) / 2000 }
    // The 0.9999 quantile of chi-square with 19 degrees of freedom.
    #expect(statistic < 50.8)
  }
}

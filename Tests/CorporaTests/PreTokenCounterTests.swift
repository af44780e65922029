import BytePairEncoding
import Corpora
import Diagnostics
import Files
import PreTokenization
import TestSupport
import Testing
import Tokenization
import UnicodeText

@Suite struct PreTokenCounterTests {
  @Test func `counts agree with counting by hand, for any number of threads and order of files`()
    throws
  {
    var expected: [[UInt8]: UInt64] = [:]
    let paths = ["english", "thai", "russian"].map(corpusPath)
    for path in paths {
      for line in try InputFile(path).readAll().split(separator: 0x0A) {
        let text = Array(line) + [0x0A]
        let normalized = try TextNormalizer([.nfd]).normalize(text)?.bytes ?? text
        for word in try PreTokenizer.gpt2.split(normalized) { expected[word, default: 0] += 1 }
      }
    }
    for (threads, paths) in [(1, paths), (2, paths.reversed()), (8, paths)] {
      let counter = PreTokenCounter(
        normalizer: TextNormalizer([.nfd]),
        preTokenizer: .gpt2,
        threads: threads
      )
      let counts = try counter.count(DocumentReader(paths: paths, lineFeed: .keep))
      #expect(counts.count == expected.count)
      for index in 0..<counts.count {
        #expect(counts.occurrences(index) == expected[Array(counts.word(index))])
        if index > 0 {
          #expect(counts.word(index - 1).lexicographicallyPrecedes(counts.word(index)))
        }
      }
    }
  }

  @Test func `a limit of memory does not show, nor does the order of the result`() throws {
    let paths = ["english", "thai", "russian"].map(corpusPath)
    var counter = PreTokenCounter(normalizer: TextNormalizer([]), preTokenizer: .gpt2, threads: 1)
    let expected = try counter.count(DocumentReader(paths: paths, lineFeed: .keep))
    for threads in [1, 2, 8] {
      counter = PreTokenCounter(
        normalizer: TextNormalizer([]),
        preTokenizer: .gpt2,
        threads: threads
      )
      // So little that every batch of words becomes a run of its own, and then some in between.
      for limit in [0, 1_000_000, Int.max] {
        counter.memoryLimit = limit
        #expect(try counter.count(DocumentReader(paths: paths, lineFeed: .keep)) == expected)
        var words: [[UInt8]] = []
        try counter.count(DocumentReader(paths: paths, lineFeed: .keep), progress: {}) {
          word,
          count in
          #expect(count == expected.occurrences(words.count))
          words.append(Array(word))
        }
        #expect(words == (0..<expected.count).map { Array(expected.word($0)) })
      }
      let unsorted = try counter.count(
        DocumentReader(paths: paths, lineFeed: .keep),
        isSorted: false
      )
      #expect(unsorted.count == expected.count && unsorted.total == expected.total)
    }
  }

  @Test func `objects in lines, and files that weigh more`() throws {
    let folder = try TemporaryFolder()
    let lines = #"{"id": 1, "text": "one tw\u006f"}"# + "\n\n" + #"{"text": "one"}"# + "\n"
    let objects = try folder.put("objects", Array(lines.utf8))
    let more = try folder.put("more", Array(#"{"text": "one"}"#.utf8))
    var counter = PreTokenCounter(normalizer: TextNormalizer([]), preTokenizer: .gpt2, threads: 2)
    counter.jsonField = "text"
    counter.weights = [more: 10]
    let counts = try counter.count(DocumentReader(paths: [objects, more]))
    var expected = WordCounts()
    expected.append(Array(" two".utf8), occurrences: 1)
    expected.append(Array("one".utf8), occurrences: 12)
    #expect(counts == expected)
    for line in ["{", "[]", #"{"other": "x"}"#, #"{"text": 1}"#, "text"] {
      let path = try folder.put("bad", Array("{\"text\": \"\"}\n\(line)\n".utf8))
      let error = #expect(throws: InvalidData.self, "\(line)") {
        try counter.count(DocumentReader(paths: [path]))
      }
      #expect(error?.place == "line 2, byte 13")
    }
  }

  @Test func `a file of counts reads back, and files add up`() throws {
    let folder = try TemporaryFolder()
    var counts = WordCounts()
    for (word, count) in [([0x0A], 3), ([0x20, 0xFF], 1 << 40), (Array("é".utf8), 7)] {
      counts.append(word, occurrences: UInt64(count))
    }
    let file = try OutputFile("\(folder.path)/counts")
    try CountsFile.write(counts, to: file)
    try file.commit()
    #expect(try CountsFile.read([file.path]) == counts)
    let twice = try CountsFile.read([file.path, file.path])
    #expect(twice.total == 2 * counts.total)
    for bad in ["word", "word\t", "word\t-1", "a b\t1", "\t1", "w\t1\t2"] {
      let path = try folder.put("bad", Array("ok\t1\n\(bad)\n".utf8))
      let error = #expect(throws: InvalidData.self) { try CountsFile.read([path]) }
      #expect(error?.description.contains("line 2") == true)
    }
  }
}

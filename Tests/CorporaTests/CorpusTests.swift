import BytePairEncoding
import Corpora
import Diagnostics
import Files
import Foundation
import Noise
import PreTokenization
import Stories
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import TokenizerFormats
import UnicodeText

private let languages = [
  "arabic", "armenian", "chinese", "english", "finnish", "french", "georgian", "german", "greek",
  "hebrew", "hindi", "japanese", "korean", "russian", "spanish", "swahili", "thai", "turkish",
  "ukrainian", "vietnamese",
]

private func corpusPath(_ language: String) -> String {
  "\(SharedData.projectFolder)/corpora/\(language).txt"
}

private func documents(_ reader: DocumentReader) throws -> [[UInt8]] {
  var documents: [[UInt8]] = []
  while let batch = try reader.next() {
    #expect(batch.firstNumber == UInt64(documents.count))
    for range in batch.ranges { documents.append(Array(batch.bytes[range])) }
  }
  return documents
}

@Suite struct DocumentReaderTests {
  @Test func `lines end at LF only, the last one may lack it`() throws {
    let folder = try TemporaryFolder()
    let text = Array("a\r\n\n\u{FEFF}b\u{2028}c\nlast".utf8)
    let path = try folder.put("text", text)
    let dropped = try documents(DocumentReader(paths: [path]))
    #expect(dropped == ["a\r", "", "\u{FEFF}b\u{2028}c", "last"].map { Array($0.utf8) })
    let kept = try documents(DocumentReader(paths: [path], lineFeed: .keep))
    #expect(kept.flatMap { $0 } == text)
    #expect(kept.count == 4)
    let whole = try documents(DocumentReader(paths: [path, path], unit: .file))
    #expect(whole == [text, text])
  }

  @Test func `lines across blocks, long lines and empty files`() throws {
    let folder = try TemporaryFolder()
    var source = NastyText(seed: 71)
    var lines: [[UInt8]] = []
    for length in [0, 1, 262_143, 262_144, 262_145, 600_000, 3] as [Int] {
      lines.append(Array(repeating: UInt8(97 + source.number(below: 26)), count: length))
    }
    var text: [UInt8] = []
    for line in lines { text += line + [0x0A] }
    let path = try folder.put("text", text)
    let empty = try folder.put("empty", [])
    #expect(try documents(DocumentReader(paths: [empty, path, empty])) == lines)
    #expect(try documents(DocumentReader(paths: [empty], unit: .file)) == [[]])
    #expect(try documents(DocumentReader(paths: [empty])) == [])
  }

  @Test func `all files are tried before any is read`() throws {
    #expect(throws: FileError.self) {
      try DocumentReader(paths: [corpusPath("english"), "/nonexistent/file"])
    }
  }
}

@Suite struct CountingTests {
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
      #expect(error?.place == "the document at byte 13")
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

@Suite struct EmbeddedDataTests {
  @Test
  func `the corpora are large enough, NFC but for one file, and nothing stands twice`() throws {
    var seen: Set<[UInt8]> = []
    var total = 0
    for language in languages + ["forms"] {
      let text = try InputFile(corpusPath(language)).readAll()
      if language != "forms" { total += text.count }
      #expect(text.last == 0x0A)
      #expect(text.withUnsafeBufferPointer(UTF8Text.firstInvalidByte) == nil)
      for line in text.split(separator: 0x0A) { #expect(seen.insert(Array(line)).inserted) }
      let isNFC = try TextNormalizer([.nfc]).normalize(text) == nil
      #expect(isNFC == (language != "forms"))
    }
    #expect(total >= 100_000)
  }

  @Test func `the English vocabulary is what its recipe makes`() throws {
    let folder = try TemporaryFolder()
    var stories: [UInt8] = []
    let generator = StoryGenerator(seed: 0)
    var number: UInt64 = 0
    while stories.count < 4_000_000 {
      generator.appendStory(number, to: &stories)
      number += 1
    }
    let path = try folder.put("stories", stories)
    try checkRecipe("english", from: [path, corpusPath("english")], size: 4096, minimum: 0)
  }

  @Test func `the multilingual vocabulary is what its recipe makes`() throws {
    try checkRecipe("multilingual", from: languages.map(corpusPath), size: 4000, minimum: 2)
  }

  private func checkRecipe(
    _ name: String,
    from paths: [String],
    size: Int,
    minimum: UInt64
  ) throws {
    var recipe = TokenizerRecipe()
    recipe.vocabularySize = size
    recipe.minimumFrequency = minimum
    let counter = PreTokenCounter(
      normalizer: recipe.normalizer,
      preTokenizer: recipe.countingPreTokenizer,
      threads: 2
    )
    let counts = try counter.count(DocumentReader(paths: paths, lineFeed: .keep))
    let expected = try InputFile(
      "\(SharedData.projectFolder)/vocab/\(name)/tokenizer.json"
    ).readAll()
    #expect(try recipe.learn(from: counts).json() == expected)
  }

  @Test func `the checksums of the vocabularies are true`() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
    process.arguments = ["--check", "--quiet", "SHA256SUMS"]
    process.currentDirectoryURL = URL(fileURLWithPath: "\(SharedData.projectFolder)/vocab")
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}

@Suite struct CorpusEncoderTests {
  @Test func `the same bytes for any number of threads and any cache`() throws {
    let path = "\(SharedData.projectFolder)/vocab/multilingual/tokenizer.json"
    let tokenizer = try Tokenizer(contentsOf: path)
    var options = EncodingOptions()
    options.noise = SegmentationNoise(rate: dropoutRate(0.3), seed: 3, epoch: 1)
    options.wantsOffsets = true
    let formatter = TokenFormatter(.jsonl, tokenizer: tokenizer, offsetUnit: .chars)
    var outputs: Set<[UInt8]> = []
    for threads in [1, 2, 8] {
      for cache in [0, 1 << 16, 64 << 20] {
        let encoder = CorpusEncoder(
          tokenizer,
          options: options,
          threads: threads,
          cacheCapacity: cache
        )
        var output: [UInt8] = []
        let reader = try DocumentReader(paths: languages.map(corpusPath))
        try encoder.run(reader, formatter: formatter) { bytes, _ in output += bytes }
        outputs.insert(output)
      }
    }
    #expect(outputs.count == 1)
  }

  @Test func `a rate for each document, from a callback, and from its own field before it`() throws
  {
    let path = "\(SharedData.projectFolder)/vocab/multilingual/tokenizer.json"
    let tokenizer = try Tokenizer(contentsOf: path)
    var options = EncodingOptions()
    options.noise = SegmentationNoise(rate: .zero, law: .uniform, seed: 4)
    let rates = [0, 0.5, 1]
    let encoder = CorpusEncoder(
      tokenizer,
      options: options,
      threads: 2,
      rate: { dropoutRate(rates[Int($0 % 3)]) }
    )
    let formatter = TokenFormatter(.ids, tokenizer: tokenizer)
    let lines = try documents(DocumentReader(paths: languages.map(corpusPath)))
    var output: [UInt8] = []
    let reader = try DocumentReader(paths: languages.map(corpusPath))
    try encoder.run(reader, formatter: formatter) { bytes, _ in output += bytes }
    let found = output.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
    #expect(found.count == lines.count)
    var alone = TokenizerEncoder(tokenizer)
    for (number, line) in lines.enumerated() {
      options.noise = options.noise?.at(dropoutRate(rates[number % 3]))
      let ids = try alone.encode(line, number: UInt64(number), options: options).ids
      #expect(found[number].elementsEqual(ids.map(String.init).joined(separator: " ").utf8))
    }
  }

  @Test func `documents in reverse order get the same tokens`() throws {
    let path = "\(SharedData.projectFolder)/vocab/multilingual/tokenizer.json"
    let tokenizer = try Tokenizer(contentsOf: path)
    var options = EncodingOptions()
    options.noise = SegmentationNoise(rate: dropoutRate(0.3))
    let lines = try documents(DocumentReader(paths: languages.map(corpusPath)))
    var forward = TokenizerEncoder(tokenizer)
    let expected = try lines.enumerated().map { number, line in
      try forward.encode(line, number: UInt64(number), options: options).ids
    }
    var backward = TokenizerEncoder(tokenizer)
    for (number, line) in lines.enumerated().reversed() {
      let ids = try backward.encode(line, number: UInt64(number), options: options).ids
      #expect(ids == expected[number])
    }
  }
}

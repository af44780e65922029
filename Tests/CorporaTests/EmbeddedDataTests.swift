import Corpora
import Files
import Foundation
import PreTokenization
import Stories
import TestSupport
import Testing
import Tokenization
import TokenizerFormats
import UnicodeText

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

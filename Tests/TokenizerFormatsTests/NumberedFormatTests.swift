import BytePairEncoding
import Diagnostics
import PreTokenization
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import TokenizerFormats

@Suite("Files that number their tokens: YouTokenToMe, minbpe, GGUF")
struct NumberedFormatTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func refusal(_ file: [UInt8], name: String = "file") throws -> String {
    let path = try folder.put(name, file)
    let error = #expect(throws: InvalidData.self) { try Tokenizer(contentsOf: path) }
    #expect(error?.path == path)
    return error?.description ?? ""
  }

  // MARK: - YouTokenToMe

  private static let yttm = "3 3\n9601 4\n97 5\n98 6\n4 5 7\n7 6 8\n6 6 9\n1 0 2 3\n"

  @Test func `a model of YouTokenToMe`() throws {
    let tokenizer = try Tokenizer(contentsOf: folder.put("any.name", Self.yttm))
    // ▁a, ▁ab, bb; unknown characters are one token.
    #expect(
      try tokenizer.encode(" ab  a\tbb x▁abyzb").map(\.rawValue) == [8, 7, 4, 9, 4, 1, 8, 1, 6]
    )
    #expect(tokenizer.decode([8, 7, 4, 9].map { TokenID($0) }) == Array("ab a bb".utf8))
    #expect(tokenizer.vocabularySize == 10)
    #expect(tokenizer.isSpecial(TokenID(0)) && tokenizer.isSpecial(TokenID(3)))
    var encoder = TokenizerEncoder(tokenizer)
    var options = EncodingOptions()
    options.wantsOffsets = true
    let offsets = try encoder.encode(Array(" ab bx".utf8), options: options).offsets
    #expect(offsets == [1..<3, 4..<4, 4..<5, 5..<6])
    let noise = SegmentationNoise(rate: dropoutRate(1), seed: 1)
    #expect(try tokenizer.encode("ab", noise: noise).map(\.rawValue) == [4, 5, 6])
  }

  @Test(arguments: [
    ("3 3\n9601 4\n97 5\n98 6\n4 5 7\n7 6 8\n6 6 8\n1 0 2 3\n", "the id 8 stands twice"),
    ("3 1\n9601 4\n97 5\n98 6\n4 50 7\n1 0 2 3\n", "50 is the id of no token"),
    ("3 1\n9601 4\n97 5\n55296 6\n4 5 7\n1 0 2 3\n", "no code point"),
    ("3 1\n9601 4\n97 5\n98 99999999\n4 5 7\n1 0 2 3\n", "too large"),
    ("3 1\n9601 4\n97 5\n98 6\n4 5 7\n1 0 1 3\n", "special token"),
    ("2 1\n99 4\n97 5\n4 5 7\n1 0 2 3\n", "the mark of a word"),
    ("2 2\n9601 4\n97 5\n4 5 7\n4 5 8\n1 0 2 3\n", "two rules"),
  ])
  func `malformed models of YouTokenToMe are refused`(file: String, reason: String) throws {
    let message = try refusal(Array(file.utf8))
    #expect(message.contains(reason), "\(message)")
  }

  @Test func `files of numbers that are cut short or promise too much are refused`() throws {
    for length in 0..<Self.yttm.utf8.count - 2 {
      _ = try refusal(Array(Self.yttm.utf8.prefix(length)), name: "cut.yttm")
    }
    _ = try refusal(Array("4000000000 4000000000\n1 2\n".utf8), name: "huge.yttm")
    // Every rule doubles its token.
    let doubling = (0..<60).map { "\($0 + 4) \($0 + 4) \($0 + 5)\n" }.joined()
    let message = try refusal(Array("1 60\n9601 4\n\(doubling)1 0 2 3\n".utf8))
    #expect(message.contains("longer than any learned"), "\(message)")
  }

  // MARK: - minbpe

  /// minbpe's encoding of one piece (base.py), on ids.
  private static func minbpe(_ bytes: [UInt8], _ merges: [[Int]]) -> [UInt32] {
    var ids = bytes.map(Int.init)
    while ids.count > 1 {
      let pairs = Set((1..<ids.count).map { [ids[$0 - 1], ids[$0]] })
      guard let rank = pairs.compactMap({ merges.lastIndex(of: $0) }).min() else { break }
      var merged: [Int] = []
      var index = 0
      while index < ids.count {
        if index + 1 < ids.count, merges[rank] == [ids[index], ids[index + 1]] {
          merged.append(256 + rank)
          index += 2
        } else {
          merged.append(ids[index])
          index += 1
        }
      }
      ids = merged
    }
    return ids.map { UInt32($0) }
  }

  @Test(arguments: 0..<30 as Range<UInt64>)
  func `a model of minbpe encodes as its algorithm, also where tokens are alike`(
    seed: UInt64
  ) throws {
    var text = NastyText(seed: seed)
    var merges: [[Int]] = []
    for rank in 0..<20 {
      let pair = (0...1).map { _ in
        let choice = Int(text.number(below: UInt32(3 + rank)))
        return choice < 3 ? 97 + choice : 256 + choice - 3
      }
      merges.append(merges.contains(pair) ? [97 + rank % 3, 100 + rank] : pair)
    }
    let lines = merges.map { "\($0[0]) \($0[1])\n" }.joined()
    let file = "minbpe v1\n\n1\n<|end|> 500\n\(lines)"
    let tokenizer = try Tokenizer(contentsOf: folder.put("any", file))
    for _ in 0..<60 {
      let word = (0...text.number(below: 12)).map { _ in 97 + UInt8(text.number(below: 3)) }
      let ids = try tokenizer.encode(String(decoding: word, as: UTF8.self)).map(\.rawValue)
      #expect(ids == Self.minbpe(word, merges))
    }
    #expect(tokenizer.id(of: "<|end|>")?.rawValue == 500)
  }

  @Test func `minbpe's patterns cut as its regular expressions find`() throws {
    let file = "minbpe v1\n\\w+\n0\n97 98\n"
    let tokenizer = try Tokenizer(contentsOf: folder.put("any", file))
    #expect(try tokenizer.encode("ab, ab").map(\.rawValue) == [256, 256])
    let known = try Tokenizer(
      contentsOf: folder.put(
        "known",
        "minbpe v1\n'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+\n0\n97 98\n"
      )
    )
    #expect(try known.encode("ab 12345 ab's").map(\.rawValue).count == 1 + 1 + 3 + 2 + 2 + 2)
  }

  @Test(arguments: [
    ("minbpe v1\n\n", "line 1"), ("minbpe v1\n\nx\n", "line 3"),
    ("minbpe v1\n\n2\na 300\n", "line 4"),
    ("minbpe v1\n\n1\na b c\n97 98\n", "line 4"), ("minbpe v1\n\n0\n97\n", "line 4"),
    ("minbpe v1\n\n0\n97 256\n", "256 is the id of no token"),
    ("minbpe v1\n(\n0\n97 98\n", "line 2"),
    ("minbpe v1\n\n1\na 99999999\n97 98\n", "special"),
    ("minbpe v1\n\n1\na 97\n97 98\n", "special"),
  ])
  func `malformed models of minbpe are refused`(file: String, reason: String) throws {
    let message = try refusal(Array(file.utf8))
    #expect(message.contains(reason), "\(message)")
  }

  // MARK: - GGUF

  @Test func `the tokenizer of a GGUF model`() throws {
    let tokenizer = try Tokenizer(contentsOf: folder.put("model", GGUFBuilder.gpt2().bytes))
    #expect(tokenizer.preTokenizer == .gpt2)
    #expect(try tokenizer.encode("ab ab").map(\.rawValue) == [3, 4])
    #expect(tokenizer.isSpecial(TokenID(5)) && !tokenizer.isSpecial(TokenID(6)))
    #expect(try tokenizer.encode("a<user>é").map(\.rawValue) == [0, 6, 7, 8])
    let llama = try Tokenizer(contentsOf: folder.put("3", GGUFBuilder.gpt2(pre: "llama-bpe").bytes))
    #expect(llama.preTokenizer == .llama3)
    #expect((llama.model as? BPEModel)?.ignoresMerges == true)
  }

  @Test func `GGUF's llama is a model of SentencePiece`() throws {
    let tokenizer = try Tokenizer(contentsOf: folder.put("llama", GGUFBuilder.llama().bytes))
    #expect(try tokenizer.encode("ab ab").map(\.rawValue) == [263, 263])
    #expect(try tokenizer.encode("é").map(\.rawValue) == [259, 2 + 0xC3, 2 + 0xA9])
    #expect(tokenizer.isSpecial(TokenID(1)))
    #expect(tokenizer.decode(try tokenizer.encode(" ab  é")) == Array(" ab  é".utf8))
  }

  @Test func `tensors behind the metadata are not read`() throws {
    let path = folder["large"]
    let large = GGUFBuilder.gpt2().bytes + [UInt8](repeating: 7, count: 3 << 20)
    let tokenizer = try Tokenizer(contentsOf: folder.put("large", large))
    #expect(try tokenizer.encode("ab ab").count == 2)
    // A file of 8 GiB, most of it a hole.
    try growFile(path, to: 8 << 30)
    #expect(try Tokenizer(contentsOf: path).digest == tokenizer.digest)
  }

  @Test func `other models and names of GGUF are refused by name`() throws {
    #expect(try refusal(GGUFBuilder.gpt2(model: "llama").bytes).contains("scores"))
    #expect(try refusal(GGUFBuilder.llama(lastType: 9).bytes).contains("type 9"))
    #expect(try refusal(GGUFBuilder.gpt2(model: "bert").bytes).contains("'bert'"))
    #expect(try refusal(GGUFBuilder.gpt2(pre: "new-one").bytes).contains("'new-one'"))
    #expect(try refusal(GGUFBuilder(version: 1).bytes).contains("version 1"))
    let named = try folder.put("named", GGUFBuilder.gpt2(pre: "new-one").bytes)
    #expect(try Tokenizer(contentsOf: named, preTokenizer: .qwen2).preTokenizer == .qwen2)
  }

  @Test func `GGUF that is cut short or promises too much is refused`() throws {
    let whole = GGUFBuilder.gpt2().bytes
    for length in 4..<whole.count { _ = try refusal(Array(whole.prefix(length))) }
    for place in stride(from: 8, to: whole.count, by: 1) {
      var bytes = whole
      bytes[place] = 0xFF
      // Whatever it is, it is read or refused at once.
      _ = try? Tokenizer(contentsOf: folder.put("bent", bytes))
    }
    var deep = GGUFBuilder()
    deep.text("a", "b")
    var bytes = deep.bytes
    bytes[16] = 2
    bytes += [1, 0, 0, 0, 0, 0, 0, 0, 0x61] + [9, 0, 0, 0]
    for _ in 0..<100_000 { bytes += [9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0] }
    #expect(try refusal(bytes).contains("too deep"))
  }
}

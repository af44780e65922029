import BytePairEncoding
import Diagnostics
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import TokenizerFormats

@Suite struct SentencePieceTests {
  private typealias Oracle = SentencePieceOracle

  /// Encodes twice, with and without offsets.
  private func ids(_ tokenizer: Tokenizer, _ text: [UInt8]) throws -> [Int] {
    var encoder = TokenizerEncoder(tokenizer, cacheCapacity: 1 << 12)
    var options = EncodingOptions()
    let plain = try encoder.encode(text).ids
    options.wantsOffsets = true
    let encoded = try encoder.encode(text, options: options)
    #expect(encoded.ids == plain)
    #expect(encoded.offsets.allSatisfy { $0.upperBound <= text.count })
    return plain.map { Int($0) }
  }

  @Test func `random models encode and decode as step by step`() throws {
    var text = NastyText(seed: 321)
    var compared = 0
    for _ in 0..<600 {
      let oracle = SentencePieceSample.model(&text)
      let tokenizer = try Tokenizer(sentencePiece: SentencePieceSample.file(oracle))
      for round in 0..<10 {
        let bytes = round < 8 ? SentencePieceSample.text(&text) : text.next(isValid: false)
        let expected = oracle.ids(bytes)
        #expect(try ids(tokenizer, bytes) == expected)
        compared += expected.count
        let random = (0..<text.number(below: 12)).map { _ in
          Int(text.number(below: UInt32(oracle.pieces.count)))
        }
        for ids in [expected, random] {
          let tokens = ids.map { TokenID($0) }
          let decoded = tokenizer.decode(tokens)
          #expect(decoded == oracle.text(ids))
          var decoder = TokenDecoder(tokenizer)
          let streamed = tokens.map { decoder.push($0) }.joined() + decoder.finish()
          #expect(Array(streamed.utf8) == Array(String(decoding: decoded, as: UTF8.self).utf8))
        }
      }
    }
    #expect(compared > 30_000)
  }

  @Test func `a file of our own says everything`() throws {
    var text = NastyText(seed: 322)
    for _ in 0..<200 {
      let oracle = SentencePieceSample.model(&text)
      let tokenizer = try Tokenizer(sentencePiece: SentencePieceSample.file(oracle))
      let json = try tokenizer.json()
      let read = try Tokenizer(json: json)
      #expect(try read.json() == json)
      #expect(read.digest == tokenizer.digest)
      let file = try tokenizer.sentencePiece()
      let copy = try Tokenizer(sentencePiece: file)
      #expect(try copy.sentencePiece() == file)
      #expect(try copy.json() == json)
      for _ in 0..<8 {
        let bytes = SentencePieceSample.text(&text)
        let expected = oracle.ids(bytes)
        #expect(try ids(read, bytes) == expected)
        #expect(read.decode(expected.map { TokenID($0) }) == oracle.text(expected))
        #expect(try ids(copy, bytes) == expected)
      }
      #expect(tokenizer.foreignParts?.contains("SentencePiece") == true)
    }
  }

  /// A small model to break.
  private var small: Oracle {
    var model = Oracle()
    model.pieces = [
      .init(Array("<unk>".utf8), 0, .unknown), .init(Array("</s>".utf8), 0, .control),
      .init(Array("a".utf8), -2, .normal), .init(Array("b".utf8), -3, .normal),
      .init(Array("ab".utf8), -1, .normal),
    ]
    return model
  }

  @Test(arguments: [(UInt64(1), "Unigram"), (3, "Word"), (4, "Char"), (9, "9")])
  func `other types are refused by name`(kind: UInt64, name: String) {
    let error = #expect(throws: InvalidData.self) {
      try Tokenizer(sentencePiece: SentencePieceSample.file(small, kind: kind))
    }
    #expect(error?.description.contains(name) == true)
  }

  @Test func `what SentencePiece refuses, or encodes in no one way, is refused`() throws {
    func refused(_ reason: String, _ change: (inout Oracle) -> Void) {
      var model = small
      change(&model)
      let error = #expect(throws: InvalidData.self) {
        try Tokenizer(sentencePiece: SentencePieceSample.file(model))
      }
      #expect(error?.description.contains(reason) == true, "\(error?.description ?? reason)")
    }
    refused("twice") { $0.pieces.append(.init(Array("ab".utf8), 0, .normal)) }
    refused("unknown piece was expected") { $0.pieces.removeFirst() }
    refused("second unknown") { $0.pieces.append(.init(Array("<u>".utf8), 0, .unknown)) }
    refused("single character") { $0.pieces.append(.init(Array("c".utf8), 0, .control)) }
    refused("unused") { $0.pieces.append(.init(Array("c".utf8), 0, .unused)) }
    refused("byte_fallback is off") { $0.pieces.append(.init(Array("<0x00>".utf8), 0, .byte)) }
    refused("there are 0") { $0.fallsBackToBytes = true }
    refused("no piece on its own") { $0.pieces.append(.init(Array("ac".utf8), 0, .normal)) }
    refused("finite") { $0.pieces.append(.init(Array("ba".utf8), .nan, .normal)) }
    refused("UTF-8") { $0.pieces.append(.init([0xFF], 0, .normal)) }
    refused("not empty") { $0.pieces.append(.init([], 0, .normal)) }
    refused("zero byte") { $0.pieces.append(.init([0x78, 0], 0, .userDefined)) }
    refused("is no byte") { model in
      model.fallsBackToBytes = true
      for byte in UInt8.min...UInt8.max {
        let piece = byte == 0xAB ? Array("<0xab>".utf8) : Oracle.piece(of: byte)
        model.pieces.append(.init(piece, 0, .byte))
      }
    }
  }

  @Test func `every prefix and every changed byte of a file is read or refused`() throws {
    var model = small
    model.rules = [[0x63]: [0x61]]
    let file = SentencePieceSample.file(model)
    for count in file.indices { _ = try? Tokenizer(sentencePiece: Array(file[..<count])) }
    for index in file.indices where index < 200 || index > file.count - 200 {
      for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF, file[index] ^ 1, file[index] ^ 8] {
        var broken = file
        broken[index] = value
        guard let tokenizer = try? Tokenizer(sentencePiece: broken) else { continue }
        _ = try tokenizer.encode("abc  a")
      }
    }
  }

  @Test func `lengths, groups and long numbers of the wire format are refused with the byte`() {
    for bytes: [UInt8] in [
      [0x0A, 0x05, 0x0A], [0x0B], [0x0C], [0x0F], [0x00, 0x00], [0x08],
      [0x08] + [UInt8](repeating: 0x80, count: 10) + [0],
      [0x08] + [UInt8](repeating: 0xFF, count: 9) + [2],
      [0x0A] + [UInt8](repeating: 0xFF, count: 9) + [1], [0x0D, 1, 2], [0x09, 1],
    ] {
      let error = #expect(throws: InvalidData.self) { try Tokenizer(sentencePiece: bytes) }
      #expect(error?.place?.contains("byte") == true, "\(bytes)")
    }
  }

  @Test func `real models give the ids of the package sentencepiece`() throws {
    guard let path = SharedData.path("vocabs/mistral/tokenizer.model.v1") else { return }
    let tokenizer = try Tokenizer(contentsOf: path)
    // sentencepiece 0.2.3.
    let expected: [String: [UInt32]] = [
      "Hello  world ▁x": [22557, 28705, 1526, 28705, 1318], "": [],
      "   a  b ": [2287, 264, 28705, 287, 28705],
      "</s>[INST]": [1867, 28713, 28767, 28792, 16289, 28793],
    ]
    for (text, ids) in expected { #expect(try tokenizer.encode(text).map(\.rawValue) == ids) }
    let copy = try Tokenizer(sentencePiece: try tokenizer.sentencePiece())
    #expect(copy.digest == tokenizer.digest)
    let unigram = try #require(SharedData.path("vocabs/sentencepiece/test_model.model"))
    let error = #expect(throws: InvalidData.self) { try Tokenizer(contentsOf: unigram) }
    #expect(error?.description.contains("Unigram") == true)
  }
}

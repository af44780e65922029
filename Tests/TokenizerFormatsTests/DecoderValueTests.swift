import BytePairEncoding
import Diagnostics
import JSONText
import Testing
import Tokenization
import TokenizerFormats

@Suite struct DecoderValueTests {
  private static func tokenizer(
    _ decoder: String,
    preTokenizer: String = "null",
    vocabulary: String = #"{"<unk>":0,"▁":1,"a":2,"b":3,"▁a":4,"▁b":5}"#,
    merges: String = #"[["▁","a"],["▁","b"]]"#,
    added: String = "[]"
  ) throws -> Tokenizer {
    try Tokenizer(
      json: Array(
        """
        {"added_tokens": \(added), "pre_tokenizer": \(preTokenizer), "decoder": \(decoder),
        "model": {"type": "BPE", "unk_token": "<unk>", "vocab": \(vocabulary), "merges": \(merges)}}
        """.utf8
      )
    )
  }

  private static func text(_ value: JSONValue?) -> String {
    var bytes: [UInt8] = []
    value?.write(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `text is that of Hugging Face tokenizers, at once and streamed`() throws {
    let file = try JSONParser.parse(Array(DecoderReference.file.utf8))
    guard case .array(let cases)? = file["cases"] else { throw InvalidData("no cases") }
    var count = 0
    for value in cases {
      let decoder = Self.text(value["decoder"])
      let tokenizer = try Self.tokenizer(
        decoder,
        vocabulary: Self.text(file["vocab"]),
        merges: Self.text(file["merges"]),
        added: Self.text(file["added_tokens"])
      )
      let copy = try Tokenizer(json: tokenizer.json())
      #expect(try copy.json() == tokenizer.json())
      #expect(copy.decoder == tokenizer.decoder)
      guard case .array(let answers)? = value["answers"] else { throw InvalidData("no answers") }
      for answer in answers {
        guard case .array(let parts) = answer, case .array(let numbers) = parts[0] else { continue }
        let ids = numbers.compactMap { $0.integer(below: 1000) }.map { TokenID($0) }
        let decoded = String(decoding: tokenizer.decode(ids), as: UTF8.self)
        #expect(decoded == parts[1].text, "\(decoder)")
        var streaming = TokenDecoder(tokenizer)
        let streamed = ids.reduce(into: "") { $0 += streaming.push($1) } + streaming.finish()
        #expect(streamed == decoded, "\(decoder)")
        count += 1
      }
    }
    #expect(cases.count >= 40 && count >= 100)
  }

  private static let replace =
    #"{"type":"Replace","pattern":{"String":"▁"},"content":" "}"#
  private static let fuse = #"{"type":"Fuse"}"#

  @Test(arguments: [
    ("null", [replace, #"{"type":"ByteFallback"}"#, fuse], " a ba"),
    (
      #"{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false}"#,
      [replace, #"{"type":"ByteFallback"}"#, fuse], " a ba"
    ),
    (
      #"{"type":"Metaspace","replacement":"▁","prepend_scheme":"never"}"#,
      [replace, fuse, #"{"type":"Strip","content":" ","start":1,"stop":0}"#], "a ba"
    ),
    (
      #"{"type":"WhitespaceSplit"}"#,
      [###"{"type":"WordPiece","prefix":"##","cleanup":false}"###], "▁a ▁b a"
    ),
    ("null", [#"{"type":"Replace","pattern":{"String":"▁"},"content":"_"}"#], "_a_ba"),
  ])
  func `the decoder rules, whatever the pre-tokeniser`(
    preTokenizer: String,
    decoders: [String],
    expected: String
  ) throws {
    let decoder =
      #"{"type":"Sequence","decoders":[\#(decoders.joined(separator: ","))]}"#
    let tokenizer = try Self.tokenizer(decoder, preTokenizer: preTokenizer)
    let ids = [4, 5, 2].map { TokenID($0 as UInt32) }
    #expect(String(decoding: tokenizer.decode(ids), as: UTF8.self) == expected)
  }

  @Test func `fused text is streamed where only its ends are stripped`() throws {
    let strip = #"{"type":"Strip","content":" ","start":1,"stop":0}"#
    let tokenizer = try Self.tokenizer(
      #"{"type":"Sequence","decoders":[\#(Self.replace),\#(Self.fuse),\#(strip)]}"#
    )
    var decoder = TokenDecoder(tokenizer)
    #expect([4, 5, 2].map { decoder.push(TokenID($0 as UInt32)) } == ["a", " b", "a"])
    #expect(decoder.finish().isEmpty)
  }

  @Test(arguments: [
    (#"{"type":"Whatever"}"#, "the type 'Whatever' is not supported"),
    (#"{"type":"Sequence"}"#, "an array of 'decoders' was expected"),
    (#"{"type":"Strip","content":"ab","start":0,"stop":0}"#, "a 'content' of one character"),
    (#"{"type":"Replace","pattern":{"Regex":"("},"content":""}"#, "the pattern '(' is malformed"),
    (#"{"type":"Replace","pattern":{"String":"a"}}"#, "a 'content' was expected"),
  ])
  func `what is no decoder is refused`(decoder: String, message: String) throws {
    let error = #expect(throws: InvalidData.self) { try Self.tokenizer(decoder) }
    #expect(error?.description.contains("decoder: ") == true)
    #expect(error?.description.contains(message) == true)
  }
}

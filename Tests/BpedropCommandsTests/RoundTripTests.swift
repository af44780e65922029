import Testing

@Suite("decode: the text comes back")
struct RoundTripTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace.withTokenizers() }

  private func roundTrip(
    _ text: [UInt8],
    _ tokenizer: String,
    _ arguments: [String] = []
  ) throws -> [UInt8] {
    let encoded = try workspace.run(["encode", "-m", tokenizer] + arguments, input: text)
    #expect(encoded.status == 0, "\(encoded.errors)")
    return try workspace.succeed("decode -m \(tokenizer)", input: encoded.output).output
  }

  @Test("the corpora, of many scripts, plain and under dropout", arguments: Samples.corpora)
  func corpora(name: String) throws {
    let text = try Samples.text(name)
    #expect(text.count > 1000)
    #expect(try roundTrip(text, "world.json") == text)
    #expect(try roundTrip(text, "world.json", ["--dropout", "0.5"]) == text)
    #expect(try roundTrip(text, "world.json", ["--dropout", "1"]) == text)
  }

  @Test("there are corpora to come back")
  func corporaExist() { #expect(Samples.corpora.count >= 21) }

  @Test("bytes that are not UTF-8, carriage returns and zero bytes")
  func anyBytes() throws {
    let bytes = (UInt8.min...UInt8.max).filter { $0 != 0x0A }
    let text: [UInt8] =
      bytes + [0x0A] + bytes.reversed() + [0x0A, 0xE2, 0x82, 0x0A, 0xC3, 0x0D, 0x0A, 0, 0, 0x0A]
    #expect(try roundTrip(text, "world.json") == text)
    #expect(try roundTrip(text, "world.json", ["--dropout", "0.5"]) == text)
  }

  @Test("bytes that are not UTF-8 pass through a normaliser")
  func normalizedBytes() throws {
    try workspace.succeed("train -o nfc.json --vocab-size 257", input: Array("a\n".utf8))
    let text = Array("caf".utf8) + [0xC3, 0x28, 0xFF] + Array("e\u{301}\n".utf8)
    let expected = Array("caf".utf8) + [0xC3, 0x28, 0xFF] + Array("\u{E9}\n".utf8)
    #expect(try roundTrip(text, "nfc.json") == expected)
  }

  @Test("words are joined by spaces, characters by nothing")
  func units() throws {
    let text = Array("слово  за словом\n".utf8)
    for model in ["word", "char"] {
      try workspace.succeed("train -o \(model).json --model \(model)", input: text)
    }
    #expect(try roundTrip(text, "char.json") == text)
    #expect(try roundTrip(text, "word.json") == Array("слово за словом\n".utf8))
  }

  @Test("special tokens are shown or left out; white space between ids is free")
  func specialTokens() throws {
    let ids = Array("257\t0  258\r\n\n 0\n257".utf8)
    let shown = try workspace.succeed("decode -m toy.json", input: ids)
    #expect(shown.text == "aa<|endoftext|> aa\n\n<|endoftext|>\naa\n")
    let hidden = try workspace.succeed("decode -m toy.json --skip-special", input: ids)
    #expect(hidden.text == "aa aa\n\n\naa\n")
    try workspace.write("ids", ids)
    try workspace.succeed("decode -m toy.json -o text ids")
    #expect(try workspace.read("text") == shown.output)
  }
}

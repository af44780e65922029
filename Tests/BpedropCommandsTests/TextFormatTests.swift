import Foundation
import Testing

@Suite("encode: lines of text")
struct TextFormatTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace.withTokenizers() }

  private func encode(_ text: String, _ arguments: String...) throws -> String {
    let result = try workspace.run(
      ["encode", "-m", "toy.json"] + arguments,
      input: Array(text.utf8)
    )
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors == "")
    return result.text
  }

  private func objects(_ text: String, _ arguments: [String]) throws -> [[String: Any]] {
    let command = ["encode", "-m", "world.json", "--format", "jsonl"] + arguments
    return try workspace.run(command, input: Array(text.utf8)).lines.map { try jsonObject($0.utf8) }
  }

  @Test("ids and pieces: a line for each document, empty ones included")
  func lines() throws {
    #expect(try encode("aa aa\n\naa") == "257 258\n\n257\n")
    #expect(try encode("aa aa\n\naa", "--format", "pieces") == "aa Ġaa\n\naa\n")
    #expect(try encode("") == "")
    #expect(try encode("", "--document", "file") == "\n")
  }

  @Test("a whole file as a document, the line feed kept, a token behind each document")
  func documents() throws {
    #expect(try encode("aa\naa\n", "--format", "pieces", "--newline", "keep") == "aa Ċ\naa Ċ\n")
    let whole = try encode("aa\naa\n", "--format", "pieces", "--document", "file")
    #expect(whole == "aa Ċ aa Ċ\n")
    #expect(try encode("aa\n\n", "--append", "<|endoftext|>") == "257 0\n0\n")
  }

  @Test("special tokens are found in the text only where that is allowed")
  func specialTokens() throws {
    #expect(try encode("aa<|endoftext|>", "--allow-special") == "257 0\n")
    let ids = try encode("aa<|endoftext|>").split(whereSeparator: \.isWhitespace)
    #expect(ids.first == "257")
    #expect(ids.count == 14 && !ids.contains("0"))
  }

  @Test("standard input by -, by no name and by a pipe, and a file in place of standard output")
  func streams() throws {
    let text = try Samples.text("thai")
    try workspace.write("text", text)
    let expected = try workspace.succeed("encode -m world.json text").output
    #expect(idLines(expected).count == text.count { $0 == 0x0A })
    #expect(try workspace.succeed("encode -m world.json -", input: text).output == expected)
    #expect(try workspace.succeed("encode -m world.json", input: text).output == expected)
    let piped = try workspace.shell("cat text | bpedrop encode -m world.json")
    #expect(piped.status == 0 && piped.output == expected)
    let result = try workspace.succeed("encode -m world.json -o ids text")
    #expect(result.output.isEmpty)
    #expect(try workspace.read("ids") == expected)
  }

  @Test("a named pipe is opened once, so that nothing of it is lost")
  func namedPipe() throws {
    // Were it opened a second time, it would meet the empty writer, and the output would be empty.
    // Other signals may be blocked: a process has the mask of the thread that starts it.
    let line = """
      mkfifo pipe
      (trap '' PIPE; echo 'aa aa' > pipe; : > pipe) & bpedrop encode -m toy.json pipe
      status=$?; kill -KILL $! 2> /dev/null; exit $status
      """
    let result = try workspace.shell(line)
    #expect(result.status == 0)
    #expect(result.text == "257 258\n")
  }

  @Test("jsonl: the ids and strings of the other formats")
  func jsonLines() throws {
    let text = "It's a \"test\"\\ \u{1}\n\nснег и 雪\n"
    let objects = try objects(text, [])
    let ids = try workspace.run("encode -m world.json", input: Array(text.utf8)).output
    let pieces = try workspace.run("encode -m world.json --format pieces", input: Array(text.utf8))
    #expect(objects.map { Set($0.keys) } == Array(repeating: ["ids", "tokens"], count: 3))
    #expect(objects.map { $0["ids"] as? [Int] } == idLines(ids))
    let lines = pieces.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    let tokens = lines.map { $0.split(separator: " ").map(String.init) }
    #expect(objects.map { $0["tokens"] as? [String] } == tokens)
    #expect(tokens.count == 3 && tokens[1].isEmpty && tokens[2].count > 3)
  }

  @Test("offsets in bytes and in characters, and the words of the tokens")
  func offsets() throws {
    func first(_ unit: String) throws -> [String: Any] {
      let text = Array("é b".utf8)
      let result = try workspace.succeed(
        "encode -m toy.json --format jsonl --offsets \(unit)",
        input: text
      )
      return try jsonObject(result.output)
    }
    let bytes = try first("bytes")
    #expect(Set(bytes.keys) == ["ids", "tokens", "offsets", "word_ids"])
    #expect(bytes["tokens"] as? [String] == ["Ã", "©", "Ġ", "b"])
    #expect(bytes["offsets"] as? [[Int]] == [[0, 1], [1, 2], [2, 3], [3, 4]])
    #expect(bytes["word_ids"] as? [Int] == [0, 0, 1, 1])
    #expect(try first("chars")["offsets"] as? [[Int]] == [[0, 1], [0, 1], [1, 2], [2, 3]])
  }

  @Test("byte offsets tile every document, under dropout too", arguments: ["0", "0.4"])
  func tiling(dropout: String) throws {
    let text = String(decoding: try Samples.text("forms"), as: UTF8.self)
    let objects = try objects(text, ["--offsets", "bytes", "--dropout", dropout])
    let documents = text.split(separator: "\n")
    try #require(objects.count == documents.count)
    for (object, document) in zip(objects, documents) {
      let offsets = try #require(object["offsets"] as? [[Int]])
      #expect(offsets.first?[0] == 0)
      #expect(offsets.last?[1] == document.utf8.count)
      #expect(zip(offsets, offsets.dropFirst()).allSatisfy { $0[1] == $1[0] && $0[0] < $0[1] })
    }
  }

  @Test("offsets are those of the original text where it is normalised")
  func normalizedOffsets() throws {
    try workspace.succeed("train -o nfc.json --vocab-size 257", input: Array("a\n".utf8))
    // e and an acute become one character of two bytes.
    let result = try workspace.succeed(
      "encode -m nfc.json --format jsonl --offsets bytes",
      input: Array("e\u{301}x".utf8)
    )
    let object = try jsonObject(result.output)
    #expect(object["tokens"] as? [String] == ["Ã", "©", "x"])
    #expect((object["offsets"] as? [[Int]])?.last == [3, 4])
    #expect((object["offsets"] as? [[Int]])?.first?[0] == 0)
  }
}

import Testing

@Suite("A tokenizer file of any bytes ends in an answer or an error")
struct TokenizerFileErrorTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write("text", "aa\n")
  }

  private static let commands = [
    ["encode", "-m", "bad.json", "-o", "out", "text"], ["decode", "-m", "bad.json", "-o", "out"],
    ["inspect", "-m", "bad.json", "aa"], ["compare", "bad.json", "bad.json", "text"],
    ["bench", "encode", "-m", "bad.json", "text"],
  ]

  private func expectRefusal(_ file: some Sequence<UInt8>, _ message: String = "") throws {
    try workspace.write("bad.json", file)
    let result = try workspace.fail(65, message, Self.commands[0])
    #expect(result.errors.hasPrefix("bpedrop: bad.json: "), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
  }

  /// A byte-level BPE file with parts of one's own.
  private static func file(
    vocabulary: String = #""a": 0, "b": 1, "ab": 2"#,
    merges: String = #"["a", "b"]"#,
    model: String = "",
    preTokenizer: String = #"{"type": "ByteLevel"}"#,
    other: String = ""
  ) -> String {
    "{\(other)\"pre_tokenizer\": \(preTokenizer), \"model\": {\"type\": \"BPE\", "
      + "\(model)\"vocab\": {\(vocabulary)}, \"merges\": [\(merges)]}}"
  }

  private static func nested(_ depth: Int) -> String {
    let value = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    return file(other: "\"notes\": \(value), ")
  }

  @Test("what the cases below differ from is accepted")
  func goodFile() throws {
    try workspace.write("good.json", Self.file(model: #""unk_token": "b", "#))
    let text = Array("ab\n".utf8)
    #expect(try workspace.succeed("encode -m good.json", input: text).text == "2\n")
    // As deep as is read, in a member that nobody knows.
    try workspace.write("deep.json", Self.nested(60))
    let deep = try workspace.run("encode -m deep.json", input: text)
    #expect(deep.status == 0 && deep.text == "2\n")
  }

  @Test("a file that is cut short")
  func truncated() throws {
    let file = try Samples.toyTokenizer()
    // The last two bytes are the closing brace and a line feed.
    for part in 0..<50 { try expectRefusal(file.prefix(part * (file.count - 2) / 50)) }
    try expectRefusal(file.dropLast(2), "found the end of the file where")
  }

  @Test("a file with a byte changed never crashes")
  func mutated() throws {
    let file = try Samples.toyTokenizer()
    var refused = 0
    for number in 0..<60 {
      var bytes = file
      bytes[number * 7919 % file.count] = [0x00, 0x22, 0x39, 0x7B, 0xFF][number % 5]
      try workspace.write("bad.json", bytes)
      let result = try workspace.run("encode -m bad.json text")
      #expect(result.status == 0 || result.status == 65, "\(number): \(result.errors)")
      if result.status == 65 {
        #expect(result.errors.hasPrefix("bpedrop: bad.json: "))
        refused += 1
      }
    }
    #expect(refused >= 30)
  }

  @Test("every verb refuses it, with the file's name", arguments: commands)
  func verbs(command: [String]) throws {
    try workspace.write("bad.json", "{\"model\": ")
    let message = "bpedrop: bad.json: line 1, byte 10: found the end of the file where a value"
    try workspace.fail(65, message, command)
  }

  @Test(
    "no JSON, or none of an object",
    arguments: [
      "", " ", "[]", "null", "7", "\"model\"", "{}", "{} {}", "{\"a\": 1,}", "{'model': 1}", "\0",
      "{\"model\": tru", "{\"model\": 1e}", "{\"a\": \"\\x\"}", "{\"a\": \"\\u12\"}",
      "{\"a\": \"\n\"}", "{\"model\": 7}", "{\"model\": []}", "{\"model\": {}}", "// model",
      "\u{FEFF}{}",
    ]
  )
  func malformed(text: String) throws { try expectRefusal(text.utf8) }

  @Test("values nested too deep", arguments: [65, 1000, 1_000_000])
  func nesting(depth: Int) throws {
    try expectRefusal(Self.nested(depth).utf8, "nested more than 64 deep")
    try expectRefusal(String(repeating: "{\"a\":", count: depth).utf8, "nested more than 64 deep")
  }

  @Test(
    "zero bytes and bytes that are not UTF-8",
    arguments: [[0x00], [0xFF], [0xED, 0xA0, 0x80]]
  )
  func foreignBytes(bytes: [UInt8]) throws {
    let file = Array(Self.file().utf8)
    try expectRefusal(bytes + file)
    try expectRefusal(file + bytes)
    let middle = try #require(file.firstIndex(of: UInt8(ascii: "B")))
    try expectRefusal(file[..<middle] + bytes + file[middle...])
  }

  @Test(
    "halves of surrogate pairs",
    arguments: [#"\ud800"#, #"\udc00"#, #"\ud800\ud800"#, #"\ud800x"#, #"\ud83d\u0041"#]
  )
  func surrogates(escape: String) throws {
    let vocabulary = "\"\(escape)\": 0, \"a\": 1"
    try expectRefusal(Self.file(vocabulary: vocabulary, merges: "").utf8)
  }

  @Test(
    "ids that are none",
    arguments: [
      "-1", "0.5", "67108864", "1e300", "1e999", "18446744073709551616", "\"0\"", "null", "true",
      "[0]", "NaN", "200000",
    ]
  )
  func ids(id: String) throws {
    try expectRefusal(Self.file(vocabulary: "\"a\": 0, \"b\": \(id)", merges: "").utf8)
    let added = "\"added_tokens\": [{\"id\": \(id), \"content\": \"x\"}], "
    if id != "200000" { try expectRefusal(Self.file(other: added).utf8) }
  }

  @Test(
    "tokens that stand twice",
    arguments: [#""a": 0, "a": 1"#, #""a": 0, "b": 0"#, #""a": 0, "\u0061": 1"#]
  )
  func duplicates(vocabulary: String) throws {
    try expectRefusal(Self.file(vocabulary: vocabulary, merges: "").utf8, "stands twice")
  }

  @Test(
    "merges that do not fit the vocabulary",
    arguments: [
      (#"["a", "x"]"#, "model.merges[0]: 'x' is not in the vocabulary"),
      (#"["x", "a"]"#, "model.merges[0]: 'x' is not in the vocabulary"),
      (#"["a", "b"], ["b", "a"]"#, "model.merges[1]: 'ba' is not in the vocabulary"),
      (#"["a"]"#, "model.merges[0]: two tokens were expected"),
      (#"["a", "b", "ab"]"#, "two tokens were expected"), (#""ab""#, "two tokens were expected"),
      (#""a b c""#, "two tokens were expected"), ("7", "two tokens were expected"),
      (#"["a", 1]"#, "two tokens were expected"), ("null", "two tokens were expected"),
    ]
  )
  func merges(rules: String, message: String) throws {
    try expectRefusal(Self.file(merges: rules).utf8, message)
  }
}

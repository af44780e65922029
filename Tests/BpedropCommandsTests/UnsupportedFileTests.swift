import Testing

@Suite("A tokenizer file that asks for what is not supported is refused by name")
struct UnsupportedFileTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write("text", "aa\n")
  }

  private func expectRefusal(_ file: String, _ message: String) throws {
    try workspace.write("bad.json", file)
    let command = ["encode", "-m", "bad.json", "-o", "out", "text"]
    let result = try workspace.fail(65, message, command)
    #expect(result.errors.hasPrefix("bpedrop: bad.json: "), "\(result.errors)")
  }

  /// A file of which one part is replaced.
  private func file(_ part: String, _ value: String) -> String {
    var parts = [
      "pre_tokenizer": #"{"type": "ByteLevel"}"#,
      "model": #"{"type": "BPE", "vocab": {"a": 0}, "merges": []}"#,
    ]
    parts[part] = value
    return
      "{\(parts.sorted { $0.key < $1.key }.map { "\"\($0)\": \($1)" }.joined(separator: ", "))}"
  }

  @Test(
    "parts",
    arguments: [
      ("model", #"{"type": "Unigram", "vocab": [["a", -1.5]]}"#, "'Unigram'"),
      ("model", #"{"type": "WordPiece", "vocab": {"a": 0}}"#, "'WordPiece'"),
      ("normalizer", #"{"type": "Precompiled", "precompiled_charsmap": ""}"#, "charsmap"),
      ("normalizer", #"{"type": "Sequence", "normalizers": [{"type": "Magic"}]}"#, "'Magic'"),
      ("pre_tokenizer", #"{"type": "FixedLength", "length": 0}"#, "'length'"),
      ("pre_tokenizer", #"{"type": "Split", "pattern": {"Regex": "("}}"#, "malformed"),
      ("post_processor", #"{"type": "Magic"}"#, "'Magic'"),
      ("post_processor", #"{"type": "BertProcessing"}"#, "post_processor.cls"),
      ("added_tokens", #"[{"id": 1, "content": "x", "lstrip": 1}]"#, "lstrip"),
    ]
  )
  func parts(part: String, value: String, message: String) throws {
    try expectRefusal(file(part, value), message)
  }

  @Test(
    "settings of the model",
    arguments: ["continuing_subword_prefix", "end_of_word_suffix", "byte_fallback", "unk_token"]
  )
  func settings(key: String) throws {
    for value in ["[]", "5", key == "byte_fallback" ? "\"##\"" : "true"] {
      let model = "{\"type\": \"BPE\", \"\(key)\": \(value), \"vocab\": {\"a\": 0}, \"merges\": []}"
      try expectRefusal(file("model", model), "model.\(key)")
    }
  }

  @Test(
    "parts of the wrong type",
    arguments: [
      ("added_tokens", "5"), ("added_tokens", "{}"), ("added_tokens", "[5]"),
      ("added_tokens", #"[{"id": 1}]"#), ("added_tokens", #"[{"id": 1, "content": ""}]"#),
      ("added_tokens", #"[{"id": 1, "content": 7}]"#), ("normalizer", "5"),
      ("normalizer", #""NFC""#), ("normalizer", "[]"), ("normalizer", #"{"type": 5}"#),
      ("normalizer", #"{"type": "Sequence", "normalizers": 5}"#), ("pre_tokenizer", "5"),
      ("pre_tokenizer", #"{"type": "Sequence", "pretokenizers": {}}"#),
      ("pre_tokenizer", #"[{"type": "ByteLevel"}]"#), ("post_processor", "true"),
      ("post_processor", "[]"), ("padding", "{}"), ("truncation", "{}"), ("model", "null"),
      ("model", #""BPE""#), ("model", #"{"type": 5}"#),
      ("model", #"{"type": "BPE"}"#), ("model", #"{"type": "BPE", "vocab": [], "merges": []}"#),
      ("model", #"{"type": "BPE", "vocab": "a", "merges": []}"#),
      ("model", #"{"type": "BPE", "vocab": {"a": 0}, "merges": {}}"#),
      ("model", #"{"type": "BPE", "vocab": {"a": 0}, "merges": "a a"}"#),
      ("model", #"{"type": "WordLevel", "vocab": ["a"]}"#),
    ]
  )
  func types(part: String, value: String) throws { try expectRefusal(file(part, value), "") }

  @Test("dropout in a file is not obeyed")
  func dropoutInFile() throws {
    let file = String(decoding: try Samples.toyTokenizer(), as: UTF8.self)
    let changed = file.replacing("\"dropout\": null", with: "\"dropout\": 1.0")
    #expect(changed != file)
    try workspace.write("bad.json", changed)
    let result = try workspace.run("encode -m bad.json text")
    #expect(result.status == 0 && result.text == "257\n")
    #expect(result.errors.contains("warning: model.dropout is set in the file and not obeyed"))
  }
}

import Testing

@Suite("Inputs that are no text of documents: too long, cut, closed, of another encoding")
struct InputLimitTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace.withTokenizers()
    try workspace.write("old", "old\n")
  }

  /// Commands that read a text from standard input.
  private static let readers = [
    "encode -m toy.json", "encode -m toy.json --document file", "count", "train -o out.json",
    "decode -m toy.json",
  ]

  /// The megabyte that is too much comes as one line.
  @Test(
    "a line beyond the limit is refused with its place",
    arguments: [
      "encode -m toy.json -o old", "encode -m toy.json --document file -o old", "count -o old",
      "train -o old", "encode -m toy.json --document block -o old",
    ]
  )
  func tooLong(command: String) throws {
    let line = [UInt8](repeating: 0x61, count: 1 << 20)
    try workspace.write("text", Array("aa\n\n".utf8) + line + Array("b\n".utf8))
    let place = command.contains("file") ? "byte 0" : "byte 4"
    let message =
      "bpedrop: text: \(place): found a document of more than 1048576 bytes, the most that is accepted\n"
    let words = command.split(separator: " ").map(String.init)
    try workspace.fail(65, message, words + ["--max-document", "1", "text"])
  }

  @Test(
    "an endless device is refused in bounded memory",
    arguments: [
      "encode -m toy.json --max-document 16 /dev/zero", "count --max-document 16 /dev/zero",
      "encode -m toy.json --document file --max-document 16 /dev/zero",
      "train -o out.json --max-document 16 /dev/zero", "encode -m /dev/zero old",
    ]
  )
  func endless(command: String) throws {
    let result = try workspace.shell("ulimit -v 1500000; bpedrop \(command)")
    #expect(result.status == (command.contains("-m /dev") ? 74 : 65), "\(result.errors)")
    #expect(result.errors.contains("/dev/zero"), "\(result.errors)")
  }

  @Test("a closed standard input cannot be read", arguments: readers)
  func closed(command: String) throws {
    let result = try workspace.shell("bpedrop \(command) <&-")
    #expect(result.status == 74, "\(command)")
    #expect(result.errors == "bpedrop: cannot read -: Bad file descriptor\n")
  }

  @Test("an output beyond the limit of the process")
  func largestOutput() throws {
    let line = "ulimit -f 1; bpedrop encode -m toy.json -o old"
    let text = Array(String(repeating: "aa\n", count: 20_000).utf8)
    let result = try workspace.shell(line, input: text)
    #expect(result.status == 74)
    #expect(result.errors == "bpedrop: cannot write old: File too large\n")
    #expect(try workspace.read("old") == Array("old\n".utf8))
  }

  @Test("text in UTF-16 or UTF-32 is refused with the line that converts it")
  func otherEncodings() throws {
    for (mark, name) in [
      ([0xFF, 0xFE], "UTF-16LE"), ([0xFE, 0xFF], "UTF-16BE"),
      ([0xFF, 0xFE, 0, 0], "UTF-32LE"), ([0, 0, 0xFE, 0xFF], "UTF-32BE"),
    ] as [([UInt8], String)] {
      try workspace.write("text", mark + [0x61, 0x62, 0x63, 0x64])
      let message =
        "bpedrop: text: byte 0: found the byte order mark of \(name) where UTF-8 was expected; "
        + "convert the text first: iconv -f \(name.dropLast(2)) -t UTF-8 text > NEW\n"
      try workspace.fail(65, message, ["count", "-o", "old", "text"])
      try workspace.fail(65, message, ["encode", "-m", "toy.json", "text"])
    }
  }

  @Test("a byte order mark of UTF-8 is text, which is said, or left out")
  func ownMark() throws {
    try workspace.write("text", "\u{FEFF}aa\n")
    try workspace.write("plain", "aa\n")
    let kept = try workspace.run("encode -m toy.json text plain")
    #expect(kept.status == 0)
    #expect(
      kept.errors
        == "bpedrop: text begins with a byte order mark (U+FEFF), which counts as text; "
        + "--strip-bom leaves it out\n"
    )
    let stripped = try workspace.succeed("encode -m toy.json --strip-bom text plain")
    #expect(stripped.text == (try workspace.succeed("encode -m toy.json plain plain").text))
    #expect(stripped.text != kept.text)
    // Bytes count from the front of the file.
    try workspace.write("bad", Array("\u{FEFF}aé\nb".utf8) + [0xC3, 0x28, 0x0A])
    let message = "bpedrop: bad: byte 8: found the byte 0xc3 where UTF-8 was expected\n"
    try workspace.fail(65, message, ["count", "--strip-bom", "--strict", "bad"])
  }
}

import Testing

@Suite("Output that fails: the exit code says how, and nothing half-written is left")
struct OutputErrorTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace.withTokenizers()
    try workspace.write("text", "aa aa\n")
    try workspace.write("ids", "257\n")
    try workspace.makeFolder("folder")
  }

  /// Commands that write to OUT.
  private static let writers = [
    "train -o OUT text", "train --model char -o OUT text", "encode -m toy.json -o OUT text",
    "encode -m toy.json --format npy -o OUT text", "encode -m toy.json --format llmc -o OUT text",
    "decode -m toy.json -o OUT ids", "count -o OUT text", "corpus stories --bytes 200000 -o OUT",
  ]

  /// Commands that write to standard output.
  private static let printers = [
    "encode -m toy.json text", "encode -m toy.json --format jsonl text", "decode -m toy.json ids",
    "count text", "corpus stories --bytes 200000", "inspect -m toy.json aa",
    "inspect -m world.json --vocabulary", "compare toy.json toy.json text",
    "bench encode -m toy.json --json text", "bench train --vocab-size 257 text",
  ]

  private func words(_ command: String, _ output: String) -> [String] {
    command.split(separator: " ").map { $0 == "OUT" ? output : String($0) }
  }

  @Test("a place where nothing can be created", arguments: writers)
  func uncreatable(command: String) throws {
    let places = [
      ("folder", "Is a directory"), ("text/out", "Not a directory"),
      ("none/out", "No such file or directory"),
    ]
    for (place, reason) in places {
      let message = "bpedrop: cannot create \(place): \(reason)\n"
      try workspace.fail(73, message, words(command, place))
    }
  }

  @Test("a pair of files of which the second cannot be created")
  func uncreatablePair() throws {
    try workspace.makeFolder("out.idx")
    try workspace.makeFolder("out.offsets.npy")
    for (format, name) in [("megatron", "out.idx"), ("npy", "out.offsets.npy")] {
      let command = ["encode", "-m", "toy.json", "--format", format, "-o", "out", "text"]
      try workspace.fail(73, "cannot create \(name): Is a directory", command)
    }
  }

  @Test("a full disk as a file", arguments: writers)
  func fullDisk(command: String) throws {
    // Of a pair of files the second would be created in /dev.
    guard !command.contains("npy") else { return }
    let message = "bpedrop: cannot write /dev/full: No space left on device\n"
    try workspace.fail(74, message, words(command, "/dev/full"))
  }

  @Test("a full disk behind standard output", arguments: printers)
  func fullStandardOutput(command: String) throws {
    let result = try workspace.shell("bpedrop \(command) > /dev/full")
    #expect(result.status == 74)
    #expect(result.errors == "bpedrop: cannot write -: No space left on device\n")
  }

  @Test("more than is buffered, printed to a full disk")
  func muchPrinted() throws {
    let line = "bpedrop inspect -m world.json \"$(cat \(Samples.path("english")))\" > /dev/full"
    #expect(try workspace.shell(line).status == 74)
  }

  @Test("a reader that goes away ends the writer quietly")
  func closedPipe() throws {
    try workspace.write("big", Samples.longText())
    let commands = [
      "encode -m world.json big", "encode -m world.json --threads 4 --format jsonl big",
      "encode -m world.json big | bpedrop decode -m world.json", "count big",
      "corpus stories --bytes 3000000",
      "inspect -m world.json --dropout 0.1 \"$(head -c 9000 big)\"",
    ]
    for command in commands {
      let line = "bpedrop \(command) | head -1; echo \"${PIPESTATUS[*]}\" >&2"
      let result = try workspace.shell(line)
      // Nothing but the codes of the commands of the pipe, which are all 0.
      #expect(result.errors.wholeMatch(of: /0( 0)+\n/) != nil, "\(command): \(result.errors)")
      #expect(result.lines.count == 1)
    }
  }

  @Test("what stood there stays where the input fails, early or late")
  func oldContent() throws {
    let text = try Samples.longText()
    try workspace.write("late", text + [0xFF])
    for name in ["out", "out.offsets.npy", "out.bin", "out.idx"] {
      try workspace.write(name, "old \(name)")
    }
    let formats = ["ids", "pieces", "jsonl", "npy", "llmc", "nanogpt", "megatron"]
    for format in formats {
      let command = ["encode", "-m", "toy.json", "--format", format, "-o", "out", "--strict"]
      try workspace.fail(65, "late: byte \(text.count): found the byte 0xff", command + ["late"])
      try workspace.fail(66, "cannot open none", command + ["late", "none"])
    }
    for verb in ["train", "count"] {
      try workspace.fail(65, "late: byte \(text.count)", [verb, "-o", "out", "--strict", "late"])
    }
    let ids = Array(repeating: "257 258\n", count: 50_000).joined()
    try workspace.write("ids", ids + "259\n")
    try workspace.fail(
      65,
      "ids: line 50001: the id 259",
      ["decode", "-m", "toy.json", "-o", "out", "ids"]
    )
  }

  @Test("a file is replaced as a whole, and may be its own input")
  func replaced() throws {
    try workspace.write("out", Array(repeating: UInt8(ascii: "x"), count: 100_000))
    try workspace.succeed("encode -m toy.json -o out text")
    #expect(try workspace.read("out") == Array("257 258\n".utf8))
    try workspace.succeed("decode -m toy.json -o out out")
    #expect(try workspace.read("out") == Array("aa aa\n".utf8))
    let names = try workspace.contents().keys.sorted()
    #expect(names == ["folder", "ids", "out", "text", "toy.json", "world.json"])
  }

  @Test("a device is written straight")
  func device() throws {
    try workspace.succeed("encode -m toy.json -o /dev/null text")
    let result = try workspace.shell("bpedrop encode -m toy.json -o /dev/stdout text | cat")
    #expect(result.status == 0)
    #expect(result.text == "257 258\n")
  }
}

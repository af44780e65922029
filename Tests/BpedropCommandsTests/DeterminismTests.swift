import Testing

@Suite("The same noise, however the text is read and whoever computes")
struct NoiseDeterminismTests {
  private let workspace: Workspace
  private let text: [UInt8]
  private let expected: [UInt8]

  init() throws {
    workspace = try Workspace.withTokenizers()
    text = try Samples.longText()
    try workspace.write("text", text)
    let result = try workspace.run(Self.command + ["--threads", "1", "text"])
    expected = result.output
    try #require(result.status == 0)
    #expect(idLines(expected).count == text.count { $0 == 0x0A } + (text.last == 0x0A ? 0 : 1))
  }

  private static let command = [
    "encode", "-m", "world.json", "--dropout", "0.3", "--seed", "7", "--epoch", "2",
  ]

  private func encode(_ arguments: String..., input: [UInt8] = []) throws -> [UInt8] {
    let result = try workspace.run(Self.command + arguments, input: input)
    #expect(result.status == 0, "\(result.errors)")
    return result.output
  }

  @Test("threads", arguments: ["1", "2", "8"])
  func threads(count: String) throws {
    #expect(try encode("--threads", count, "text") == expected)
  }

  @Test("caches", arguments: ["0", "1", "64"])
  func caches(size: String) throws {
    #expect(try encode("--cache", size, "--threads", "2", "text") == expected)
    #expect(try encode("--cache", size, "--threads", "1", "text") == expected)
  }

  @Test("a file, standard input, a pipe that comes in small pieces")
  func sources() throws {
    #expect(try encode(input: text) == expected)
    let flags = Self.command.joined(separator: " ")
    let piped = try workspace.shell("cat text | bpedrop \(flags)")
    #expect(piped.output == expected)
    let slow = try workspace.shell("dd if=text bs=997 status=none | bpedrop \(flags) -")
    #expect(slow.output == expected)
  }

  @Test("two files, cut at a line feed: the numbers of the documents run on")
  func files() throws {
    for share in [1, 30, 62] {
      let cut = try #require(text[(text.count * share / 64)...].firstIndex(of: 0x0A)) + 1
      try workspace.write("first", text[..<cut])
      try workspace.write("second", text[cut...])
      #expect(try encode("first", "second") == expected)
      #expect(try encode("first", "-", input: Array(text[cut...])) == expected)
      #expect(try encode("second", "first") != expected)
      let number = text[..<cut].count { $0 == 0x0A }
      let parts = try encode("first") + encode("--first-document", "\(number)", "second")
      #expect(parts == expected)
    }
  }

  @Test("documents one by one and from the last to the first, by their numbers")
  func order() throws {
    let documents = try Samples.text("english").split(separator: 0x0A)
    try workspace.write("documents", Array(documents.joined(separator: [0x0A])))
    let whole = idLines(try encode("documents"))
    try #require(whole.count == documents.count)
    for (number, document) in documents.enumerated().reversed() {
      let ids = try encode("--first-document", "\(number)", input: Array(document))
      #expect(idLines(ids) == [whole[number]])
    }
  }

  @Test("another seed, epoch or number of the document is other noise")
  func keys() throws {
    var outputs: Set<[UInt8]> = [expected]
    let variants = [
      ["--seed", "8"], ["--epoch", "3"], ["--seed", "2", "--epoch", "7"], ["--dropout", "0.31"],
      ["--first-document", "1"], ["--first-document", "4294967296"], ["--dropout-unit", "byte"],
      ["--seed", "18446744073709551615"], ["--epoch", "4294967295"], ["--dropout", "0"],
    ]
    for variant in variants {
      let result = try workspace.run(Self.command + variant + ["text"])
      #expect(result.status == 0)
      #expect(outputs.insert(result.output).inserted, "\(variant)")
    }
  }

  @Test("without a rate, seed and epoch have no effect")
  func plain() throws {
    let plain = try workspace.succeed("encode -m world.json text").output
    let seeded = try workspace.succeed("encode -m world.json --seed 9 --dropout 0 text")
    #expect(seeded.output == plain)
    #expect(plain != expected)
  }

  @Test("the largest number of a document is followed by none that crashes")
  func largestNumber() throws {
    let input = Array("garden\ngarden\n".utf8)
    let ids = try encode("--first-document", "\(UInt64.max)", input: input)
    #expect(idLines(ids).count == 2)
  }

  @Test("the formats hold the same tokens", arguments: ["1", "8"])
  func formats(threads: String) throws {
    _ = try encode("--threads", threads, "--format", "nanogpt", "-o", "out.bin", "text")
    let ids = numbers(try workspace.read("out.bin"), UInt16.self).map(Int.init)
    #expect(ids == Array(idLines(expected).joined()))
  }
}

@Suite("The same tokenizer, however the text is read and whoever computes")
struct TrainingDeterminismTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test("threads and the order of the files", arguments: ["bpe", "word", "char"])
  func training(model: String) throws {
    try workspace.write("stories", Samples.longText())
    let files = ["stories", Samples.path("korean"), Samples.path("forms")]
    func train(_ threads: Int, _ files: [String], _ flags: [String] = []) throws -> [UInt8] {
      let size = ["--vocab-size", "900", "--threads", "\(threads)"]
      let command = ["train", "-o", "t.json", "--model", model] + size + flags + files
      let result = try workspace.run(command)
      #expect(result.status == 0, "\(result.errors)")
      return try workspace.read("t.json")
    }
    let expected = try train(1, files)
    for threads in [1, 2, 8] { #expect(try train(threads, files.reversed()) == expected) }
    #expect(try train(8, files) == expected)
    #expect(try train(2, [files[1], files[0], files[2]]) == expected)
    #expect(try train(2, files, ["--normalizer", "nfkd"]) != expected)
  }
}

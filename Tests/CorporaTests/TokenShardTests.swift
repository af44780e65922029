import BytePairEncoding
import Corpora
import Diagnostics
import Noise
import PreTokenization
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import UnicodeText

@Suite("Token files are read back")
struct TokenShardTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func tokenizer(vocabulary: Int) throws -> Tokenizer {
    Tokenizer(
      normalizer: .init([]),
      preTokenizer: .gpt2,
      model: try toyModel("a-b \\20-a"),
      addedTokens: [AddedToken(id: TokenID(vocabulary - 1), content: Array("<end>".utf8))]
    )
  }

  /// Writes documents, and gives their tokens.
  private func write(
    _ format: TokenFormat,
    _ name: String,
    vocabulary: Int = 300,
    documents: [String] = ["ab ab", "", "xyz", "ü ab"]
  ) throws -> [[UInt32]] {
    let tokenizer = try tokenizer(vocabulary: vocabulary)
    let formatter = TokenFormatter(format, tokenizer: tokenizer)
    let writer = try TokenFileWriter(formatter, path: folder[name])
    var options = EncodingOptions()
    options.appended = TokenID(vocabulary - 1)
    var encoder = TokenizerEncoder(tokenizer)
    let encoded = try documents.map { try encoder.encode(Array($0.utf8), options: options) }
    for (document, text) in zip(encoded, documents) {
      var bytes: [UInt8] = []
      Array(text.utf8).withUnsafeBufferPointer { formatter.append(document, of: $0, to: &bytes) }
      try writer.write(bytes, tokenCounts: [document.ids.count])
    }
    try writer.commit()
    return encoded.map(\.ids)
  }

  private func all(_ shard: TokenShard) throws -> [UInt32] {
    var ids: [UInt32] = []
    try shard.read(0..<shard.count, into: &ids)
    return ids
  }

  @Test(
    "what is written is read, in both widths, with its documents where the format has them",
    arguments: [TokenFormat.llmc, .nanogpt, .npy, .megatron],
    [300, 65_536, 65_537]
  )
  func roundTrip(format: TokenFormat, vocabulary: Int) throws {
    let documents = try write(format, "tokens.bin", vocabulary: vocabulary)
    let shard = try TokenShard(
      folder["tokens.bin"],
      format: format,
      vocabularySize: vocabulary
    )
    let flat = documents.flatMap { $0 }
    #expect(shard.count == flat.count)
    try shard.validate()
    #expect(try all(shard) == flat)
    for start in 0...flat.count {
      for end in start...flat.count {
        var ids: [UInt32] = [9]
        try shard.read(start..<end, into: &ids)
        #expect(ids == [9] + flat[start..<end])
      }
    }
    let starts = documents.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    let hasDocuments = format == .npy || format == .megatron
    #expect(shard.documentStarts == (hasDocuments ? starts : nil))
  }

  @Test("no documents at all", arguments: [TokenFormat.llmc, .nanogpt, .npy, .megatron])
  func empty(format: TokenFormat) throws {
    _ = try write(format, "tokens.bin", documents: [])
    let shard = try TokenShard(folder["tokens.bin"], format: format, vocabularySize: 300)
    #expect(shard.count == 0)
    #expect(try all(shard) == [])
  }

  @Test("shards end to end are one stream")
  func stream() throws {
    let first = try write(.npy, "a.npy").flatMap { $0 }
    let second = try write(.npy, "b.npy", documents: ["x", "ab ab ab"]).flatMap { $0 }
    _ = try write(.npy, "none.npy", documents: [])
    let shards = try ["a.npy", "none.npy", "b.npy"].map {
      try TokenShard(folder[$0], format: .npy, vocabularySize: 300)
    }
    let table = TokenBytes.table(try tokenizer(vocabulary: 300), separator: TokenID(299))
    let stream = TokenStream(shards, byteTable: table)
    let flat = first + second
    #expect(stream.count == flat.count)
    for start in 0...flat.count {
      for end in start...flat.count {
        var (ids, counts): ([UInt32], [UInt32]) = ([], [])
        try stream.read(start..<end, into: &ids, byteCounts: &counts)
        #expect(ids == Array(flat[start..<end]))
        #expect(counts == flat[start..<end].map { table[Int($0)] })
        var documents: [UInt32] = []
        stream.appendDocuments(of: start..<end, to: &documents)
        let expected = (start..<end).map { place in
          UInt32(stream.documentStarts.lastIndex { $0 <= place } ?? 0)
        }
        #expect(documents == expected)
      }
    }
    #expect(stream.documentStarts.last == flat.count && stream.documentStarts.count == 7)
  }

  @Test("an id beyond the vocabulary is found, with its byte")
  func badID() throws {
    _ = try write(.llmc, "tokens.bin")
    let shard = try TokenShard(folder["tokens.bin"], format: .llmc, vocabularySize: 299)
    let error = #expect(throws: InvalidData.self) { try shard.validate() }
    #expect(error?.path == folder["tokens.bin"] && error?.place == "byte 1030")
    #expect(error?.message.contains("the id 299 where one of 0..<299") == true)
    var ids: [UInt32] = [1]
    try shard.read(0..<3, into: &ids)
    #expect(throws: InvalidData.self) { try shard.read(0..<4, into: &ids) }
    #expect(ids.count == 4)
    _ = try write(.megatron, "wide.bin", vocabulary: 70_000)
    var bytes = try #require(folder.bytes("wide.bin"))
    bytes.replaceSubrange(4..<8, with: [0xFF, 0xFF, 0xFF, 0xFF])
    try folder.put("wide.bin", bytes)
    let wide = try TokenShard(folder["wide.bin"], format: .megatron, vocabularySize: 70_000)
    let negative = #expect(throws: InvalidData.self) { try wide.validate() }
    #expect(negative?.message.contains("the id -1") == true)
  }

  @Test("a file that shrinks while it is open gives an error")
  func shrinking() throws {
    _ = try write(.nanogpt, "tokens.bin")
    let shard = try TokenShard(folder["tokens.bin"], format: .nanogpt, vocabularySize: 300)
    let bytes = try #require(folder.bytes("tokens.bin"))
    try folder.put("tokens.bin", Array(bytes.dropLast(4)))
    let error = #expect(throws: InvalidData.self) { try shard.validate() }
    #expect(error?.message.contains("end of the file") == true)
  }

  @Test("files that are missing, folders, standard input, text formats")
  func wrongFiles() throws {
    #expect(throws: FileError.self) {
      try TokenShard(folder["none"], format: .llmc, vocabularySize: 9)
    }
    #expect(throws: FileError.self) {
      try TokenShard(folder.path, format: .nanogpt, vocabularySize: 9)
    }
    #expect(throws: FileError.self) { try TokenShard("-", format: .npy, vocabularySize: 9) }
    #expect(throws: FileError.self) {
      try TokenShard("/dev/null", format: .nanogpt, vocabularySize: 9)
    }
    try folder.put("some.bin", [0, 0])
    #expect(throws: FileError.self) {
      try TokenShard(folder["some.bin"], format: .megatron, vocabularySize: 9)
    }
    #expect(throws: InvalidData.self) {
      try TokenShard(folder["some.bin"], format: .ids, vocabularySize: 9)
    }
    #expect(throws: InvalidData.self) {
      try TokenShard(folder["some.bin"], format: .nanogpt, vocabularySize: 1 << 20)
    }
  }

  @Test(
    "hostile files: any changed byte, any length, ends in tokens or an error",
    arguments: [TokenFormat.llmc, .nanogpt, .npy, .megatron]
  )
  func hostile(format: TokenFormat) throws {
    _ = try write(format, "tokens.bin")
    let names = folder.names
    let originals = try names.map { try #require(folder.bytes($0)) }
    let attempt = {
      do {
        let shard = try TokenShard(
          folder["tokens.bin"],
          format: format,
          vocabularySize: 300
        )
        #expect(shard.count <= 1 << 12)
        try shard.validate()
        if let starts = shard.documentStarts {
          #expect(starts.first == 0 && starts.last == shard.count && starts == starts.sorted())
        }
        return true
      } catch is InvalidData { return false } catch is FileError { return false }
    }
    #expect(try attempt())
    for (name, original) in zip(names, originals) {
      for length in 0..<original.count {
        try folder.put(name, Array(original.prefix(length)))
        // Without a header half a file is a file.
        let accepted = try attempt()
        if format != .nanogpt { #expect(!accepted, "\(name) of \(length) bytes") }
      }
      try folder.put(name, original + [0])
      #expect(try !attempt(), "\(name) with a byte more")
      for place in original.indices {
        for value in [0x00, 0x7F, 0x80, 0xFF, original[place] ^ 1] as [UInt8] {
          var changed = original
          changed[place] = value
          try folder.put(name, changed)
          _ = try attempt()
        }
      }
      try folder.put(name, original)
    }
    #expect(try attempt())
  }
}

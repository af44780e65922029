import BytePairEncoding
import Collation
import Corpora
import JSONText
import LanguageModels
import TensorCore
import TestSupport
import Tokenization
import TokenizerFormats

/// Other files that come from strangers.
enum FileFuzzing {
  private static let tokenizer = Result {
    try Tokenizer(contentsOf: SharedData.projectFolder + "/vocab/english/tokenizer.json")
  }

  static func run(_ input: inout FuzzInput) throws {
    switch input.number(below: 8) {
    case 0: try json(input.bytes)
    case 1: try tensors(input.bytes)
    case 2: try recipe(input.bytes)
    case 3: try counts(input.bytes)
    case 4: try tokens(.npy, ["ids.npy": input.part(), "ids.offsets.npy": input.bytes])
    case 5: try tokens(.llmc, ["ids": input.bytes])
    case 6: try tokens(.nanogpt, ["ids": input.bytes])
    default: try tokens(.megatron, ["ids.bin": input.part(), "ids.idx": input.bytes])
    }
  }

  private static func json(_ bytes: [UInt8]) throws {
    guard let value = try? JSONParser.parse(bytes) else { return }
    var written: [UInt8] = []
    value.write(to: &written)
    try expect(try JSONParser.parse(written) == value, "what is written is read as the same")
  }

  private static func tensors(_ bytes: [UInt8]) throws {
    let folder = try TemporaryFolder()
    guard let file = try? Safetensors(reading: folder.put("model", bytes)) else { return }
    _ = try? file.model(of: Float.self)
    try file.write(to: folder["copy"])
    let copy = try Safetensors(reading: folder["copy"])
    try expect(
      copy.metadata.elementsEqual(file.metadata) { $0 == $1 }
        && copy.tensors.map(\.shape) == file.tensors.map(\.shape),
      "what is written is read as the same"
    )
  }

  private static func recipe(_ bytes: [UInt8]) throws {
    let tokenizer = try Self.tokenizer.get()
    _ = try? CollationRecipe(bytes).collator(for: tokenizer)
  }

  private static func counts(_ bytes: [UInt8]) throws {
    let folder = try TemporaryFolder()
    guard let counts = try? CountsFile.read([folder.put("counts", bytes)]) else { return }
    for index in 0..<counts.count {
      try expect(!counts.word(index).isEmpty, "a word is not empty")
    }
  }

  private static func tokens(_ format: TokenFormat, _ files: [String: [UInt8]]) throws {
    let folder = try TemporaryFolder()
    for (name, bytes) in files { try folder.put(name, bytes) }
    let path = folder[format == .npy ? "ids.npy" : format == .megatron ? "ids.bin" : "ids"]
    for size in [1000, 70_000] {
      guard let shard = try? TokenShard(path, format: format, vocabularySize: size) else {
        continue
      }
      try expect(
        shard.count <= files.values.reduce(0) { $0 + $1.count },
        "there are no more tokens than bytes"
      )
      if let starts = shard.documentStarts {
        try expect(
          starts.first == 0 && starts.last == shard.count && starts == starts.sorted(),
          "documents cover all tokens"
        )
      }
      _ = try? shard.validate()
    }
  }
}

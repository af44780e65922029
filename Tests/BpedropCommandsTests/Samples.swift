import Foundation
import Testing

/// Texts and tokenizers that the tests share.
enum Samples {
  /// The folder of the package.
  static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The repository's own texts, without their ending.
  static let corpora: [String] = {
    let folder = package.appendingPathComponent("corpora").path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
  }()

  static func path(_ corpus: String) -> String {
    package.appendingPathComponent("corpora/\(corpus).txt").path
  }

  static func text(_ corpus: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(corpus))))
  }

  /// Text from which two merges are learned, `a + a` and then `Ġ + aa`: tokens 257 and 258.
  static let toyText = "aa aa aa ab\n"

  private static func learned(_ arguments: [String], input: String = "") throws -> [UInt8] {
    let workspace = try Workspace()
    let command = ["train", "-o", "tokenizer.json", "--normalizer", "none"] + arguments
    let result = try workspace.run(command, input: Array(input.utf8))
    try #require(result.status == 0, "\(result.errors)")
    return try workspace.read("tokenizer.json")
  }

  private static let toyFile = Result { try learned(["--vocab-size", "259"], input: toyText) }
  private static let worldFile = Result {
    try learned(["--vocab-size", "1000"] + ["english", "russian", "hindi", "thai"].map(path))
  }

  /// The tokenizer of ``toyText``.
  static func toyTokenizer() throws -> [UInt8] { try toyFile.get() }

  /// A tokenizer of a thousand tokens, learned from four scripts, without normalisation.
  static func worldTokenizer() throws -> [UInt8] { try worldFile.get() }

  /// More text than is read at a time: stories and all corpora, some lines empty.
  static func longText() throws -> [UInt8] { try longTextBytes.get() }

  private static let longTextBytes = Result {
    let workspace = try Workspace()
    let stories = try workspace.run("corpus stories --bytes 500000").output
    return try corpora.reduce(stories) { try $0 + [0x0A] + text($1) }
  }
}

extension Workspace {
  /// A workspace with `toy.json` and `world.json`.
  static func withTokenizers() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write("toy.json", Samples.toyTokenizer())
    try workspace.write("world.json", Samples.worldTokenizer())
    return workspace
  }
}

/// The object of a JSON text.
func jsonObject(_ bytes: some Sequence<UInt8>) throws -> [String: Any] {
  try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
}

/// The numbers of the lines that `--format ids` writes.
func idLines(_ bytes: [UInt8]) -> [[Int]] {
  String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    .dropLast().map { $0.split(separator: " ").compactMap { Int($0) } }
}

/// The little-endian numbers of an array of bytes.
func numbers<Number: FixedWidthInteger>(
  _ bytes: some Collection<UInt8>,
  _: Number.Type
) -> [Number] {
  let bytes = Array(bytes)
  let size = Number.bitWidth / 8
  return stride(from: 0, to: bytes.count - bytes.count % size, by: size).map { start in
    (0..<size).reduce(0) { $0 | Number(truncatingIfNeeded: bytes[start + $1]) << ($1 * 8) }
  }
}

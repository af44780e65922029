// Procedure: the format is known by the name and the first byte: `.tiktoken` are ranks; `merges.txt`
//   and `vocab.bpe` are GPT-2's, with `vocab.json` or `encoder.json` beside them; everything else is
//   JSON, tokenizer.json where it has a 'model', else GPT-2's vocabulary.

public import Tokenization
import Diagnostics
import Files
import JSONText
public import PreTokenization

extension Tokenizer {
  /// The largest file that is read, in bytes.
  public static let largestFile = 1 << 28

  /// Reads a tokenizer.json, a `.tiktoken` file, or GPT-2's pair of vocab.json and merges.txt (also
  /// encoder.json and vocab.bpe), given by one of them or by their folder.
  ///
  /// - Parameters:
  ///   - path: The file or folder.
  ///   - preTokenizer: How text is cut, for a `.tiktoken` file, which does not say so; needed where
  ///     its name is none of OpenAI's.
  /// - Throws: ``FileError`` where it cannot be read, ``InvalidData`` where it is malformed or asks
  ///   for something that is not supported.
  public init(contentsOf path: String, preTokenizer: PreTokenizer? = nil) throws {
    let path = Self.file(in: path) ?? path
    let name = path.split(separator: "/").last.map(String.init) ?? path
    if name.hasSuffix(".tiktoken") {
      let bytes = try InputFile(path).readAll(limit: Self.largestFile)
      self = try Self.reading(path) {
        try TiktokenFile(bytes).tokenizer(name: name, preTokenizer: preTokenizer)
      }
      return
    }
    if preTokenizer != nil {
      throw InvalidData(path: path, "a pattern can be given for a .tiktoken file only")
    }
    if name.hasSuffix("merges.txt") || name.hasSuffix(".bpe") {
      self = try Self.gpt2(vocabulary: Self.sibling(of: path, Self.vocabularyNames), merges: path)
      return
    }
    let bytes = try InputFile(path).readAll(limit: Self.largestFile)
    let value = try Self.reading(path) { try JSONParser.parse(bytes) }
    // A vocabulary may have the token "model", too.
    if value["model"]?["vocab"] == nil,
      name.hasSuffix("vocab.json") || name.hasSuffix("encoder.json")
    {
      self = try Self.gpt2(vocabulary: path, merges: Self.sibling(of: path, Self.mergesNames))
    } else {
      self = try Self.reading(path) {
        var reader = TokenizerFileReader(file: value)
        return try reader.tokenizer()
      }
    }
  }

  /// Reads the text of a tokenizer.json.
  ///
  /// - Throws: ``InvalidData``.
  public init(json: [UInt8]) throws {
    var reader = TokenizerFileReader(file: try JSONParser.parse(json))
    self = try reader.tokenizer()
  }

  private static let vocabularyNames = ["vocab.json", "encoder.json"]
  private static let mergesNames = ["merges.txt", "vocab.bpe"]

  /// The tokenizer's file in a folder; nil where the path is none.
  private static func file(in path: String) -> String? {
    for name in ["tokenizer.json"] + mergesNames where exists("\(path)/\(name)") {
      return "\(path)/\(name)"
    }
    return nil
  }

  /// The file of one of some names in the folder of another.
  private static func sibling(of path: String, _ names: [String]) throws -> String {
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    if let name = names.first(where: { exists(folder + $0) }) { return folder + name }
    throw InvalidData(path: path, "\(names.joined(separator: " or ")) was expected beside it")
  }

  private static func exists(_ path: String) -> Bool { (try? InputFile.check(path)) != nil }

  private static func gpt2(vocabulary path: String, merges mergesPath: String) throws -> Tokenizer {
    let vocabulary = try InputFile(path).readAll(limit: largestFile)
    let merges = try InputFile(mergesPath).readAll(limit: largestFile)
    let file = try reading(path) { try GPT2Files(vocabulary: vocabulary) }
    return try reading(mergesPath) { try file.tokenizer(merges: merges) }
  }

  /// Names the file in errors.
  private static func reading<Result>(_ path: String, _ body: () throws -> Result) throws -> Result
  {
    do { return try body() } catch let error as InvalidData { throw error.inFile(path) }
  }
}

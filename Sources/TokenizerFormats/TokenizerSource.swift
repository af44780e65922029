import Diagnostics
import Files
import JSONText
import Tokenization

/// A tokenizer's file, with its siblings.
final class TokenizerSource {
  let path: String
  /// The bytes, or the first of them: see ``memory()``.
  let bytes: [UInt8]
  private let isWhole: Bool
  private var value: JSONValue?
  /// The files beside it by name, if they are in memory.
  private let besides: [(name: String, bytes: [UInt8])]?

  /// - Throws: ``FileError``.
  init(_ path: String) throws {
    self.path = path
    besides = nil
    (bytes, isWhole) = try Self.read(InputFile(path))
  }

  /// The whole file; of a file that may be larger than memory, or is mapped into it, its first part.
  private static func read(_ file: InputFile) throws -> (bytes: [UInt8], isWhole: Bool) {
    var bytes: [UInt8] = []
    let signature = ImageFile.signature.count
    while bytes.count < signature {
      if try file.read(upTo: signature - bytes.count, into: &bytes) == 0 { break }
    }
    if bytes == ImageFile.signature, file.size != nil { return (bytes, false) }
    guard bytes.starts(with: GGUFMetadata.signature) else {
      return (bytes + (try file.readAll(limit: Tokenizer.largestFile)), true)
    }
    while bytes.count < Tokenizer.largestFile, !GGUFMetadata.isWhole(bytes, of: file.size) {
      if try file.read(upTo: max(bytes.count, 1 << 20), into: &bytes) == 0 { break }
    }
    return (bytes, true)
  }

  /// The whole file as memory that can be used where it lies.
  ///
  /// - Throws: ``FileError``, or ``InvalidData`` with the file's path.
  func memory() throws -> FileMemory {
    try isWhole ? FileMemory(copying: bytes) : FileMemory(mapping: path)
  }

  /// A file in memory.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - bytes: The whole file.
  ///   - besides: The files beside it.
  init(name: String, bytes: [UInt8], besides: [(name: String, bytes: [UInt8])]) {
    path = name
    isWhole = true
    self.bytes = bytes
    self.besides = besides
  }

  /// The last part of the path.
  var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// The first byte that is not white space.
  var firstByte: UInt8? { bytes.first { $0 > 0x20 } }

  /// The members of a tokenizer.json's model that may be long.
  static let tables = ["vocab", "merges"]

  /// The file as JSON, which is parsed once.
  ///
  /// - Throws: ``InvalidData`` with the file's path.
  func json() throws -> JSONValue {
    if let value { return value }
    let parsed = try named { try JSONParser.parse(bytes, tables: Self.tables) }
    value = parsed
    return parsed
  }

  /// Adds the file's path to errors.
  func named<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as InvalidData { throw error.inFile(path) }
  }

  /// The first file with one of the given names in the same folder.
  ///
  /// - Throws: ``FileError``, or ``InvalidData`` if there is none.
  func sibling(named names: [String]) throws -> TokenizerSource {
    if let besides {
      guard let file = besides.first(where: { names.contains($0.name) }) else {
        throw InvalidData(path: path, "\(names.joined(separator: " or ")) was expected beside it")
      }
      return TokenizerSource(name: file.name, bytes: file.bytes, besides: besides)
    }
    guard let name = names.first(where: { Self.exists(folder + $0) }) else {
      throw InvalidData(path: path, "\(names.joined(separator: " or ")) was expected beside it")
    }
    return try TokenizerSource(folder + name)
  }

  /// Whether a file with one of the given names lies in the same folder.
  func hasSibling(named names: [String]) -> Bool {
    if let besides { return besides.contains { names.contains($0.name) } }
    return names.contains { Self.exists(folder + $0) }
  }

  /// The path up to the last slash.
  private var folder: Substring { path.lastIndex(of: "/").map { path[...$0] } ?? "" }

  /// The first file with one of the given names in a folder; nil if there is none.
  static func file(in folder: String, named names: [String]) -> String? {
    names.map { "\(folder)/\($0)" }.first { exists($0) }
  }

  private static func exists(_ path: String) -> Bool { (try? InputFile.check(path)) != nil }
}

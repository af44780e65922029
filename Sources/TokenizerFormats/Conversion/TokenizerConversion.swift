// Procedure: a tokenizer is written in the target's format, and read back from memory. What differs
//   between the two is what the target cannot hold, so no format has to know what it loses.
// Complexity: that of writing and reading, and O(bytes of the tokens) to compare.

import Diagnostics
public import PreTokenization
public import Tokenization

/// A tokenizer in the format of a file.
public struct TokenizerConversion: Sendable {
  /// The names of the formats that are written.
  public static let targets = TokenizerFormats.all.filter(\.isWritten).map(\.name)
  /// The names of the formats that are read.
  public static let sources = TokenizerFormats.all.map(\.name)

  /// The name of the target's format.
  public let target: String
  /// The usual names and the bytes of the files, the one that is named to readers first.
  public let files: [(name: String, bytes: [UInt8])]
  /// What the target does not hold, each as a phrase; empty if nothing is lost.
  public let losses: [String]
  /// The tokenizer that the files are read as.
  public let result: Tokenizer

  /// Converts a tokenizer.
  ///
  /// - Parameters:
  ///   - source: The tokenizer.
  ///   - target: A name of ``targets``.
  ///   - name: The name of the target's file, which some formats depend on; nil for the usual one.
  /// - Throws: ``InvalidData`` if the format has no form for the tokenizer.
  public init(_ source: Tokenizer, to target: String, name: String? = nil) throws {
    guard let format = TokenizerFormats.all.first(where: { $0.isWritten && $0.name == target })
    else {
      throw InvalidData(
        "'\(target)' is no format that is written: \(Self.targets.joined(separator: ", ")) are"
      )
    }
    self.target = target
    let written = try format.write(source)
    files = written.files
    guard let first = files.first else { throw InvalidData("\(target) has no files") }
    let file = TokenizerSource(name: name ?? first.name, bytes: first.bytes, besides: files)
    var losses = written.losses
    do {
      result = try format.read(file, preTokenizer: nil)
    } catch let error as InvalidData where format.takesPreTokenizer {
      result = try Self.read(format, file, source.preTokenizer, error)
      losses.append("the pattern: the file has no place for '\(source.preTokenizer)'")
    }
    self.losses = losses + TokenizerDifference.list(from: source, to: result)
  }

  /// Reads a file whose reader needs a pattern.
  private static func read(
    _ format: any TokenizerFormat,
    _ file: TokenizerSource,
    _ pattern: PreTokenizer,
    _ error: InvalidData
  ) throws -> Tokenizer {
    do { return try format.read(file, preTokenizer: pattern) } catch is InvalidData { throw error }
  }
}

/// A tokenizer's file, and what its format is.
public struct TokenizerFileContents: Sendable {
  /// The name of the format, by the file's content.
  public let format: String
  /// The tokenizer.
  public let tokenizer: Tokenizer
  /// What files of this format hold and a tokenizer has no place for, each as a phrase.
  public let leftOut: [String]

  /// Reads a file of any format.
  ///
  /// - Parameters:
  ///   - path: The file or folder.
  ///   - preTokenizer: How text is cut, if the file does not say so; see ``Tokenizer``.
  /// - Throws: ``FileError`` if it cannot be read, ``InvalidData`` if it is malformed or requires
  ///   something unsupported.
  public init(contentsOf path: String, preTokenizer: PreTokenizer? = nil) throws {
    let (source, format) = try TokenizerFormats.open(path)
    guard preTokenizer == nil || format.takesPreTokenizer else {
      throw InvalidData(
        path: source.path,
        "a pattern can be given for a .tiktoken file and for GGUF only"
      )
    }
    self.format = format.name
    tokenizer = try format.read(source, preTokenizer: preTokenizer)
    leftOut = format.leftOut
  }
}

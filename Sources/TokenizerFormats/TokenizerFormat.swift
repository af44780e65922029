// Procedure: formats are tried in order, first by what the file contains, then by its name; a file
//   that none of them recognises is read as tokenizer.json, whose reader says what is wrong.

import Diagnostics
public import PreTokenization
public import Tokenization

/// A file format of tokenizers.
///
/// A new format is a folder with a type that conforms to this protocol, and a line in ``all``.
protocol TokenizerFormat: Sendable {
  /// What messages call the format.
  var name: String { get }

  /// The names of its file in a folder, in the order in which they are looked for.
  var fileNames: [String] { get }

  /// Whether a caller may say how text is cut, because the file does not.
  var takesPreTokenizer: Bool { get }

  /// Whether the contents of a file are of this format, and can be of no other.
  func recognisesContents(of source: TokenizerSource) -> Bool

  /// Whether the name of a file is usual for this format.
  func recognisesName(of source: TokenizerSource) -> Bool

  /// Reads a tokenizer.
  ///
  /// - Parameters:
  ///   - source: The file, and the files beside it.
  ///   - preTokenizer: How text is cut; nil if the format does not take it.
  /// - Returns: The tokenizer.
  /// - Throws: ``FileError`` or ``InvalidData``.
  func read(_ source: TokenizerSource, preTokenizer: PreTokenizer?) throws -> Tokenizer
}

extension TokenizerFormat {
  var takesPreTokenizer: Bool { false }
}

/// All formats.
enum TokenizerFormats {
  /// In the order in which they are tried.
  static let all: [any TokenizerFormat] = [HuggingFaceFormat(), TiktokenFormat(), GPT2Format()]

  /// The format of a file.
  static func format(of source: TokenizerSource) -> any TokenizerFormat {
    all.first { $0.recognisesContents(of: source) }
      ?? all.first { $0.recognisesName(of: source) }
      ?? HuggingFaceFormat()
  }
}

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
  /// - Throws: ``FileError`` if it cannot be read, ``InvalidData`` if it is malformed or asks
  ///   for something that is not supported.
  public init(contentsOf path: String, preTokenizer: PreTokenizer? = nil) throws {
    let fileNames = TokenizerFormats.all.flatMap(\.fileNames)
    let source = try TokenizerSource(TokenizerSource.file(in: path, named: fileNames) ?? path)
    let format = TokenizerFormats.format(of: source)
    guard preTokenizer == nil || format.takesPreTokenizer else {
      throw InvalidData(path: source.path, "a pattern can be given for a .tiktoken file only")
    }
    self = try format.read(source, preTokenizer: preTokenizer)
  }
}

// Procedure: formats are tried in order, first by a file's content, then by its name; a file that
//   none of them recognises is read as tokenizer.json, whose reader reports what is wrong.

import Diagnostics
public import PreTokenization
public import Tokenization

/// A file format of tokenizers.
///
/// A new format is a folder with a type that conforms to this protocol, and an entry in
/// ``TokenizerFormats/all``.
protocol TokenizerFormat: Sendable {
  /// The name of the format in messages.
  var name: String { get }

  /// The names of its file in a folder, in the order of precedence.
  var fileNames: [String] { get }

  /// Whether the caller may provide the pre-tokeniser, because the file does not.
  var takesPreTokenizer: Bool { get }

  /// Whether a file's content has this format, and can have no other.
  func recognisesContents(of source: TokenizerSource) -> Bool

  /// Whether a file's name is usual for this format.
  func recognisesName(of source: TokenizerSource) -> Bool

  /// Reads a tokenizer.
  ///
  /// - Parameters:
  ///   - source: The file, and its siblings.
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
  /// The formats in the order in which they are tried.
  static let all: [any TokenizerFormat] = [
    HuggingFaceFormat(), TiktokenFormat(), GPT2Format(), SentencePieceFormat(),
  ]

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

  /// Reads a tokenizer.json, a `.tiktoken` file, a SentencePiece model of type BPE, or GPT-2's pair
  /// of vocab.json and merges.txt (also encoder.json and vocab.bpe), given by one of the files or by
  /// their folder.
  ///
  /// - Parameters:
  ///   - path: The file or folder.
  ///   - preTokenizer: How text is cut, for a `.tiktoken` file, which does not say so; required
  ///     unless its name or its tokens are those of a known encoding.
  /// - Throws: ``FileError`` if it cannot be read, ``InvalidData`` if it is malformed or requires
  ///   something unsupported.
  public init(contentsOf path: String, preTokenizer: PreTokenizer? = nil) throws {
    let fileNames = TokenizerFormats.all.flatMap(\.fileNames)
    let source = try TokenizerSource(TokenizerSource.file(in: path, named: fileNames) ?? path)
    if let foreign = ForeignFile(source.bytes) {
      throw InvalidData(path: source.path, foreign.description)
    }
    let format = TokenizerFormats.format(of: source)
    guard preTokenizer == nil || format.takesPreTokenizer else {
      throw InvalidData(path: source.path, "a pattern can be given for a .tiktoken file only")
    }
    self = try format.read(source, preTokenizer: preTokenizer)
  }
}

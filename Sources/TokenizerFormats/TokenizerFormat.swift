// Procedure: formats are tried in order, first by a file's content, then by its name; a file that
//   none of them recognises is read as tokenizer.json, whose reader reports what is wrong.

import Diagnostics
public import PreTokenization
public import Tokenization

/// A file format of tokenizers.
///
/// A new format is a folder with a type that conforms to this protocol, and an entry in
/// ``TokenizerFormats/all``. `docs/formats.md` lists what each reads and writes.
protocol TokenizerFormat: Sendable {
  /// The name of the format in messages and for `--to`; it never changes.
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

  /// Whether tokenizers can be written in this format.
  var isWritten: Bool { get }

  /// What files of this format hold and a ``Tokenizer`` has no place for, each as a phrase.
  var leftOut: [String] { get }

  /// Writes a tokenizer.
  ///
  /// - Parameter tokenizer: Any.
  /// - Returns: The files.
  /// - Throws: ``InvalidData`` if the format has no form for the tokenizer.
  func write(_ tokenizer: Tokenizer) throws -> WrittenTokenizer
}

extension TokenizerFormat {
  var takesPreTokenizer: Bool { false }
  var isWritten: Bool { false }
  var leftOut: [String] { [] }

  func write(_ tokenizer: Tokenizer) throws -> WrittenTokenizer {
    throw InvalidData("\(name) is read only, not written")
  }
}

/// The files of a tokenizer in some format.
struct WrittenTokenizer {
  /// The usual names and the bytes, the file that is named to readers first.
  let files: [(name: String, bytes: [UInt8])]

  /// What the files cannot hold and reading them back does not show, each as a phrase.
  var losses: [String] = []
}

/// All formats.
enum TokenizerFormats {
  /// The formats in the order in which they are tried.
  static let all: [any TokenizerFormat] = [
    HuggingFaceFormat(), ImageFormat(), SentencePieceFormat(), GGUFFormat(), MinBPEFormat(),
    SubwordNMTFormat(), FastBPEFormat(), YouTokenToMeFormat(), TiktokenFormat(), GPT2Format(),
  ]

  /// A file, or the first known file of a folder, with its format.
  ///
  /// - Throws: ``FileError`` if it cannot be read, ``InvalidData`` if it is known not to be a
  ///   tokenizer.
  static func open(_ path: String) throws -> (TokenizerSource, any TokenizerFormat) {
    let fileNames = all.flatMap(\.fileNames)
    let source = try TokenizerSource(TokenizerSource.file(in: path, named: fileNames) ?? path)
    if let foreign = ForeignFile(source.bytes) {
      throw InvalidData(path: source.path, foreign.description)
    }
    return (source, format(of: source))
  }

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

  /// Reads a file of any format, which is found in its content: tokenizer.json, `.tiktoken`,
  /// SentencePiece's models of type BPE, GPT-2's pair of vocab.json and merges.txt (also encoder.json
  /// and vocab.bpe), codes of subword-nmt and fastBPE, models of YouTokenToMe and minbpe, and the
  /// metadata of GGUF; and compiled images, which are mapped into memory.
  ///
  /// - Parameters:
  ///   - path: The file or folder.
  ///   - preTokenizer: How text is cut, for a `.tiktoken` file, which does not say so; required
  ///     unless its name or its tokens are those of a known encoding. Also for GGUF.
  /// - Throws: ``FileError`` if it cannot be read, ``InvalidData`` if it is malformed or requires
  ///   something unsupported.
  public init(contentsOf path: String, preTokenizer: PreTokenizer? = nil) throws {
    self = try TokenizerFileContents(contentsOf: path, preTokenizer: preTokenizer).tokenizer
  }
}

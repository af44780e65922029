/// What a user should know about data that are read nevertheless.
public enum DataWarning: Hashable, Sendable {
  /// A file begins with a UTF-8 byte order mark, which counts as text.
  case byteOrderMark(path: String)
  /// Documents follow each other without a separator, since the tokenizer has none.
  case joinedDocuments
}

import BytePairEncoding
import Diagnostics
import Tokenization
import UnicodeText

extension Tokenizer {
  /// Refuses a prompt with characters that a character model does not have.
  ///
  /// Encoding would leave them out, or put the unknown token in their place, which no text had that
  /// the language model was trained on. Text that spells an added token is not looked at.
  ///
  /// - Parameter prompt: Before it is normalised.
  /// - Throws: ``InvalidData`` with the characters; what normalising throws.
  func checkCharacters(of prompt: String) throws {
    guard let model = model as? UnitModel, model.unit == .character else { return }
    var rest = prompt
    for token in addedTokens where !token.content.isEmpty {
      rest = rest.replacing(String(decoding: token.content, as: UTF8.self), with: "")
    }
    let bytes = try normalizer.normalize(Array(rest.utf8))?.bytes ?? Array(rest.utf8)
    var missing: [Unicode.Scalar] = []
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars
    where !missing.contains(scalar) && model.vocabulary.id(of: Array(String(scalar).utf8)) == nil {
      missing.append(scalar)
    }
    guard let first = missing.first else { return }
    let names = missing.prefix(10).map { "'\($0)' (U+\($0.hexadecimal))" }.joined(separator: ", ")
    let more = missing.count > 10 ? " and \(missing.count - 10) more" : ""
    throw InvalidData(
      place: "prompt",
      "found \(names)\(more); the character model has no token for "
        + (missing.count == 1 ? "'\(first)'" : "them")
    )
  }
}

extension Unicode.Scalar {
  /// Four digits or more, such as `00E9`.
  fileprivate var hexadecimal: String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(4 - digits.count, 0)) + digits
  }
}

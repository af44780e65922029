import BytePairEncoding
import Diagnostics
import Glibc
import PreTokenization
import Reports
import Tokenization
import UnicodeText

/// Computes the probability of given tokens.
struct SegmentationQuestion {
  private let tokenizer: Tokenizer
  private let noise: SegmentationNoise?

  init(_ tokenizer: Tokenizer, noise: SegmentationNoise?) {
    self.tokenizer = tokenizer
    self.noise = noise
  }

  /// Prints the probability of each word, and of all words.
  ///
  /// - Parameter pieces: Tokens in the format of `encode --format pieces`, separated by spaces.
  /// - Throws: ``InvalidData`` for anything that is not a token, crosses a pre-token, or exceeds
  ///   the bounds of the exact law.
  func answer(_ pieces: String) throws {
    guard let model = tokenizer.model as? BPEModel, let noise else {
      throw InvalidData("--probability needs a model with merges, not one of words or characters")
    }
    let tokens = try pieces.split(separator: " ").map { piece in
      let bytes = ByteAlphabet.decode(piece.utf8)
      guard let id = bytes.flatMap({ tokenizer.vocabulary.id(of: $0) }) else {
        throw InvalidData("'\(piece)' of --probability is no token of this tokenizer")
      }
      return id
    }
    let text = tokens.flatMap { Array(tokenizer.bytes(of: $0)) }
    var rest = tokens[...]
    var logarithm = 0.0
    for word in try tokenizer.preTokenizer.split(text) {
      var own: [TokenID] = []
      var length = 0
      while length < word.count, let token = rest.popFirst() {
        own.append(token)
        length += tokenizer.bytes(of: token).count
      }
      guard length == word.count else {
        throw InvalidData(
          "a token of --probability goes beyond the pre-token '\(ByteAlphabet.encode(word))'"
        )
      }
      let probability = SegmentationLaw.probability(
        of: own,
        word: word,
        model: model,
        noise: noise
      )
      guard let probability else {
        throw InvalidData(
          "'\(ByteAlphabet.encode(word))' has too many splits for its exact law"
        )
      }
      let shown = own.map { tokenizer.piece(of: $0) }.joined(separator: " ")
      print("\(shown)  probability \(scientific(probability))")
      logarithm += log(probability)
    }
    print(
      "in all: probability \(scientific(exp(logarithm))), log-probability \(decimal(logarithm))"
    )
  }

  /// Four significant digits, however small the number.
  private func scientific(_ value: Double) -> String {
    guard value > 0 && value < 0.01 else { return decimal(value, digits: 6) }
    let exponent = Int(log10(value).rounded(.down))
    return "\(decimal(value / pow(10, Double(exponent)), digits: 3))e\(exponent)"
  }
}

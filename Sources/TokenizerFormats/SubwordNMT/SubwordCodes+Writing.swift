import BytePairEncoding
import Diagnostics
import Tokenization

extension SubwordCodes {
  /// The lines of a tokenizer's merges.
  ///
  /// - Parameters:
  ///   - tokenizer: BPE over characters whose words end with `</w>`.
  ///   - hasCounts: Whether each line ends with a count, as in fastBPE's files; it is 0.
  /// - Returns: A file of codes.
  /// - Throws: ``InvalidData`` if the codes have no form for the model.
  static func lines(of tokenizer: Tokenizer, hasCounts: Bool) throws -> [UInt8] {
    let format = hasCounts ? "fastBPE" : "subword-nmt"
    let (model, endSymbol) = try codes(of: tokenizer, format)
    guard endSymbol.isEmpty || !hasCounts else {
      throw InvalidData("fastBPE has no form for words that end with a symbol of its own")
    }
    guard !model.merges.isEmpty else {
      throw InvalidData("\(format) has no form for a model without merges")
    }
    var text = hasCounts || !endSymbol.isEmpty ? [] : Array("#version: 0.2\n".utf8)
    var products: Set<TokenID> = []
    for merge in model.merges {
      if hasCounts, !products.insert(merge.product).inserted {
        throw InvalidData(
          "fastBPE refuses codes that make '\(tokenizer.piece(of: merge.product))' twice"
        )
      }
      for (index, part) in [merge.left, merge.right].enumerated() {
        var symbol = Array(model.vocabulary.bytes(of: part))
        if !endSymbol.isEmpty, symbol.hasSuffix(endSymbol) {
          symbol = symbol.dropLast(endSymbol.count) + ending
        }
        guard !symbol.contains(where: { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D }) else {
          throw InvalidData("\(format) has no form for symbols with spaces or line ends")
        }
        text += (index == 0 ? [] : [0x20]) + symbol
      }
      text += Array((hasCounts ? " 0\n" : "\n").utf8)
    }
    return text
  }

  private static func codes(
    of tokenizer: Tokenizer,
    _ format: String
  ) throws -> (CharacterModel, endSymbol: [UInt8]) {
    if let model = tokenizer.model as? SubwordModel, !model.isRestricted, model.glossaries.isEmpty,
      !model.endSymbol.isEmpty
    {
      return (model.codes, model.endSymbol)
    }
    guard let model = tokenizer.model as? CharacterModel, model.settings.suffix == ending,
      model.settings.prefix.isEmpty, !model.settings.fallsBackToBytes
    else {
      throw InvalidData(
        "\(format) has no form for \(tokenizer.model.name)"
          + (tokenizer.model is CharacterModel ? " whose words do not end with </w>" : "")
      )
    }
    return (model, [])
  }
}

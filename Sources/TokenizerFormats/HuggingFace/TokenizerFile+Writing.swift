// The native file is Hugging Face's tokenizer.json, so learned tokenizers load there. Parts that
// the format has no name for (ICU's word breaks, NFKC_Casefold) are written under names of this
// package.

public import Tokenization
import BytePairEncoding
import Diagnostics
import Files
import JSONText
import Noise
import PreTokenization
import UnicodeText

extension Tokenizer {
  /// The text of the tokenizer's tokenizer.json.
  ///
  /// - Parameter legacyMerges: Writes merges as `"a b"`, for readers before Hugging Face tokenizers
  ///   0.20, instead of `["a", "b"]`.
  /// - Returns: The UTF-8 of the file, with a line feed at the end.
  /// - Throws: ``InvalidData`` if the format cannot represent the model.
  public func json(legacyMerges: Bool = false) throws -> [UInt8] {
    guard let model = model as? any TokenizerFileModel else {
      throw InvalidData("tokenizer.json has no form for \(model.name), so it cannot be written")
    }
    guard !vocabulary.hasCopies else { throw InvalidData(GPT2FileWriter.copies) }
    return json(model, modelTables(model, legacyMerges: legacyMerges), model.ownMembers)
  }

  /// A number that identifies the tokenizer: two tokenizers with the same number encode alike.
  ///
  /// A model that tokenizer.json cannot represent is identified by its name and its vocabulary.
  /// Complexity: O(bytes of the tokens), several times as fast as ``json(legacyMerges:)``.
  public var digest: UInt64 {
    let fileModel = model as? any TokenizerFileModel
    var digest = Digest(json(fileModel, nil, fileModel?.ownMembers ?? []))
    for id in 0..<vocabularySize {
      let bytes = bytes(of: TokenID(id))
      digest.add(UInt64(bytes.count))
      for byte in bytes { digest.add(UInt64(byte)) }
    }
    for merge in fileModel?.fileMerges ?? merges {
      digest.add(UInt64(merge.left.rawValue) << 32 | UInt64(merge.right.rawValue))
      digest.add(UInt64(merge.product.rawValue))
    }
    if let model = model as? BPEModel { digest.add(model.merges.sharesRanks ? 1 : 0) }
    return digest.value
  }

  /// The file with empty tables, and another member.
  func settings(_ member: JSONMember) -> [UInt8] {
    json(model as? any TokenizerFileModel, ModelTables(), [member])
  }

  /// The file with the given tables and members; for a digest, which also covers models without a
  /// form, there are no tables.
  private func json(
    _ fileModel: (any TokenizerFileModel)?,
    _ tables: ModelTables?,
    _ more: [JSONMember]
  ) -> [UInt8] {
    let rules = tables == nil ? rulesOfDigest : inputRules
    let members = [
      JSONMember("version", .text("1.0")),
      JSONMember("truncation", InputRulesValue.value(of: rules.truncation)),
      JSONMember("padding", InputRulesValue.value(of: rules.padding)),
      JSONMember("added_tokens", .array(addedTokens.map(Self.addedTokenValue))),
      JSONMember("normalizer", NormalizerValue.value(of: normalizer)),
      JSONMember("pre_tokenizer", preTokenizerValue),
      JSONMember("post_processor", PostProcessorValue.value(of: rules.postProcessor)),
      JSONMember("decoder", decoder(fileModel, isDigest: tables == nil)),
      JSONMember(
        "model",
        fileModel?.section(of: self, tables ?? ModelTables()) ?? .text(model.name)
      ),
    ]
    var bytes: [UInt8] = []
    JSONValue.object(members + more).write(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  /// Writes a tokenizer.json, whole or not at all.
  ///
  /// - Throws: ``FileError``; ``InvalidData`` if the format cannot represent the model.
  public func write(to path: String, legacyMerges: Bool = false) throws {
    let json = try json(legacyMerges: legacyMerges)
    let file = try OutputFile(path)
    try file.write(json)
    try file.commit()
  }

  /// The parts that other readers of the format do not know; nil if there are none.
  public var foreignParts: String? {
    var parts: [String] = []
    if normalizer.steps.contains(.nfkcCasefold) { parts.append("the normaliser nfkc-casefold") }
    if normalizer.keepsSymbols { parts.append("the normaliser and decoder of SentencePiece") }
    if preTokenizer.stages.contains(.icuWords) { parts.append("the pre-tokeniser icu-words") }
    if let part = (model as? any TokenizerFileModel)?.foreignPart { parts.append(part) }
    return parts.isEmpty ? nil : parts.joined(separator: " and ")
  }

  private static func addedTokenValue(_ token: AddedToken) -> JSONValue {
    .object([
      JSONMember("id", .number(Double(token.id.rawValue))),
      JSONMember("content", .string(token.content)),
      JSONMember("single_word", .bool(token.matching.isSingleWord)),
      JSONMember("lstrip", .bool(token.matching.stripsLeft)),
      JSONMember("rstrip", .bool(token.matching.stripsRight)),
      JSONMember("normalized", .bool(token.matching.isNormalized)),
      JSONMember("special", .bool(token.isSpecial)),
    ])
  }

  private var preTokenizerValue: JSONValue {
    PreTokenizerValue(preTokenizer, isByteLevel: model.usesByteAlphabet).value
  }

  /// What identifies the ids of documents: rows, which other rules concern, are made after them.
  private var rulesOfDigest: InputRules {
    let trimming = inputRules.postProcessor.trimmings.last.map { PostProcessor.Step.trimming($0) }
    return InputRules(postProcessor: PostProcessor(trimming.map { [$0] } ?? []))
  }

  /// The decoder section; a digest identifies ids, which do not depend on its steps.
  private func decoder(_ model: (any TokenizerFileModel)?, isDigest: Bool) -> JSONValue {
    if let decoder, !isDigest { return DecoderValue.value(of: decoder) }
    return model?.decoderValue(preTokenizer.marking) ?? .null
  }

  private func modelTables(_ model: any TokenizerFileModel, legacyMerges: Bool) -> ModelTables {
    let entries = (0..<vocabularySize).map { TokenID($0) }
      .filter { vocabulary.contains($0) || !bytes(of: $0).isEmpty }
      .map { JSONMember(piece(of: $0), .number(Double($0.rawValue))) }
    let rules = model.fileMerges.map { merge in
      let parts = [merge.left, merge.right].map { model.pieceInMerges($0, of: self) }
      return legacyMerges
        ? JSONValue.text(parts.joined(separator: " ")) : .array(parts.map { .text($0) })
    }
    return ModelTables(vocabulary: .object(entries), merges: .array(rules))
  }
}

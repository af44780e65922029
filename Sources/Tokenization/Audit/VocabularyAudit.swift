// Procedure: the model's tokens are tried one by one, first in the model (ModelProbe.swift), then in
//   the stages before it (TextProbe.swift); merges by their products (MergeAudit.swift).
// Complexity: O(bytes of all tokens) for usual ones, and 160,000 characters.
// Determinism: a function of the tokenizer; scripts and normal forms depend on ICU's version.

public import BytePairEncoding
import PreTokenization
import UnicodeText

/// What a tokenizer's vocabulary has that no text needs, or that few would expect.
public struct VocabularyAudit: Sendable {
  /// Why no text becomes a token.
  public enum Reason: String, CaseIterable, Sendable {
    /// No merge has it as its product.
    case noMerge = "no merge makes it"
    /// Every merge that would make it has a part that is never made.
    case unmadePart = "a part of it is never made"
    /// Earlier merges join its bytes otherwise.
    case preempted = "earlier merges take its bytes"
    /// It has bytes or characters that are no tokens.
    case outsideAlphabet = "outside of the model's alphabet"
    /// It stands for bytes or characters without a token, and there are none.
    case unneeded = "stands for what has a token"
    /// The model makes other tokens of its text.
    case replaced = "the model makes other tokens of its text"
    /// The normaliser writes its text otherwise.
    case normalized = "the normaliser changes its text"
    /// The pre-tokeniser cuts inside it, or drops it.
    case cut = "the pre-tokeniser cuts or drops its text"
    /// An added token is found in its text first.
    case addedToken = "an added token takes its text"
  }

  /// A token that no text becomes.
  public struct NeverMade: Hashable, Sendable {
    /// The token.
    public let id: TokenID
    /// Why.
    public let reason: Reason
    /// What the model makes of its text.
    public let instead: [TokenID]
  }

  /// The tokens of the model, added tokens left out.
  public let tokenCount: Int
  /// Tokens that no text becomes, by id.
  ///
  /// The model's reasons are proofs if ``isProof``; those of the stages before it hold for the text
  /// alone and between letters, digits, signs and spaces.
  public private(set) var neverMade: [NeverMade] = []
  /// Whether a token that the model does not make of its own bytes is made by no text.
  ///
  /// A pruned model, glossaries and foreign models may need more.
  public let isProof: Bool
  /// The number of merges in the file; nil if it has no list of them.
  public let mergeCount: Int?
  /// The merges that no word applies, by rank.
  public let deadMerges: [DeadMerge]
  /// Tokens that are no valid UTF-8, such as parts of characters, by id.
  public private(set) var torn: [TokenID] = []
  /// The torn tokens that stand in no valid UTF-8, by id: only broken text becomes them.
  public private(set) var broken: [TokenID] = []
  /// Tokens that the normaliser changes, by id.
  public private(set) var unnormalized: [TokenID] = []
  /// All tokens, the longest first, and then by id.
  public private(set) var byLength: [TokenID] = []
  /// The bytes without a token; nil for a model whose tokens are not over bytes.
  public let missingBytes: [UInt8]?
  /// What the characters of each script cost, the dearest first.
  public let scripts: [ScriptCost]
  /// The characters of the vocabulary that the installed ICU does not assign, ascending.
  public let unknownToICU: [Unicode.Scalar]
  /// Those of them that the classes of pre-tokenisers know.
  public var newerThanICU: [Unicode.Scalar] {
    unknownToICU.filter { CharacterClass($0.value).isAssigned }
  }
  /// What is to be said about added tokens.
  public let addedTokens: AddedTokenFindings

  /// Audits a tokenizer.
  ///
  /// - Throws: What normaliser, pre-tokeniser and model throw, such as a pattern that takes too long.
  public init(_ tokenizer: Tokenizer) throws {
    var probe = ModelProbe(tokenizer.model)
    isProof = probe.isProof
    let merges = MergeAudit(tokenizer.model)
    mergeCount = merges?.merges.count
    deadMerges = merges?.dead ?? []
    missingBytes = (tokenizer.model as? BPEModel)?.missingBytes
    addedTokens = AddedTokenFindings(tokenizer)
    scripts = try ScriptCost.all(&probe, text: tokenizer.model.text)
    let ids = Self.ids(of: tokenizer)
    tokenCount = ids.count
    unknownToICU = Self.unassigned(in: ids.lazy.map(tokenizer.bytes))
    let lengths = ids.map { tokenizer.bytes(of: $0).count }
    let order = ids.indices.sorted { (first: Int, second: Int) -> Bool in
      lengths[first] == lengths[second] ? first < second : lengths[first] > lengths[second]
    }
    byLength = order.map { ids[$0] }
    var texts = TextProbe(tokenizer)
    let makings = try probe.makings()
    let causes = TokenCauses(tokenizer.model) { makings[$0.index] != .joined }
    for id in ids {
      let bytes = tokenizer.bytes(of: id)
      let isTorn = bytes.withUnsafeBufferPointer(UTF8Text.firstInvalidByte) != nil
      let whole = TextProbe.wholeCharacters(of: bytes)
      if isTorn { torn.append(id) }
      if whole == nil { broken.append(id) }
      let text = whole.map { Array($0) } ?? []
      if !isTorn, !text.isEmpty, try texts.changes(text) { unnormalized.append(id) }
      var reason: Reason?
      let making = id.index < makings.count ? makings[id.index] : .never
      if making == .never {
        reason = causes.reason(of: id)
      } else if case let word = probe.word(of: text), !text.isEmpty {
        switch try texts.outcome(of: text, as: word, isWhole: making == .whole && !isTorn) {
        case .kept: break
        case .normalized: reason = .normalized
        case .cut: reason = .cut
        case .taken: reason = .addedToken
        }
      }
      if let reason {
        let instead = try probe.encode(probe.wordText(of: id)).map { TokenID($0) }
        neverMade.append(NeverMade(id: id, reason: reason, instead: instead))
      }
    }
  }

  /// The ids of all tokens but the added ones.
  private static func ids(of tokenizer: Tokenizer) -> [TokenID] {
    (0..<tokenizer.vocabulary.count).lazy.map { TokenID($0) }.filter {
      (tokenizer.vocabulary.contains($0) || !tokenizer.bytes(of: $0).isEmpty)
        && !tokenizer.isAdded($0)
    }
  }

  /// The characters that the installed ICU does not assign.
  private static func unassigned(
    in tokens: some Sequence<ArraySlice<UInt8>>
  ) -> [Unicode.Scalar] {
    var found: Set<Unicode.Scalar> = []
    for token in tokens where token.contains(where: { $0 >= 0x80 }) {
      guard let text = String(validating: token, as: UTF8.self) else { continue }
      for scalar in text.unicodeScalars where !ICUVersion.assigns(scalar) { found.insert(scalar) }
    }
    return found.sorted { $0.value < $1.value }
  }
}

/// Why a model does not make a token.
struct TokenCauses {
  private let model: any WordModel
  private let isUnmade: (TokenID) -> Bool
  /// The merges of each product that is not made; nil for a model without merges.
  private let rules: [TokenID: [Merge]]?

  /// - Parameters:
  ///   - model: The model.
  ///   - isUnmade: Whether neither bytes nor merges make a token.
  init(_ model: any WordModel, isUnmade: @escaping (TokenID) -> Bool) {
    self.model = model
    self.isUnmade = isUnmade
    let merges: [Merge]? =
      switch model {
      case let model as BPEModel: model.merges.merges
      case let model as any MergingModel: model.mergesByRank
      default: nil
      }
    rules = merges.map { merges in
      Dictionary(grouping: merges.filter { isUnmade($0.product) }, by: \.product)
    }
  }

  /// The first reason that holds for a token that is not made.
  func reason(of id: TokenID) -> VocabularyAudit.Reason {
    guard let rules else { return .replaced }
    if !model.vocabulary.contains(id) { return .outsideAlphabet }
    if standsIn(id) { return .unneeded }
    if let own = rules[id] {
      return own.contains { !isUnmade($0.left) && !isUnmade($0.right) } ? .preempted : .unmadePart
    }
    return isOutside(id) ? .outsideAlphabet : .noMerge
  }

  private var characters: CharacterModel? {
    (model as? CharacterModel) ?? (model as? MarkedModel)?.marked
  }

  private func standsIn(_ id: TokenID) -> Bool {
    if let characters {
      return id == characters.settings.unknown || characters.standsForByte(id)
    }
    return id == (model as? BPEModel)?.unknown
  }

  private func isOutside(_ id: TokenID) -> Bool {
    if let model = model as? BPEModel {
      return model.vocabulary.bytes(of: id).contains { model.vocabulary.id(of: [$0]) == nil }
    }
    return characters.map { !$0.isSpelled(id) } ?? false
  }
}

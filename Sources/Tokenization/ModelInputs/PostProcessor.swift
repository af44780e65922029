// Source: Hugging Face tokenizers 0.23, `post_processor` of tokenizer.json.

public import BytePairEncoding

/// What happens to the tokens of a text, or of a pair of texts, on their way to a model.
///
/// Without steps, a pair is the one text and then the other.
public struct PostProcessor: Hashable, Sendable {
  /// One step.
  public enum Step: Hashable, Sendable {
    /// Leaves spaces out of offsets.
    case trimming(OffsetTrimming)
    /// Puts the texts and special tokens in the order of a template.
    case template(InputTemplate)
    /// BERT's: `start` A `separator`, and for a pair also B `separator`, whose type is 1.
    case bert(start: InputToken, separator: InputToken)
    /// RoBERTa's: `start` A `separator`, and for a pair also `separator` B `separator`, all of type
    /// 0; before that it trims offsets.
    case roberta(start: InputToken, separator: InputToken, trimming: OffsetTrimming?)
  }

  /// The steps, in order.
  public let steps: [Step]

  /// - Parameter steps: The steps, in order.
  public init(_ steps: [Step] = []) { self.steps = steps }

  /// The number of special tokens that are added to a text, or to a pair.
  public func addedTokenCount(isPair: Bool) -> Int {
    steps.reduce(0) { count, step in
      switch step {
      case .trimming: count
      case .template(let template): count + template.addedTokenCount(isPair: isPair)
      case .bert: count + (isPair ? 3 : 2)
      case .roberta: count + (isPair ? 4 : 2)
      }
    }
  }

  /// Whether a text or a pair gets special tokens.
  public var addsTokens: Bool {
    addedTokenCount(isPair: false) > 0 || addedTokenCount(isPair: true) > 0
  }

  /// All special tokens that rows may get.
  var addedTokens: [InputToken] {
    steps.flatMap { step -> [InputToken] in
      switch step {
      case .trimming: []
      case .template(let template):
        (template.single + template.pair).flatMap { $0.special?.tokens ?? [] }
      case .bert(let start, let separator), .roberta(let start, let separator, _):
        [start, separator]
      }
    }
  }

  /// How offsets are trimmed, one time after another.
  public var trimmings: [OffsetTrimming] {
    steps.compactMap { step in
      switch step {
      case .trimming(let trimming): trimming
      case .roberta(_, _, let trimming): trimming
      case .template, .bert: nil
      }
    }
  }
}

/// A token that a post-processor or a padding adds.
public struct InputToken: Hashable, Sendable {
  /// Its id; the vocabulary need not have it.
  public let id: TokenID
  /// Its spelling.
  public let piece: [UInt8]

  /// - Parameters:
  ///   - id: Its id; the vocabulary need not have it.
  ///   - piece: Its spelling.
  public init(id: TokenID, piece: [UInt8]) {
    self.id = id
    self.piece = piece
  }
}

/// The order of texts and special tokens in a row, for one text and for a pair.
public struct InputTemplate: Hashable, Sendable {
  /// A special token by name, which may stand for several tokens.
  public struct Special: Hashable, Sendable {
    /// Its name in the template.
    public let name: [UInt8]
    /// The tokens that it stands for.
    public let tokens: [InputToken]

    /// - Parameters:
    ///   - name: Its name in the template.
    ///   - tokens: The tokens that it stands for.
    public init(name: [UInt8], tokens: [InputToken]) {
      self.name = name
      self.tokens = tokens
    }
  }

  /// One place of a template; its tokens are of one type.
  public enum Piece: Hashable, Sendable {
    /// The first text.
    case first(typeID: UInt32)
    /// The second text.
    case second(typeID: UInt32)
    /// A special token.
    case special(Special, typeID: UInt32)

    /// The special token; nil for a text.
    public var special: Special? {
      if case .special(let special, _) = self { special } else { nil }
    }

    var textIndex: Int? {
      switch self {
      case .first: 0
      case .second: 1
      case .special: nil
      }
    }
  }

  /// The row of one text.
  public let single: [Piece]
  /// The row of a pair.
  public let pair: [Piece]

  /// - Parameters:
  ///   - single: The row of one text; it has no place for a second text.
  ///   - pair: The row of a pair; pairs are an error if it lacks a text.
  public init(single: [Piece], pair: [Piece]) {
    precondition(
      !single.contains { $0.textIndex == 1 },
      "the template of one text has a place for a second text"
    )
    self.single = single
    self.pair = pair
  }

  func addedTokenCount(isPair: Bool) -> Int {
    (isPair ? pair : single).reduce(0) { $0 + ($1.special?.tokens.count ?? 0) }
  }
}

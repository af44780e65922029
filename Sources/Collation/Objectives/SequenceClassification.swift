// Source: J. Devlin et al., "BERT", NAACL 2019, section 3 and figure 2: [CLS] a [SEP], or [CLS] a
//   [SEP] b [SEP], with a segment number for each token. Cutting: "longest first" of Hugging Face
//   tokenizers.
// Procedure: a row has one segment for each text; where they are too long together, the longer one
//   is cut until they are equal, then both, the odd token staying with the one that was longer.
// Complexity: O(row).
// Determinism: no draws.

public import BytePairEncoding
import Corpora

/// One or two texts between marks, of which a class is to be found.
public struct SequenceClassification: Objective {
  /// Its names in recipes.
  public static let names = ["classification", "pairs"]
  /// Its settings in recipes.
  public static let settings: [RecipeKey] = [.labelField, .labels, .startToken, .endMark]
  /// The kinds of rows that it can be made of.
  public static let rows = [Collator.Rows.documents]
  /// The noise that its inputs may have besides its own.
  public static let acceptedNoise = AcceptedNoise.inPlace
  /// Fields stay apart.
  public static let keepsFields = true
  /// The arrays that it adds to batches.
  public static let extras = [ExtraArray.labels, .tokenTypes]

  /// The texts of a row, 1 or 2.
  public let texts: Int
  /// The token before the first text.
  public let start: TokenID
  /// The token behind each text.
  public let end: TokenID

  /// - Parameters:
  ///   - texts: The texts of a row, 1 or 2.
  ///   - start: The token before the first text.
  ///   - end: The token behind each text.
  public init(texts: Int, start: TokenID, end: TokenID) {
    precondition((1...2).contains(texts), "a row has 1 or 2 texts, not \(texts)")
    self.texts = texts
    self.start = start
    self.end = end
  }

  private static let starts = ["[CLS]", "<s>"]
  private static let ends = ["[SEP]", "</s>"]

  /// The tokens that only this objective makes special.
  public static func marks(_ reader: RecipeReader) throws -> [TokenID] {
    try [
      reader.token(.startToken, orFirstOf: starts), reader.token(.endMark, orFirstOf: ends),
    ].compactMap { $0 }
  }

  /// Reads its settings from a recipe.
  public init(_ reader: RecipeReader) throws {
    self.init(
      texts: reader.objective == "pairs" ? 2 : 1,
      start: try reader.neededToken(.startToken, orFirstOf: Self.starts),
      end: try reader.neededToken(.endMark, orFirstOf: Self.ends)
    )
  }

  /// Refuses a collator that does not go with it.
  public func check(_ collator: Collator, _ reader: RecipeReader) throws {
    let recipe = reader.recipe
    let count = try recipe.fields()?.texts.count ?? 0
    if count != texts {
      throw recipe.failure(
        .fields,
        "\"\(reader.objective)\" needs \(texts) of them, but found \(count)"
      )
    }
    if texts == 1 && !recipe.has(.labelField) {
      throw recipe.failure(.labelField, "\"classification\" needs the field with the class")
    }
  }

  /// The marks of a row.
  private var addedTokens: Int { texts + 1 }

  /// The tokens of a full row.
  public func tokens(fitting length: Int) -> Int { max(length - addedTokens, 1) }

  /// The longest input of a row.
  public func inputLength(ofTokens tokens: Int) -> Int { tokens + addedTokens }

  /// The tokens of each field that stay.
  public func keptTokens(ofFields counts: [Int], limit: Int) -> [Int] {
    guard counts.count == 2 else { return counts.map { min($0, limit) } }
    let (short, long) = (counts.min() ?? 0, counts.max() ?? 0)
    if short + long <= limit { return counts }
    if 2 * short <= limit {
      return counts[0] <= counts[1] ? [short, limit - short] : [limit - short, short]
    }
    let half = limit / 2
    return counts[0] > counts[1] ? [limit - half, half] : [half, limit - half]
  }

  /// Makes inputs and targets of a row.
  public func apply(to row: inout Row, at moment: NoiseContext, _ scratch: inout NoiseScratch) {
    row.input(start.rawValue, at: 0, by: .mark)
    row.extras[0].append(row.label)
    row.extras[1].append(0)
    for (number, segment) in row.segments.enumerated() {
      row.input(segment)
      row.input(end.rawValue, at: max(segment.upperBound - 1, 0), by: .mark)
      row.extras[1] += repeatElement(Int32(number), count: segment.count + 1)
    }
    row.noTargets(row.inputs.count)
    // Also where no text is left that would say it.
    if let document = row.document {
      row.inputDocuments.removeAll(keepingCapacity: true)
      row.inputDocuments += repeatElement(document, count: row.inputs.count)
    }
  }
}

extension RecipeKey {
  static let startToken = RecipeKey(
    "cls_token",
    fallback: "[CLS], <s>",
    "before the first text of a class"
  )
  static let endMark = RecipeKey(
    "sep_token",
    fallback: "[SEP], </s>",
    "behind each text of a class"
  )
}

extension ExtraArray {
  /// The class of each row: that of ``SequenceClassification``.
  public static let labels = ExtraArray("labels", width: .row, fill: Batch.ignoredTarget)
  /// The index of each input's text, 0 or 1: that of ``SequenceClassification``.
  public static let tokenTypes = ExtraArray("token_types", width: .inputs)
}

extension Batch {
  /// For each row the class, ``ignoredTarget`` where there is none; empty for objectives other than
  /// ``SequenceClassification``.
  public var labels: [Int32] { self[.labels] }
  /// rows × length indices of the inputs' texts, 0 or 1, 0 at padding; empty for objectives other
  /// than ``SequenceClassification``.
  public var tokenTypes: [Int32] { self[.tokenTypes] }
}

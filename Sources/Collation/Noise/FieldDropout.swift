// Source: N. Neverova, C. Wolf, G. Taylor, F. Nebout, "ModDrop", PAMI 2016, section 3.4: each of
//   several inputs is dropped at a rate.
// Procedure: each field of a document is left out of the row with the field's rate, independently;
//   all can be. The separator stays.
// Complexity: O(1) for each field.
// Determinism: one 32-bit word for each field, of the stream (site fieldDropout; item: number of
//   the document; position: number of the field), so all rows of a document in an epoch leave out
//   the same fields.

public import Noise

/// Leaves whole fields of documents out.
public struct FieldDropout: Sendable {
  /// The probability for each field, with its schedule.
  public let rates: [NoiseRate]

  /// - Parameter rates: The probability for each field, in the order of the fields.
  public init(rates: [NoiseRate]) { self.rates = rates }

  /// The fields of one moment.
  struct Drawn {
    fileprivate let rates: [DropoutRate]
    fileprivate let key: NoiseKey

    /// Whether a field is left out.
    ///
    /// - Parameters:
    ///   - field: Its number.
    ///   - document: The number of its document.
    ///   - trace: Gets the trial; nil where rows are not traced.
    /// - Returns: Whether it is.
    func isDropped(_ field: Int, ofDocument document: UInt64, _ trace: inout RowTrace?) -> Bool {
      let rate = rates[field].value
      var draws = RandomStream(key: key, item: document, position: UInt64(field))
      let isDropped = draws.happens(BernoulliThreshold(rate))
      trace?.begin(.fieldDropout, trials: 1, rate: rate)
      if isDropped { trace?.succeed(.fieldDropout) }
      return isDropped
    }
  }

  /// The fields of a moment; nil where none is left out.
  func drawn(_ moment: NoiseContext) -> Drawn? {
    let rates = rates.map { moment.rate($0) }
    if rates.allSatisfy({ $0 == .zero }) { return nil }
    return Drawn(rates: rates, key: moment.key(.fieldDropout))
  }
}

extension FieldDropout {
  /// Its settings in recipes.
  static let settings = [RecipeKey.fieldDropout]
}

extension RecipeKey {
  static let fieldDropout = RecipeKey(
    "field_dropout",
    fallback: "0",
    "rate of whole fields left out, or an object with a rate for some",
    rows: encoded
  )
}

extension NoiseSite {
  /// Field dropout: which fields of a document are left out.
  package static var fieldDropout: NoiseSite { NoiseSite(number: 21, name: "fieldDropout") }
}

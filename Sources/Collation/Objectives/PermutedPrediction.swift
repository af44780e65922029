// Source: Z. Yang, Z. Dai, Y. Yang, J. Carbonell, R. Salakhutdinov, Q. Le, "XLNet", NeurIPS 2019,
//   sections 2.2 and 2.3.
// Procedure: the ordinary tokens of a row get an order, every one equally likely; special tokens
//   come before all of them. A position may see those whose place in the order is before its own,
//   and the last floor(rate · n + u) of n are to be found (the paper: a sixth). Rows of any length
//   do, unlike in Hugging Face.
// Complexity: O(n).
// Determinism: a draw for the number, then one for each token, of the stream (site factorization;
//   item: number of the row in the epoch).

public import Noise

/// Predicting tokens in an order drawn by chance.
public struct PermutedPrediction: Objective {
  /// Its names in recipes.
  public static let names = ["permutation"]
  /// A few words that the help shows behind the name.
  public static let gloss: String? = "XLNet"
  /// Its settings in recipes.
  public static let settings = [RecipeKey.permutedShare]
  /// The kinds of rows that it can be made of.
  public static let rows = Collator.Rows.allCases
  /// The arrays that it adds to batches.
  public static let extras = [ExtraArray.order]

  /// The share of tokens to be found, with its schedule.
  public let rate: NoiseRate
  /// Which tokens are never to be found.
  public let classes: TokenClasses

  /// - Parameters:
  ///   - rate: The share of tokens to be found, with its schedule.
  ///   - classes: Which tokens are never to be found.
  public init(rate: NoiseRate, classes: TokenClasses) {
    self.rate = rate
    self.classes = classes
  }

  /// Reads its settings from a recipe.
  public init(_ reader: RecipeReader) throws {
    let rate = try reader.recipe.rate(.permutedShare) ?? NoiseRate(DropoutRate(1.0 / 6) ?? .zero)
    self.init(rate: rate, classes: reader.classes)
  }

  /// Makes inputs and targets of a row.
  public func apply(to row: inout Row, at moment: NoiseContext, _ scratch: inout NoiseScratch) {
    row.input(row.ids.indices)
    row.noTargets(row.ids.count)
    var draws = moment.draws(.factorization)
    var order = row.extras[0]
    row.extras[0] = []
    defer { row.extras[0] = order }
    row.places.removeAll(keepingCapacity: true)
    order.append(contentsOf: repeatElement(0, count: row.ids.count))
    var special: Int32 = 0
    for (place, id) in row.ids.enumerated() {
      if classes.isSpecial(id) {
        order[place] = special
        special += 1
      } else {
        row.places.append(UInt32(truncatingIfNeeded: place))
      }
    }
    let count = row.places.count
    let found = TokenMasking.count(of: count, moment.rate(rate), &draws)
    for place in stride(from: count - 1, to: 0, by: -1) {
      row.places.swapAt(place, Int(draws.next(below: UInt32(place + 1))))
    }
    for (turn, place) in row.places.enumerated() {
      let place = Int(place)
      order[place] = special + Int32(truncatingIfNeeded: turn)
      if turn < count - found { continue }
      row.targets[place] = Int32(truncatingIfNeeded: row.ids[place])
      row.targetBytes[place] = row.byteCount(at: place)
    }
    row.trace?.begin(.masked, trials: count, rate: moment.rate(rate).value)
    row.trace?.succeed(.masked, times: found)
  }
}

extension RecipeKey {
  static let permutedShare = RecipeKey(
    "plm_probability",
    fallback: "0.1667",
    "rate of tokens to be found, the last of the order"
  )
}

extension ExtraArray {
  /// The place of each input in the order of prediction, -1 at padding: that of
  /// ``PermutedPrediction``.
  public static let order = ExtraArray("order", width: .inputs, fill: -1)
}

extension Batch {
  /// rows × length places in the order of prediction, -1 at padding; empty for objectives other
  /// than ``PermutedPrediction``.
  public var order: [Int32] { self[.order] }
}

extension NoiseSite {
  /// The order in which a row's tokens are predicted.
  package static var factorization: NoiseSite { NoiseSite(number: 19, name: "factorization") }
}

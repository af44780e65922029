// Source: G. Lample, L. Denoyer, M. Ranzato, "Unsupervised Machine Translation Using Monolingual
//   Corpora Only", ICLR 2018, section 3.3: a permutation with |s(i) - i| <= k, by sorting i + u(i),
//   u uniform.
// Procedure: the words of each run between two special tokens or documents are sorted by i + u · (k
//   + 1), u in 0..<1, in fixed point; of equal ones the first comes first. Words move with the
//   spaces before them.
// Complexity: O(n + w log w) for w words.
// Determinism: one 32-bit draw for each word, in order, of the stream (site wordShuffle; item:
//   number of the row in the epoch).

package import Noise

/// Puts words of the input in another order, none further than some places away.
public struct WordShuffle: TokenNoise {
  /// Its settings in recipes.
  public static let settings = [RecipeKey.wordShuffle]
  /// Whether it moves tokens.
  public static let movesTokens = true

  /// How many places a word may move.
  public let distance: Int

  /// - Parameter distance: How many places a word may move, 0 through 1,000,000.
  public init(distance: Int) {
    precondition(
      (0...1_000_000).contains(distance),
      "words move by 0 through 1,000,000 places, not \(distance)"
    )
    self.distance = distance
  }

  /// Reads its settings from a recipe.
  public init?(_ reader: RecipeReader) throws {
    guard let distance = try reader.recipe.integer(.wordShuffle, in: 0...1_000_000), distance > 0
    else { return nil }
    self.init(distance: distance)
  }

  /// Whether words are needed.
  public var needsWords: Bool { true }

  /// Changes the inputs of a row.
  public func apply(to row: inout Row, at moment: NoiseContext, _ scratch: inout NoiseScratch) {
    if distance == 0 { return }
    var draws = moment.draws(.wordShuffle)
    let units = row.units.ranges
    let keys = units.indices.map {
      (UInt64($0) << 32) + UInt64(draws.next32()) * UInt64(distance + 1)
    }
    // Of two neighbours the second comes first where u(i) - u(i + 1) > 1 / (k + 1).
    let swapped = Double(distance) / Double(distance + 1)
    row.trace?.begin(.wordShuffle, trials: 0, rate: 0)
    var places = Array(row.inputs.indices)
    var start = 0
    for unit in units.indices
    where units.isLastOfRun(unit, documents: row.inputDocuments) {
      var place = units[start].lowerBound
      for moved in (start...unit).sorted(by: { (keys[$0], $0) < (keys[$1], $1) }) {
        for old in units[moved] {
          places[place] = old
          place += 1
        }
      }
      for first in stride(from: start, to: unit, by: 2) {
        row.trace?.begin(.wordShuffle, trials: 1, rate: swapped * swapped / 2)
        if keys[first] > keys[first + 1] { row.trace?.succeed(.wordShuffle) }
      }
      start = unit + 1
    }
    let (inputs, documents) = (row.inputs, row.inputDocuments)
    for (place, old) in places.enumerated() {
      row.inputs[place] = inputs[old]
      if !documents.isEmpty { row.inputDocuments[place] = documents[old] }
    }
    row.trace?.reorder(places)
  }
}

extension RecipeKey {
  static let wordShuffle = RecipeKey(
    "word_shuffle",
    fallback: "0",
    "places that a word may move"
  )
}

extension NoiseSite {
  /// The order of words that are shuffled.
  package static var wordShuffle: NoiseSite { NoiseSite(number: 15, name: "wordShuffle") }
}

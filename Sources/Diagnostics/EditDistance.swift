// Source: V. Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals",
//   1966.
// Procedure: dynamic programming over one row of the table of distances at a time.
// Complexity: O(product of the lengths), where the second counts up to a hundred bytes.
// Determinism: exact.

/// The least number of bytes to insert, delete or replace that turns one text into another.
///
/// - Parameters:
///   - left: A text.
///   - right: Another text, of which the first hundred bytes count.
/// - Returns: 0 for equal texts.
package func editDistance(_ left: String, _ right: String) -> Int {
  let right = Array(right.utf8.prefix(100))
  var row = Array(0...right.count)
  for (line, letter) in left.utf8.enumerated() {
    var diagonal = row[0]
    row[0] = line + 1
    for (index, other) in right.enumerated() {
      let exchanged = diagonal + (letter == other ? 0 : 1)
      diagonal = row[index + 1]
      row[index + 1] = min(exchanged, row[index] + 1, row[index + 1] + 1)
    }
  }
  return row[right.count]
}

// Procedure: the last documents of a text are held out; a text of few documents is cut at the start of
//   a line.
// Complexity: O(1) for each document that is held out, and a search for the line.
// Determinism: a function of the text alone.

import Corpora

extension BatchFiles {
  /// The most bytes that are held out: more makes an evaluation slower, not better.
  private static let mostHeldOut = 1 << 22

  /// Takes the held-out text away from the documents: the last ``heldOutShare`` of the documents,
  /// or of the lines where there are fewer than 20 documents.
  func holdOut(of documents: inout DocumentStore) -> DocumentStore? {
    guard heldOutShare > 0 else { return nil }
    var first = documents.count - max(Int(Double(documents.count) * heldOutShare), 1)
    if documents.count < 20 {
      guard documents.labels.isEmpty, documents.fieldCount <= 1,
        let line = documents.splitAtLine(behind: 1 - heldOutShare)
      else { return nil }
      first = line
    }
    var bytes = documents.byteCount(from: first)
    while first < documents.count - 1, bytes > Self.mostHeldOut {
      bytes -= documents.ranges[first].count
      first += 1
    }
    let heldOut = documents.removeLast(from: first)
    return heldOut.hasText ? heldOut : nil
  }
}

// Procedure: a part begins at every mark that follows neither a mark nor one of the joined bytes.
// Complexity: O(n).

import CUnicode

/// Cuts a text before its space marks.
package struct MarkScanner: BatchScanner {
  private let mark: [UInt8]
  /// Whether no part begins behind a byte.
  private let joins: [Bool]

  /// - Parameters:
  ///   - mark: The UTF-8 of a character.
  ///   - joined: The bytes behind which no part begins.
  package init(mark: [UInt8], joined: Set<UInt8>) {
    self.mark = mark
    var joins = (UInt8.min...UInt8.max).map { joined.contains($0) }
    if let last = mark.last { joins[Int(last)] = true }
    self.joins = joins
  }

  func fill(
    _ batch: inout PreTokenBuffer,
    from text: UnsafeBufferPointer<UInt8>,
    at position: inout Int
  ) {
    guard let base = text.baseAddress else { return }
    mark.withUnsafeBufferPointer { mark in
      joins.withUnsafeBufferPointer { joins in
        while position < text.count && !batch.isFull {
          // SAFETY: the position is inside the text, and `joins` has an entry for each byte.
          let end = bpd_next_mark(
            base,
            text.count,
            position + 1,
            mark.baseAddress,
            mark.count,
            joins.baseAddress
          )
          batch.append(position, end)
          position = end
        }
      }
    }
  }
}

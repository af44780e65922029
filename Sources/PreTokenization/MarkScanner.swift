// Procedure: a part begins at every mark that follows neither a mark nor one of the joined bytes.
// Complexity: O(n).

/// Cuts a text before its space marks.
package struct MarkScanner: BatchScanner {
  private let mark: [UInt8]
  /// Whether no part begins behind a byte.
  private let joins: [Bool]

  /// - Parameters:
  ///   - mark: The UTF-8 of a character, of at least two bytes.
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
    guard let first = mark.first else { return }
    mark.withUnsafeBufferPointer { mark in
      joins.withUnsafeBufferPointer { joins in
        while position < text.count && !batch.isFull {
          var end = position + 1
          while end < text.count {
            if text[end] == first && !joins[Int(text[end - 1])] && begins(text, end, mark) { break }
            end += 1
          }
          batch.append(position, end)
          position = end
        }
      }
    }
  }

  @inline(__always)
  private func begins(
    _ text: UnsafeBufferPointer<UInt8>,
    _ start: Int,
    _ mark: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    guard start + mark.count <= text.count else { return false }
    for index in mark.indices where text[start + index] != mark[index] { return false }
    return true
  }
}

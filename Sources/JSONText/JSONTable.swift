// Procedure: the strings lie one behind the other in one array, so that a vocabulary or a list of
//   merges takes a few allocations rather than some for each entry.
// Complexity: O(length of the strings).

/// An object whose values are whole numbers, or an array of strings, or one of pairs of strings.
package struct JSONTable: Equatable, Sendable {
  /// What the table is in the text.
  package enum Shape: Equatable, Sendable {
    /// `{"a": 0, "b": 1}`
    case object
    /// `["a", "b"]`
    case strings
    /// `[["a", "b"], ["c", "d"]]`
    case pairs
  }

  /// What the table is in the text.
  package let shape: Shape
  /// The values of an object, from 0; empty for arrays.
  package var numbers: [Int] = []
  private var pool: [UInt8] = []
  private var ends: [UInt32] = []

  /// An empty table.
  package init(_ shape: Shape) { self.shape = shape }

  /// The table of an object; nil if a value is no whole number from 0 to 2^53.
  ///
  /// - Parameter members: Those of the object.
  package init?(_ members: [JSONMember]) {
    self.init(.object)
    for member in members {
      guard let number = member.value.integer(below: 1 << 53) else { return nil }
      append(member.key)
      numbers.append(number)
    }
  }

  /// The number of strings: two for each pair.
  package var count: Int { ends.count }

  /// A string.
  package subscript(index: Int) -> ArraySlice<UInt8> {
    pool[(index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])]
  }

  /// The object or array.
  package var value: JSONValue {
    switch shape {
    case .object:
      .object(
        numbers.indices.map {
          JSONMember(key: Array(self[$0]), value: .number(Double(numbers[$0])))
        }
      )
    case .strings: .array((0..<count).map { .string(Array(self[$0])) })
    case .pairs:
      .array(
        stride(from: 0, to: count, by: 2).map { index in
          .array([index, index + 1].map { .string(Array(self[$0])) })
        }
      )
    }
  }

  package mutating func append(_ string: some Sequence<UInt8>) {
    append { $0.append(contentsOf: string) }
  }

  mutating func append(_ write: (inout [UInt8]) throws -> Void) rethrows {
    try write(&pool)
    ends.append(UInt32(pool.count))
  }

  mutating func reserveCapacity(_ bytes: Int) {
    pool.reserveCapacity(bytes)
    ends.reserveCapacity(bytes / 8)
  }
}

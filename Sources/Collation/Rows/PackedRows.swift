// Source: best-fit decreasing bin packing (D. Johnson, "Near-Optimal Bin Packing Algorithms", MIT
//   1973), with the open rows in a table by the room that they have left; H. Ding et al., "Fewer
//   Truncations Improve Language Modeling", ICML 2024.
// Procedure: a document longer than a row is cut into whole rows and a rest. Pieces are placed from
//   the longest to the shortest, equal ones in order: each goes into the row with the least
//   sufficient room, of several the one opened or used last. A bit set has the amounts of room that
//   some row has. The pieces of a row stand in the order of the text.
// Complexity: O(pieces · (1 + length / 64)), O(pieces + length) memory.
// Determinism: a function of the documents and the length alone; epochs permute the rows.

/// Documents packed into rows by best fit: only those longer than a row are cut, and padding is
/// small.
public struct PackedRows: Sendable {
  /// The part of a document in one row.
  struct Piece: Hashable, Sendable {
    /// The first position in the stream of tokens.
    var start: Int
    var count: Int
  }

  /// The positions of a row at most.
  public let length: Int
  /// The number of rows.
  public let count: Int
  /// The positions of all documents: each is in exactly one row.
  public let positions: Int
  private let pieces: [Piece]
  /// The first piece of each row, and the end.
  private let starts: [Int]

  /// Packs documents.
  ///
  /// - Parameters:
  ///   - documentStarts: The start of each document and the end, in tokens.
  ///   - length: The positions of a row, at least 1.
  ///   - overlap: The tokens of a document beyond its positions.
  init(_ documentStarts: [Int], length: Int, overlap: Int) {
    self.length = length
    var pieces: [Piece] = []
    for (start, end) in zip(documentStarts, documentStarts.dropFirst()) {
      for first in stride(from: start, to: end - overlap, by: length) {
        pieces.append(Piece(start: first, count: min(length, end - overlap - first)))
      }
    }
    positions = pieces.reduce(0) { $0 + $1.count }
    let rows = Self.rows(of: pieces, length: length)
    count = (rows.max() ?? -1) + 1
    var starts = [Int](repeating: 0, count: count + 1)
    for row in rows { starts[row + 1] += 1 }
    for row in 0..<count { starts[row + 1] += starts[row] }
    self.starts = starts
    var next = starts
    var sorted = pieces
    for (piece, row) in zip(pieces, rows) {
      sorted[next[row]] = piece
      next[row] += 1
    }
    self.pieces = sorted
  }

  /// The pieces of a row, in the order of the text.
  subscript(row: Int) -> ArraySlice<Piece> { pieces[starts[row]..<starts[row + 1]] }

  /// The share of all positions that are tokens.
  public var utilization: Double {
    count == 0 ? 1 : Double(positions) / (Double(count) * Double(length))
  }

  /// The row of each piece.
  private static func rows(of pieces: [Piece], length: Int) -> [Int] {
    // Counting sort: the longest first, equal ones in order.
    var places = [Int](repeating: 0, count: length + 2)
    for piece in pieces { places[length - piece.count + 1] += 1 }
    for size in 1..<places.count { places[size] += places[size - 1] }
    var order = [Int](repeating: 0, count: pieces.count)
    for (number, piece) in pieces.enumerated() {
      order[places[length - piece.count]] = number
      places[length - piece.count] += 1
    }
    var table = OpenRows(length: length)
    var rows = [Int](repeating: 0, count: pieces.count)
    var count = 0
    for number in order {
      let size = pieces[number].count
      if let (row, room) = table.take(atLeast: size) {
        rows[number] = row
        table.put(row, room: room - size)
      } else {
        rows[number] = count
        table.put(count, room: length - size)
        count += 1
      }
    }
    return rows
  }
}

/// Rows by the room that they have left.
private struct OpenRows {
  /// A bit for each amount of room that some row has.
  private var bits: [UInt64]
  /// For each amount of room the row on top, and for each row the one below it; -1 is none.
  private var top: [Int]
  private var below: [Int] = []

  init(length: Int) {
    bits = [UInt64](repeating: 0, count: length / 64 + 1)
    top = [Int](repeating: -1, count: length + 1)
  }

  /// Removes the row with the least sufficient room.
  mutating func take(atLeast size: Int) -> (row: Int, room: Int)? {
    var index = size >> 6
    guard index < bits.count else { return nil }
    var word = bits[index] & (.max << UInt64(size & 63))
    while word == 0 {
      index += 1
      if index == bits.count { return nil }
      word = bits[index]
    }
    let room = (index << 6) + word.trailingZeroBitCount
    let row = top[room]
    top[room] = below[row]
    if top[room] < 0 { bits[index] &= ~(1 << UInt64(room & 63)) }
    return (row, room)
  }

  mutating func put(_ row: Int, room: Int) {
    if row == below.count { below.append(-1) }
    // A full row is closed.
    if room == 0 { return }
    below[row] = top[room]
    top[room] = row
    bits[room >> 6] |= 1 << UInt64(room & 63)
  }
}

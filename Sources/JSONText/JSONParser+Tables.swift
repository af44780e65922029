extension JSONParser {
  /// Parses a table; where there is none, nothing is read, and the parser of values says what is
  /// wrong, if anything.
  mutating func table() -> JSONTable? {
    let start = position
    skipSpace()
    let table: JSONTable?
    if position < text.count, text[position] == UInt8(ascii: "{") {
      table = try? objectTable()
    } else if position < text.count, text[position] == UInt8(ascii: "[") {
      table = try? arrayTable()
    } else {
      table = nil
    }
    if table == nil { position = start }
    return table
  }

  private struct OtherShape: Error {}

  /// Appends a string to a table.
  private mutating func string(into table: inout JSONTable) throws {
    skipSpace()
    guard position < text.count, text[position] == UInt8(ascii: "\"") else { throw OtherShape() }
    try table.append { try string(into: &$0) }
  }

  private mutating func objectTable() throws -> JSONTable {
    position += 1
    var table = JSONTable(.object)
    if take("}") { return table }
    table.reserveCapacity((text.count - position) / 4)
    repeat {
      try string(into: &table)
      guard take(":") else { throw OtherShape() }
      skipSpace()
      guard let number = smallInteger() else { throw OtherShape() }
      table.numbers.append(number)
    } while take(",")
    guard take("}") else { throw OtherShape() }
    return table
  }

  private mutating func arrayTable() throws -> JSONTable {
    position += 1
    if take("]") { return JSONTable(.strings) }
    skipSpace()
    let arePairs = position < text.count && text[position] == UInt8(ascii: "[")
    var table = JSONTable(arePairs ? .pairs : .strings)
    table.reserveCapacity((text.count - position) / 4)
    repeat {
      if !arePairs {
        try string(into: &table)
        continue
      }
      guard take("[") else { throw OtherShape() }
      try string(into: &table)
      guard take(",") else { throw OtherShape() }
      try string(into: &table)
      guard take("]") else { throw OtherShape() }
    } while take(",")
    guard take("]") else { throw OtherShape() }
    return table
  }
}

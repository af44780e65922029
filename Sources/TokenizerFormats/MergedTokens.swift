// Procedure: a rule joins two tokens that are known by then, so the bytes of all tokens follow in
//   one pass. A file of n lines can name a token of 2^n bytes; what a learned file never has is
//   refused.
// Complexity: O(size of the file): the bytes of all tokens are at most a multiple of it.

import BytePairEncoding
import Diagnostics

/// The bytes of tokens in a file that numbers them and gives the numbers of their parts.
struct MergedTokens {
  private static let bytesPerFileByte = 64
  private static let bytesOfSmallFiles = 1 << 16

  private(set) var merges: [Merge] = []
  private var bytes: [[UInt8]?] = []
  private let largestID: Int
  private var room: Int

  /// - Parameter fileSize: The size of the file in bytes, which bounds ids and tokens.
  init(fileSize: Int) {
    largestID = 2 * fileSize + 65_536
    room = Self.bytesPerFileByte * fileSize + Self.bytesOfSmallFiles
  }

  /// Whether an id has a token.
  func contains(_ id: Int) -> Bool { id >= 0 && id < bytes.count && bytes[id] != nil }

  /// Adds a token.
  ///
  /// - Throws: ``InvalidData`` if its id is taken or too large, or if it is longer than in a learned
  ///   file.
  mutating func add(_ token: [UInt8], at id: Int, place: () -> String) throws {
    guard id >= 0, id <= largestID else {
      throw InvalidData(place: place(), "the id \(id) is too large for a file of this size")
    }
    guard !contains(id) else { throw InvalidData(place: place(), "the id \(id) stands twice") }
    room -= token.count
    guard room >= 0 else {
      throw InvalidData(place: place(), "the tokens are longer than any learned file's")
    }
    while bytes.count <= id { bytes.append(nil) }
    bytes[id] = token
  }

  /// Adds a rule and the token that it makes.
  ///
  /// - Throws: ``InvalidData`` if a part has no token yet, or as ``add(_:at:place:)``.
  mutating func merge(_ left: Int, _ right: Int, to id: Int, place: () -> String) throws {
    guard contains(left), contains(right), let first = bytes[left], let second = bytes[right] else {
      throw InvalidData(
        place: place(),
        "\(contains(left) ? right : left) is the id of no token so far"
      )
    }
    guard first.count + second.count <= room else {
      throw InvalidData(place: place(), "the tokens are longer than any learned file's")
    }
    try add(first + second, at: id, place: place)
    merges.append(Merge(left: TokenID(left), right: TokenID(right), product: TokenID(id)))
  }

  /// All tokens; ids may have the same bytes.
  var vocabulary: Vocabulary {
    var vocabulary = Vocabulary()
    for token in bytes {
      if let token { vocabulary.appendCopy(token) } else { vocabulary.appendGap() }
    }
    return vocabulary
  }
}

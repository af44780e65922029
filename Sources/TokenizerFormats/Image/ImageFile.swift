// Procedure: a header of 32 bytes: signature, version, length, checksum of what follows. Then the
//   number of sections, and kind, start and length in bytes of each. Sections begin at multiples of
//   64, so that their numbers can be used where they lie. All numbers are little-endian.
// Complexity: O(sections) to open, without the checksum.

import Diagnostics
import Files

/// The sections of a compiled image.
package struct ImageFile {
  /// What a section holds; numbers never change.
  enum Section: UInt64, CaseIterable {
    /// Everything but the tables, as JSON.
    case settings = 1
    /// The bytes of the tokens, where each starts, which ids have one, and the slots by bytes.
    case pool, starts, presence, tokenSlots
    /// The rules, their slots by pairs, the filter before these, and the numbers of both.
    case merges, mergeSlots, mergeFilter, mergeSettings
    /// A score for each token.
    case scores
  }

  /// The first bytes: none of them is text, and a transfer that changes line ends changes them.
  static let signature: [UInt8] = [0x89] + Array("BPEDRP".utf8) + [0x0A]
  private static let version: UInt64 = 1
  private static let headerLength = 32
  private static let alignment = 64

  private let memory: FileMemory
  private var ranges: [Section: Range<Int>] = [:]
  private let checksum: UInt64

  /// - Throws: ``InvalidData`` if it is no image, or has another length than it says.
  init(_ memory: FileMemory) throws {
    self.memory = memory
    let bytes = memory.bytes
    guard bytes.count >= Self.headerLength + 8, bytes.prefix(8).elementsEqual(Self.signature) else {
      throw InvalidData("no image: it does not begin with the signature of one")
    }
    let version = Self.word(bytes, 8)
    guard version == Self.version else {
      throw InvalidData(
        "the image has version \(version), and this program reads \(Self.version): convert the "
          + "tokenizer again"
      )
    }
    let length = Self.word(bytes, 16)
    guard length == bytes.count else {
      throw InvalidData("found \(bytes.count) bytes where the image says that it has \(length)")
    }
    checksum = Self.word(bytes, 24)
    let count = Self.word(bytes, Self.headerLength)
    let directory = Self.headerLength + 8
    guard count <= Section.allCases.count, bytes.count - directory >= Int(count) * 24 else {
      throw InvalidData(place: "byte \(Self.headerLength)", "found \(count) sections")
    }
    for index in 0..<Int(count) {
      let entry = directory + 24 * index
      let (start, size) = (Self.word(bytes, entry + 8), Self.word(bytes, entry + 16))
      guard let section = Section(rawValue: Self.word(bytes, entry)), ranges[section] == nil,
        start % UInt64(Self.alignment) == 0, start <= bytes.count,
        size <= UInt64(bytes.count) - start
      else { throw InvalidData(place: "byte \(entry)", "found a section that is none") }
      ranges[section] = Int(start)..<Int(start + size)
    }
  }

  /// What keeps the sections in memory.
  var owner: FileMemory { memory }

  /// Checks the whole file.
  ///
  /// - Throws: ``InvalidData`` if a byte has changed.
  func check() throws {
    let content = UnsafeRawBufferPointer(rebasing: memory.bytes[Self.headerLength...])
    guard ImageChecksum.of(content) == checksum else {
      throw InvalidData("the file is damaged: its checksum is another one than it says")
    }
  }

  /// Whether a section is there.
  func has(_ section: Section) -> Bool { ranges[section] != nil }

  /// The numbers of a section.
  ///
  /// - Throws: ``InvalidData`` if it is missing, or has no whole number of them.
  func numbers<Number: FixedWidthInteger & BitwiseCopyable>(
    _ section: Section,
    _ type: Number.Type = Number.self
  ) throws -> UnsafeBufferPointer<Number> {
    let size = MemoryLayout<Number>.size
    guard let range = ranges[section], range.count % size == 0 else {
      throw InvalidData("the section '\(section)' is missing, or has another length")
    }
    // SAFETY: the range lies in the file, and starts at a multiple of the alignment.
    return UnsafeRawBufferPointer(rebasing: memory.bytes[range])
      .assumingMemoryBound(to: type)
  }

  /// The file of some sections.
  static func bytes(of sections: [(section: Section, bytes: UnsafeRawBufferPointer)]) -> [UInt8] {
    func aligned(_ length: Int) -> Int { (length + alignment - 1) / alignment * alignment }
    var start = aligned(headerLength + 8 + 24 * sections.count)
    var directory: [UInt64] = [UInt64(sections.count)]
    for (section, bytes) in sections {
      directory += [section.rawValue, UInt64(start), UInt64(bytes.count)]
      start = aligned(start + bytes.count)
    }
    var file: [UInt8] = []
    file.reserveCapacity(start)
    file += signature
    for word in [version, UInt64(start), 0] + directory { append(word, to: &file) }
    for (_, bytes) in sections {
      file += repeatElement(0, count: aligned(file.count) - file.count)
      file += bytes
    }
    file += repeatElement(0, count: start - file.count)
    return sealed(file)
  }

  /// A file with the checksum of its content.
  ///
  /// - Parameter file: At least as long as a header.
  /// - Returns: The file with another checksum.
  package static func sealed(_ file: [UInt8]) -> [UInt8] {
    var file = file
    let sum = file.withUnsafeBytes { ImageChecksum.of(.init(rebasing: $0[headerLength...])) }
    for index in 0..<8 { file[24 + index] = UInt8(truncatingIfNeeded: sum >> UInt64(8 * index)) }
    return file
  }

  private static func append(_ word: UInt64, to file: inout [UInt8]) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      file.append(UInt8(truncatingIfNeeded: word >> shift))
    }
  }

  private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}

// Format: for each word its length, its bytes and its count. Numbers are in groups of seven bits,
// the lowest first, with the top bit set if more follow. The words of a run ascend by bytes.
// Procedure: a full table is written as a run; at the end a heap of runs merges them, the smallest
//   word first.
// Complexity: O(n log runs) comparisons; one block of each run in memory.

import BytePairEncoding
import Files

/// Sorted counts that did not fit into memory; one for each thread that counts.
final class SpilledCounts: @unchecked Sendable {
  // SAFETY of the unchecked conformance: one thread uses it until all have been joined.
  private var file: TemporaryFile?
  private var ends: [Int] = [0]

  /// Whether there are no runs.
  var isEmpty: Bool { ends.count == 1 }

  /// Writes sorted counts as another run.
  func append(_ counts: WordCounts) throws {
    let file = try self.file ?? TemporaryFile()
    self.file = file
    var end = ends[ends.count - 1]
    var block: [UInt8] = []
    for index in 0..<counts.count {
      Self.append(UInt64(counts.word(index).count), to: &block)
      block.append(contentsOf: counts.word(index))
      Self.append(counts.occurrences(index), to: &block)
      if block.count >= 1 << 20 || index == counts.count - 1 {
        try file.write(block, at: end)
        end += block.count
        block.removeAll(keepingCapacity: true)
      }
    }
    ends.append(end)
  }

  private static func append(_ number: UInt64, to block: inout [UInt8]) {
    var rest = number
    while rest >= 0x80 {
      block.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    block.append(UInt8(rest))
  }

  /// Adds up runs.
  ///
  /// - Parameters:
  ///   - all: The runs of all threads.
  ///   - body: Takes each word once, by ascending bytes, with its sum.
  /// - Throws: ``FileError``, and any error of `body`.
  static func merge(
    _ all: [SpilledCounts],
    _ body: (ArraySlice<UInt8>, UInt64) throws -> Void
  ) throws {
    var heap: [RunReader] = []
    for runs in all {
      guard let file = runs.file else { continue }
      for (start, end) in zip(runs.ends, runs.ends.dropFirst()) {
        let reader = RunReader(file, start..<end)
        if try reader.advance() { heap.append(reader) }
      }
    }
    for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { siftDown(&heap, index) }
    var word: [UInt8] = []
    var sum: UInt64 = 0
    while let first = heap.first {
      if sum > 0 && first.word != word {
        try body(word[...], sum)
        sum = 0
      }
      if sum == 0 { word = first.word }
      sum &+= first.count
      if try !first.advance() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
      }
      siftDown(&heap, 0)
    }
    if sum > 0 { try body(word[...], sum) }
  }

  private static func siftDown(_ heap: inout [RunReader], _ start: Int) {
    var index = start
    while 2 * index + 1 < heap.count {
      var child = 2 * index + 1
      if child + 1 < heap.count && heap[child + 1].precedes(heap[child]) { child += 1 }
      guard heap[child].precedes(heap[index]) else { return }
      heap.swapAt(index, child)
      index = child
    }
  }
}

/// One run, read from front to back.
private final class RunReader {
  private static let blockLength = 1 << 16

  private let file: TemporaryFile
  private var rest: Range<Int>
  private var block: [UInt8] = []
  private var position = 0
  private(set) var word: [UInt8] = []
  private(set) var count: UInt64 = 0

  init(_ file: TemporaryFile, _ range: Range<Int>) {
    self.file = file
    rest = range
  }

  func precedes(_ other: RunReader) -> Bool { word.lexicographicallyPrecedes(other.word) }

  /// Advances to the next word; false at the end.
  func advance() throws -> Bool {
    guard try fill(1) else { return false }
    let length = Int(try number())
    guard try fill(length) else { return false }
    word = Array(block[position..<position + length])
    position += length
    count = try number()
    return true
  }

  private func number() throws -> UInt64 {
    // Ten bytes hold 64 bits in groups of seven.
    _ = try fill(10)
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < block.count {
      let byte = block[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { break }
      shift += 7
    }
    return value
  }

  /// Reads on until at least `length` bytes are available; false if the run ends before.
  private func fill(_ length: Int) throws -> Bool {
    if block.count - position >= length { return true }
    block.removeFirst(position)
    position = 0
    while block.count < length && !rest.isEmpty {
      let part = min(max(Self.blockLength, length), rest.count)
      let bytes = try file.read(at: rest.lowerBound, count: part)
      if bytes.isEmpty { break }
      block += bytes
      rest = rest.lowerBound + bytes.count..<rest.upperBound
    }
    return block.count >= length
  }
}

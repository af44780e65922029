// Source: none known; the law is that of WordSegmenter.swift.
// Procedure: between two drops a derivation follows the first candidates. What follows a drop is thus told
//   by what went before, the step of the drop and how many candidates it takes: under these three
//   numbers the memo has the number of steps from there to the end, if nothing more is dropped, and the
//   tokens then. What went before is a word's name or the name of an entry, so that an entry stands for one
//   course of the derivation exactly, and a look-up for one drop.
// Complexity: O(1) for a look-up; 32 bytes for a course of at most four tokens, which is also the load of
//   one cache line.
// Determinism: it holds what the segmenter would find out anew; it changes the time only.

import CTextKernels

/// Courses that derivations took after a drop; one for each thread.
struct DropoutMemo {
  /// One drop: candidates are dropped in one step, before one is kept or none is left.
  struct Drop: BitwiseCopyable {
    /// How many steps kept their first candidate since the drop before, or unprotected ones since the
    /// word's beginning.
    var step: Int
    /// How many candidates are dropped; at the word's first drop, after the first of them.
    var run: Int
  }

  /// The drops of one word, from left to right: at most two, since courses behind more come up again
  /// too seldom to be worth their memory.
  struct Drops {
    private var drops: InlineArray<2, Drop>
    private(set) var count = 1

    init(_ first: Drop) { drops = InlineArray(repeating: first) }

    var isFull: Bool { count == drops.count }

    subscript(index: Int) -> Drop { drops[index] }

    mutating func append(_ drop: Drop) {
      drops[count] = drop
      count += 1
    }
  }

  /// What is known of a course.
  struct Course: BitwiseCopyable {
    /// The name of what went before, the step and the run; 0 in an empty slot.
    fileprivate(set) var key: UInt64 = 0
    /// Its own name.
    fileprivate(set) var name: UInt32 = 0
    /// From the lowest bit: the number of tokens (8 bits), of steps to the end (8), whether the tokens lie in
    /// the array (1).
    fileprivate var header: UInt32 = 0
    /// The tokens, or first where they start in the array.
    fileprivate(set) var tokens: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)

    @inline(__always) var tokenCount: Int { Int(header & 0xFF) }
    @inline(__always) var steps: Int { Int(header >> 8 & 0xFF) }
    @inline(__always) var isSpilled: Bool { header & (1 << 16) != 0 }
  }

  private static let longestProbe = 16

  private var slots: ZeroedPages<Course>
  private var tokens: [UInt32] = []
  private var used = 0
  private var lastName: UInt32 = 0

  init() { slots = ZeroedPages(count: 0) }

  /// How much memory is in use, in bytes.
  var byteCount: Int {
    slots.count * MemoryLayout<Course>.stride + tokens.capacity * MemoryLayout<UInt32>.stride
  }

  /// A name that nothing else has, or nil where they are used up.
  mutating func newName() -> UInt32? {
    if lastName == .max { return nil }
    lastName += 1
    return lastName
  }

  @inline(__always)
  static func key(_ name: UInt32, _ drop: Drop) -> UInt64 {
    UInt64(name) << 32 | UInt64(truncatingIfNeeded: drop.step) << 16
      | UInt64(truncatingIfNeeded: drop.run) << 8 | 1
  }

  @inline(__always)
  private func home(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & (slots.count &- 1)
  }

  /// Asks the processor for the slot of a course that is about to be looked up.
  @inline(__always)
  func prefetch(_ key: UInt64) {
    if slots.count > 0 { bpd_prefetch(slots.elements + home(key)) }
  }

  /// The course under a key, or nil.
  @inline(__always)
  func find(_ key: UInt64) -> Course? {
    guard slots.count > 0 else { return nil }
    var place = home(key)
    for _ in 0..<Self.longestProbe {
      // SAFETY: the mask keeps the place inside the slots.
      let course = slots.elements + place
      if course.pointee.key == key { return course.pointee }
      if course.pointee.key == 0 { return nil }
      place = (place &+ 1) & (slots.count &- 1)
    }
    return nil
  }

  /// Appends the tokens at the end of a course.
  func appendTokens(of course: Course, to result: inout [UInt32]) {
    let count = course.tokenCount
    if course.isSpilled {
      let start = Int(course.tokens.0)
      result.append(contentsOf: tokens[start..<start + count])
      return
    }
    withUnsafeBytes(of: course.tokens) {
      result.append(contentsOf: $0.assumingMemoryBound(to: UInt32.self)[..<count])
    }
  }

  /// Remembers a course.
  ///
  /// - Parameters:
  ///   - key: Not remembered yet.
  ///   - steps: How many steps there are to the end.
  ///   - result: The tokens.
  ///   - capacity: The most memory for the memo, in bytes: where it is used up, all is forgotten.
  /// - Returns: What is remembered, or nil where it is not.
  mutating func insert(
    _ key: UInt64,
    steps: Int,
    tokens result: [UInt32],
    capacity: Int
  ) -> Course? {
    let count = result.count
    guard count < 256 && steps < 256, makeRoom(capacity), let name = newName() else { return nil }
    var course = Course(key: key, name: name)
    course.header = UInt32(truncatingIfNeeded: count | steps << 8)
    if count > 4 {
      course.header |= 1 << 16
      course.tokens.0 = UInt32(truncatingIfNeeded: tokens.count)
      tokens.append(contentsOf: result)
    } else {
      if count > 0 { course.tokens.0 = result[0] }
      if count > 1 { course.tokens.1 = result[1] }
      if count > 2 { course.tokens.2 = result[2] }
      if count > 3 { course.tokens.3 = result[3] }
    }
    put(course)
    used += 1
    return course
  }

  /// Puts a course into the first free slot near its home, if there is one.
  private func put(_ course: Course) {
    var place = home(course.key)
    for _ in 0..<Self.longestProbe {
      if slots.elements[place].key == 0 {
        slots.elements[place] = course
        return
      }
      place = (place + 1) & (slots.count - 1)
    }
  }

  /// Grows or forgets where the slots are full; false where there is no memory for any.
  private mutating func makeRoom(_ capacity: Int) -> Bool {
    if !isKnownUniquelyReferenced(&slots) { slots = slots.copy() }
    if used < slots.count / 2 && byteCount <= capacity { return true }
    let larger = max(2 * slots.count, 1024)
    let stride = MemoryLayout<Course>.stride
    // A table and the one that it grows from are there at once; tokens come besides.
    if (larger + slots.count) * stride + 2 * tokens.capacity * 4 <= capacity {
      let old = slots
      slots = ZeroedPages(count: larger)
      for index in 0..<old.count where old.elements[index].key != 0 { put(old.elements[index]) }
      return true
    }
    if byteCount > capacity {
      slots = ZeroedPages(count: 0)
      tokens = []
    } else {
      slots = ZeroedPages(count: slots.count)
      tokens.removeAll(keepingCapacity: true)
    }
    used = 0
    return slots.count > 0
  }
}

// Source: FIPS 180-4, sections 4.1.2, 5.1.1, 5.3.3 and 6.2. The constants are the first bits of the
//   fractional parts of the cube and square roots of the first primes, and are computed as such.
// Procedure: blocks of 64 bytes; the message ends with a bit 1, zeros and its length in bits.
// Complexity: O(n).
// Determinism: integers only.

/// The SHA-256 checksum of a stream of bytes.
public struct SHA256 {
  private var state = SHA256.roots.square
  private var rest: [UInt8] = []
  private var length: UInt64 = 0

  /// The checksum of no bytes.
  public init() {}

  /// Appends bytes.
  public mutating func update(_ bytes: some Collection<UInt8>) {
    length &+= UInt64(bytes.count)
    rest += bytes
    let whole = rest.count & ~63
    for start in stride(from: 0, to: whole, by: 64) { compress(start) }
    rest.removeFirst(whole)
  }

  /// The checksum of all bytes so far, as 64 hexadecimal digits.
  public var digits: String {
    var last = self
    let bits = length &* 8
    last.update([0x80] + [UInt8](repeating: 0, count: (119 - rest.count % 64) % 64))
    last.update((0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) })
    return last.state.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  private mutating func compress(_ start: Int) {
    var words: [UInt32] = (0..<16).map { word in
      (0..<4).reduce(0) { $0 << 8 | UInt32(rest[start + 4 * word + $1]) }
    }
    for place in 16..<64 {
      let (early, late) = (words[place - 15], words[place - 2])
      let small = Self.rotated(early, 7) ^ Self.rotated(early, 18) ^ early >> 3
      let large = Self.rotated(late, 17) ^ Self.rotated(late, 19) ^ late >> 10
      words.append(words[place - 16] &+ small &+ words[place - 7] &+ large)
    }
    var v = state
    for (constant, word) in zip(Self.roots.cube, words) {
      let mixed = Self.rotated(v[4], 6) ^ Self.rotated(v[4], 11) ^ Self.rotated(v[4], 25)
      let choice = (v[4] & v[5]) ^ (~v[4] & v[6])
      let first = v[7] &+ mixed &+ choice &+ constant &+ word
      let other = Self.rotated(v[0], 2) ^ Self.rotated(v[0], 13) ^ Self.rotated(v[0], 22)
      let most = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2])
      v = [first &+ other &+ most, v[0], v[1], v[2], v[3] &+ first, v[4], v[5], v[6]]
    }
    for index in state.indices { state[index] &+= v[index] }
  }

  private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word >> count | word << (32 - count)
  }

  private static let roots: (square: [UInt32], cube: [UInt32]) = {
    var primes: [UInt64] = []
    var number: UInt64 = 2
    while primes.count < 64 {
      if primes.allSatisfy({ number % $0 != 0 }) { primes.append(number) }
      number += 1
    }
    // The largest x with x^power <= prime · 2^(32 · power), of which the low half counts.
    func root(_ prime: UInt64, _ power: Int) -> UInt32 {
      var found: UInt64 = 0
      for bit in (0..<37 as Range<UInt64>).reversed() {
        let next = found | 1 << bit
        let product = (1..<power).reduce(UInt128(next)) { value, _ in value * UInt128(next) }
        if product <= UInt128(prime) << (32 * UInt128(power)) { found = next }
      }
      return UInt32(truncatingIfNeeded: found)
    }
    return (primes.prefix(8).map { root($0, 2) }, primes.map { root($0, 3) })
  }()
}

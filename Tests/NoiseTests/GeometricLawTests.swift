import Glibc
import Noise
import TestSupport
import Testing

/// A fraction of 1 in units of 2^-128, rounded down.
private struct Fraction: Comparable {
  var units: UInt128

  /// - Parameter word: In units of 2^-64.
  init(_ word: UInt64) { units = UInt128(word) << 64 }

  init(units: UInt128) { self.units = units }

  static func < (left: Fraction, right: Fraction) -> Bool { left.units < right.units }

  static func * (left: Fraction, right: Fraction) -> Fraction {
    Fraction(units: left.units.multipliedFullWidth(by: right.units).high)
  }

  /// A power, by squaring; off by less than 2^-128 for each factor.
  func power(_ exponent: Int) -> Fraction {
    var result = Fraction(units: .max)
    for bit in (0..<Int.bitWidth).reversed() {
      result = result * result
      if exponent >> bit & 1 == 1 { result = result * self }
    }
    return result
  }
}

/// The ratio in units of 2^-64; it must be a multiple of that.
private func bits(_ ratio: Double) throws -> UInt64 {
  try #require(UInt64(exactly: ratio * 0x1p64))
}

private func law(_ ratio: Double) throws -> GeometricLaw {
  GeometricLaw(ratio: try #require(DropoutRate(ratio)))
}

private func complement(_ ratio: Double) throws -> GeometricLaw {
  GeometricLaw.complement(of: try #require(DropoutRate(ratio)))
}

/// Scans upwards for the largest k with word < r^k.
private func scannedRun(_ word: UInt64, ratioBits: UInt64) -> Int {
  let ratio = Fraction(ratioBits)
  var power = ratio
  var run = 0
  while Fraction(word) < power {
    power = power * ratio
    run += 1
  }
  return run
}

struct GeometricLawTests {
  static let key = NoiseKey(seed: 5, site: .testing)
  static let ratios = [0.05, 0.1, 0.5, 0.9, 0.99]

  /// How often each length came up, against r^k (1 - r), with all lengths of a small share in one.
  private func fit(_ law: GeometricLaw, ratio: Double, item: UInt64) throws -> ChiSquare {
    let draws = 400_000
    var expected: [Double] = []
    // Of which the last is what remains: lengths from there on.
    var remaining = Double(draws)
    while remaining * min(ratio, 1 - ratio) >= 20 {
      expected.append(remaining * (1 - ratio))
      remaining = Double(draws) * pow(ratio, Double(expected.count))
    }
    expected.append(remaining)
    var observed = expected.map { _ in 0 }
    var stream = RandomStream(key: Self.key, item: item)
    for _ in 0..<draws {
      let run = try #require(law.run(below: .max, from: &stream))
      observed[min(run, observed.count - 1)] += 1
    }
    return ChiSquare(observed: observed, expected: expected)
  }

  @Test(arguments: ratios)
  func `run lengths follow the exact law`(ratio: Double) throws {
    let test = try fit(law(ratio), ratio: ratio, item: 0)
    #expect(test.isPlausible, "\(test)")
  }

  @Test(arguments: ratios)
  func `run lengths of the opposite event follow the opposite law`(ratio: Double) throws {
    let test = try fit(complement(ratio), ratio: 1 - ratio, item: 1)
    #expect(test.isPlausible, "\(test)")
  }

  @Test(arguments: ratios + [0.25, 0.75, 0x1p-11, 0x1p-53, 0.999])
  func `a hundred thousand words agree with a scan`(ratio: Double) throws {
    let law = try law(ratio)
    let ratioBits = try bits(ratio)
    var stream = RandomStream(key: Self.key, item: 2)
    var words = stream
    var wrong = 0
    for _ in 0..<100_000 {
      let expected = scannedRun(words.next64(), ratioBits: ratioBits)
      if law.run(below: .max, from: &stream) != expected { wrong += 1 }
    }
    #expect(wrong == 0)
  }

  @Test(arguments: ratios + [0.001])
  func `a hundred thousand words of the opposite event agree with a scan`(ratio: Double) throws {
    let law = try complement(ratio)
    let ratioBits = try 0 &- bits(ratio)
    var stream = RandomStream(key: Self.key, item: 3)
    var words = stream
    var wrong = 0
    for _ in 0..<100_000 {
      let expected = scannedRun(words.next64(), ratioBits: ratioBits)
      if law.run(below: .max, from: &stream) != expected { wrong += 1 }
    }
    #expect(wrong == 0)
  }

  /// The bounds on the error are those that the type states.
  @Test(arguments: [0x1p-53, 0x1p-50, 0x1p-40, 0x1p-32, 0x1p-30, 0x1p-20, 0x1p-10, 0.5])
  func `runs of nearly certain events are as long as powers say`(miss: Double) throws {
    let law = try law(1 - miss)
    let ratio = Fraction(try bits(1 - miss))
    let error = Fraction(UInt64(min(4 / miss, 0x1p32)))
    var stream = RandomStream(key: Self.key, item: 4)
    var words = stream
    var longest = 0
    var wrong = 0
    for _ in 0..<20_000 {
      let word = Fraction(words.next64())
      let run = try #require(law.run(below: .max, from: &stream))
      longest = max(longest, run)
      let atLeast = ratio.power(run).units
      let more = ratio.power(run + 1).units
      if word.units >= atLeast && word.units - atLeast > error.units { wrong += 1 }
      if word.units < more && more - word.units > error.units { wrong += 1 }
    }
    #expect(wrong == 0)
    // The longest of 20,000 runs has a chance of about 1 in 20,000.
    #expect((3...30).contains(Double(longest) * -log1p(-miss)))
  }

  @Test func `an event of chance 2 to the -53 does not happen in a million draws`() throws {
    let law = try law(0x1p-53)
    var stream = RandomStream(key: Self.key, item: 5)
    #expect((0..<1_000_000).allSatisfy { _ in law.run(below: .max, from: &stream) == 0 })
  }

  @Test func `an event of chance 1 - 2 to the -53 does not stop within a million steps`() throws {
    let law = try law(1 - 0x1p-53)
    var stream = RandomStream(key: Self.key, item: 6)
    #expect((0..<1_000_000).allSatisfy { _ in law.run(below: 1_000_000, from: &stream) == nil })
  }

  @Test func `what never happens runs for 0, what always happens runs on`() throws {
    var stream = RandomStream(key: Self.key, item: 7)
    for never in [try law(0), try complement(1)] {
      #expect((0..<10_000).allSatisfy { _ in never.run(below: 1, from: &stream) == 0 })
    }
    for always in [try law(1), try complement(0)] {
      #expect((0..<10_000).allSatisfy { _ in always.run(below: .max, from: &stream) == nil })
    }
  }

  @Test func `the opposite of a rate is the law of what is left`() throws {
    #expect(try complement(0) == law(1))
    #expect(try complement(1) == law(0))
    #expect(try complement(0.5) == law(0.5))
    #expect(try complement(0.25) == law(0.75))
    #expect(try complement(0x1p-53) == law(1 - 0x1p-53))
    #expect(try complement(1 - 0x1p-53) == law(0x1p-53))
    #expect(try law(0.25) != law(0.75))
  }

  static let everyKind = [0, 0x1p-53, 0.05, 0.5, 0.9, 0.99, 1 - 0x1p-20, 1 - 0x1p-53, 1]

  @Test(arguments: everyKind)
  func `a limit hides longer runs and changes nothing else`(ratio: Double) throws {
    let law = try law(ratio)
    var wrong = 0
    for item in 0..<10_000 as Range<UInt64> {
      let stream = RandomStream(key: Self.key, item: item, position: 8)
      func run(below limit: Int) -> Int? {
        var copy = stream
        return law.run(below: limit, from: &copy)
      }
      let full = run(below: .max)
      for limit in [-1, 0, 1, 2, 3, 5, 8, 64, 100, 1 << 40] {
        let expected = full.flatMap { $0 < limit ? $0 : nil }
        if run(below: limit) != expected { wrong += 1 }
      }
    }
    #expect(wrong == 0)
  }

  @Test(arguments: everyKind, [0, 1, 10, .max])
  func `every run draws one pair of words`(ratio: Double, limit: Int) throws {
    for law in [try law(ratio), try complement(ratio)] {
      var stream = RandomStream(key: Self.key, item: 9)
      var words = stream
      for _ in 0..<1000 {
        _ = law.run(below: limit, from: &stream)
        _ = words.next64()
      }
      #expect(stream.next32() == words.next32())
    }
  }
}

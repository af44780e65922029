import Noise
import Testing

struct NoiseRateTests {
  struct Course: Sendable {
    let text: String
    /// The rate at steps of a run of 100.
    let rates: [UInt64: Double]
    /// The rate at step 0 of a run of no steps, which is the front of a run.
    let ofNothing: Double
  }

  static let courses = [
    Course(text: "0.2", rates: [0: 0.2, 1: 0.2, 50: 0.2, 99: 0.2, 100: 0.2], ofNothing: 0.2),
    Course(
      text: "0.2:early:0.5",
      rates: [0: 0.2, 49: 0.2, 50: 0, 51: 0, 100: 0, 1000: 0],
      ofNothing: 0.2
    ),
    Course(
      text: "0.2:late:0.5",
      rates: [0: 0, 49: 0, 50: 0.2, 51: 0.2, 100: 0.2, 1000: 0.2],
      ofNothing: 0
    ),
    Course(
      text: "0.2:linear:0.25:0.75",
      rates: [0: 0, 25: 0, 50: 0.1, 75: 0.2, 76: 0.2, 100: 0.2, .max: 0.2],
      ofNothing: 0
    ),
    Course(text: "0.5:linear:0:1", rates: [0: 0, 25: 0.125, 50: 0.25, 100: 0.5], ofNothing: 0),
    Course(
      text: "0.2:decay:0.25:0.75",
      rates: [0: 0.2, 25: 0.2, 50: 0.1, 75: 0, 76: 0, 100: 0, .max: 0],
      ofNothing: 0.2
    ),
    Course(text: "0.5:decay:0:1", rates: [0: 0.5, 25: 0.375, 50: 0.25, 100: 0], ofNothing: 0.5),
    Course(
      text: "0.1:curriculum:0.2:0.3:0.6:0",
      rates: [0: 0.1, 19: 0.1, 20: 0.3, 59: 0.3, 60: 0, 100: 0, .max: 0],
      ofNothing: 0.1
    ),
    Course(text: "0.1:curriculum:0:0.2:1:0.4", rates: [0: 0.2, 99: 0.2, 100: 0.4], ofNothing: 0.2),
    // Nothing of the run, all of it, and lines without length.
    Course(text: "0.2:early:0", rates: [0: 0, 100: 0], ofNothing: 0),
    Course(text: "0.2:early:1", rates: [0: 0.2, 99: 0.2, 100: 0], ofNothing: 0.2),
    Course(text: "0.2:late:0", rates: [0: 0.2, 100: 0.2], ofNothing: 0.2),
    Course(text: "0.2:late:1", rates: [0: 0, 99: 0, 100: 0.2], ofNothing: 0),
    Course(
      text: "0.2:linear:0.5:0.5",
      rates: [0: 0, 49: 0, 50: 0.2, 51: 0.2, 100: 0.2],
      ofNothing: 0
    ),
    Course(text: "0.2:decay:0.5:0.5", rates: [0: 0.2, 49: 0.2, 50: 0, 100: 0], ofNothing: 0.2),
    Course(text: "0.2:decay:0:0", rates: [0: 0, 100: 0], ofNothing: 0),
  ]

  @Test(arguments: courses)
  func `the rate follows its course`(_ course: Course) throws {
    let rate = try #require(NoiseRate(course.text))
    for (step, expected) in course.rates {
      #expect(rate.rate(atStep: step, of: 100).value == expected, "step \(step)")
    }
    #expect(rate.rate(atStep: 0, of: 0).value == course.ofNothing)
    #expect(rate.rate(atStep: 7, of: 0).value == course.ofNothing)
  }

  @Test func `a line never leaves the range from none to its peak, nor goes down`() throws {
    let peak = try #require(DropoutRate(0.1))
    let rate = NoiseRate(peak, schedule: .linear(from: 0.1, to: 0.7))
    let rates = (0...1009).map { rate.rate(atStep: $0, of: 1009).value }
    #expect(rates.first == 0 && rates.last == 0.1)
    #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test func `a decay is its linear rise backwards`() throws {
    let peak = try #require(DropoutRate(0.7))
    let rate = NoiseRate(peak, schedule: .decay(from: 0.1, to: 0.7))
    let rates = (0...1009).map { rate.rate(atStep: $0, of: 1009).value }
    #expect(rates.first == 0.7 && rates.last == 0)
    #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(rates.allSatisfy { $0 >= 0 && $0 <= 0.7 })
    let rise = NoiseRate(peak, schedule: .linear(from: 0.3, to: 0.9))
    for step in 0...1009 as ClosedRange<UInt64> {
      #expect(abs(rates[Int(step)] - rise.rate(atStep: 1009 - step, of: 1009).value) < 1e-12)
    }
  }

  @Test(arguments: courses)
  func `what a rate says is read as that rate`(_ course: Course) throws {
    let rate = try #require(NoiseRate(course.text))
    #expect(NoiseRate("\(rate)") == rate)
    #expect(rate.peak.value >= course.rates.values.max() ?? 0)
  }

  @Test func `the peak of a curriculum is that of its highest stage`() {
    #expect(NoiseRate("0.1:curriculum:0.2:0.3:0.6:0")?.peak.value == 0.3)
    #expect(NoiseRate("0.4:curriculum:0.2:0.3:0.6:0")?.peak.value == 0.4)
    #expect(NoiseRate("0:curriculum:0.5:0")?.peak == .zero)
  }

  @Test func `every form is read`() throws {
    let tenth = try #require(DropoutRate(0.1))
    #expect(NoiseRate("0.1") == NoiseRate(tenth))
    #expect(NoiseRate("0.1:constant") == NoiseRate(tenth, schedule: .constant))
    #expect(NoiseRate("0.1:early:0.5") == NoiseRate(tenth, schedule: .early(until: 0.5)))
    #expect(NoiseRate("0.1:late:0.25") == NoiseRate(tenth, schedule: .late(from: 0.25)))
    #expect(NoiseRate("1e-1:linear:0:0.3") == NoiseRate(tenth, schedule: .linear(from: 0, to: 0.3)))
    #expect(NoiseRate("0")?.peak == .zero)
    #expect(NoiseRate("1")?.peak.value == 1)
  }

  @Test(arguments: [
    "", " ", "x", "0.1 ", " 0.1", "0,1", "1.1", "-0.1", "nan", "inf", "0.1:", ":", ":early:0.5",
    "0.1:early", "0.1:early:", "0.1:early:x", "0.1:early:1.5", "0.1:early:-0.5", "0.1:early:nan",
    "0.1:early:0.5:0.6", "0.1:early:0.5:", "0.1:late", "0.1:late:2", "0.1:late:0:1",
    "0.1:linear", "0.1:linear:0", "0.1:linear:0.5:0.4", "0.1:linear:0:1:1", "0.1:linear:0:inf",
    "0.1:decay", "0.1:decay:0.5", "0.1:decay:0.5:0.4", "0.1:decay:0:1:1", "0.1:decay:0:2",
    "0.1:curriculum", "0.1:curriculum:0.5", "0.1:curriculum:0.5:0.2:0.6",
    "0.1:curriculum:0.5:0.2:0.5:0.3", "0.1:curriculum:0.5:0.2:0.4:0.3", "0.1:curriculum:0.5:1.2",
    "0.1:constant:0.5", "0.1:Early:0.5", "0.1:cosine:0:1", "0.1::0.5", "2:early:0.5",
  ])
  func `anything else is refused`(text: String) {
    #expect(NoiseRate(text) == nil)
  }
}

import Reports
import Testing

struct ProgressLineTests {
  let line = ProgressLine(stage: "learning")

  @Test func `a known total gives a bar, a share, the time left and the speed`() {
    #expect(
      line.text(done: 250, of: 1000, unit: "merges", seconds: 10)
        == "learning [#####...............] 25%  250 merges of 1000 merges  30 s left  25 merges/s"
    )
    #expect(
      line.text(done: 1_500_000, of: 4_500_000, unit: "B", seconds: 0.5)
        == "learning [######..............] 33%  1.5 MB of 4.5 MB  1 s left  3.0 MB/s"
    )
  }

  @Test func `an unknown total gives the amount and the speed`() {
    let text = "learning  2.5 MB  1.3 MB/s"
    #expect(line.text(done: 2_500_000, of: nil, unit: "B", seconds: 2) == text)
    #expect(line.text(done: 2_500_000, of: 0, unit: "B", seconds: 2) == text)
  }

  @Test func `the beginning has neither speed nor time left`() {
    let bar = String(repeating: ".", count: 20)
    for seconds in [0, 1, -1, .nan] {
      #expect(
        line.text(done: 0, of: 1000, unit: "B", seconds: seconds)
          == "learning [\(bar)] 0%  0 B of 1.0 kB  0 B/s"
      )
    }
    let unknown = line.text(done: 5, of: nil, unit: "lines", seconds: 0)
    #expect(unknown == "learning  5 lines  0 lines/s")
  }

  @Test func `the end and what lies beyond are full`() {
    let bar = String(repeating: "#", count: 20)
    #expect(
      line.text(done: 10, of: 10, unit: "steps", seconds: 5)
        == "learning [\(bar)] 100%  10 steps of 10 steps  2 steps/s"
    )
    #expect(
      line.text(done: 12, of: 10, unit: "steps", seconds: 4)
        == "learning [\(bar)] 100%  12 steps of 10 steps  3 steps/s"
    )
  }

  @Test func `nothing is called done before it is`() {
    let text = line.text(done: 999, of: 1000, unit: "steps", seconds: 1)
    #expect(text.hasPrefix("learning [###################.] 99%"))
  }

  @Test(arguments: [
    (1, "1 s"), (59, "59 s"), (60, "1 min 0 s"), (61, "1 min 1 s"), (3599, "59 min 59 s"),
    (3600, "1 h 0 min"), (3661, "1 h 1 min"), (7325, "2 h 2 min"), (359_999, "99 h 59 min"),
    (1_000_000, "99 h 59 min"),
  ])
  func `time left is told in the two largest units`(seconds: Int, expected: String) {
    // One step in one second.
    let text = line.text(done: 1, of: 1 + seconds, unit: "steps", seconds: 1)
    #expect(text.contains("steps  \(expected) left  1 steps/s"))
  }

  @Test func `part of a second left is a second`() {
    #expect(line.text(done: 9, of: 10, unit: "x", seconds: 1).contains("  1 s left"))
    #expect(line.text(done: 10, of: 21, unit: "x", seconds: 1).contains("  2 s left"))
  }

  @Test(arguments: [
    (0, "0 B"), (1, "1 B"), (999, "999 B"), (1000, "1.0 kB"), (1049, "1.0 kB"), (1050, "1.1 kB"),
    (12_345, "12.3 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"), (1_000_000, "1.0 MB"),
    (123_456_789, "123.5 MB"), (999_960_000, "1.0 GB"), (1e9, "1.0 GB"), (1.25e12, "1250.0 GB"),
  ])
  func `bytes are told in the largest unit below them`(bytes: Double, expected: String) {
    #expect(ProgressLine.amount(bytes, "B") == expected)
  }

  @Test(arguments: [
    (0.4, "0 lines"), (0.5, "1 lines"), (4567, "4567 lines"), (2e6, "2000000 lines"),
  ])
  func `other units are counted`(value: Double, expected: String) {
    #expect(ProgressLine.amount(value, "lines") == expected)
  }

  @Test func `a time too short to divide by gives some large number`() {
    for unit in ["B", "steps"] {
      let text = line.text(done: .max, of: nil, unit: unit, seconds: 0x1p-1074)
      #expect(text.hasPrefix("learning  ") && text.hasSuffix("/s"))
    }
  }
}

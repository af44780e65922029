import Reports
import TestSupport
import Testing

struct TensorBoardEventTests {
  @Test func `the checksum is CRC-32C`() {
    let digits = Array("123456789".utf8)
    #expect(CRC32C.checksum(of: digits) == 0xE306_9283)
    #expect(TensorBoardFile.crc32c(digits) == 0xE306_9283, "the oracle, too")
    // RFC 3720, appendix B.4.
    #expect(CRC32C.checksum(of: [UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum(of: [UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    for count in 0..<300 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ count) }
      #expect(CRC32C.checksum(of: bytes) == TensorBoardFile.crc32c(bytes))
    }
  }

  /// A file of some steps, each with two numbers.
  private static func file(_ steps: [Int]) -> [UInt8] {
    let version = TensorBoardEvent(wallTime: 0.5, step: 0, content: .version)
    return steps.reduce(version.record) { file, step in
      let values = [(tag: "a/b", value: Double(step) / 4), (tag: "é", value: -.infinity)]
      let event = TensorBoardEvent(wallTime: 1e9 + 0.25, step: step, content: .scalars(values))
      return file + event.record
    }
  }

  @Test func `what is written is read again`() throws {
    let steps = [0, 1, 127, 128, 300, 1 << 40]
    let events = try TensorBoardFile(Self.file(steps)).events
    #expect(events.map(\.step) == [0] + steps)
    #expect(events[0].wallTime == 0.5 && events[1].wallTime == 1e9 + 0.25)
    for (event, step) in zip(events.dropFirst(), steps) {
      #expect(event.scalars.map(\.tag) == ["a/b", "é"])
      #expect(event.scalars.map(\.value) == [Float(step) / 4, -.infinity])
    }
    let long = String(repeating: "x", count: 400)
    let event = TensorBoardEvent(wallTime: 0, step: 0, content: .scalars([(long, .nan)]))
    let read = try TensorBoardFile(Self.file([]) + event.record).events
    #expect(read[1].value(long)?.isNaN == true)
  }

  @Test func `a run that goes back keeps the events of lower steps`() throws {
    let file = Self.file([0, 1, 2, 200, 1 << 40])
    for (step, kept) in [
      (0, []), (1, [0, 0]), (3, [0, 0, 1, 2]), (1 << 41, [0, 0, 1, 2, 200, 1 << 40]),
    ] {
      let length = TensorBoardEvent.length(of: file, belowStep: step)
      let steps = length == 0 ? [] : try TensorBoardFile(Array(file[..<length])).events.map(\.step)
      #expect(steps == kept)
    }
  }

  @Test func `a file that was cut or damaged keeps the sound records at its front`() throws {
    let file = Self.file([0, 1])
    let whole = [Self.file([]), Self.file([0]), file].map(\.count)
    for length in 0...file.count {
      let kept = TensorBoardEvent.length(of: Array(file[..<length]), belowStep: 9)
      #expect(kept == whole.last { $0 <= length } ?? 0)
    }
    for place in file.indices {
      var damaged = file
      damaged[place] ^= 0x10
      let kept = TensorBoardEvent.length(of: damaged, belowStep: 9)
      #expect(kept == whole.last { $0 <= place } ?? 0)
      #expect(throws: (any Error).self) { try TensorBoardFile(damaged) }
    }
  }
}

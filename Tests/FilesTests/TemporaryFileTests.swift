import Files
import Testing

@Suite struct TemporaryFileTests {
  @Test func `a temporary file gives back what was written, and has no name`() throws {
    let file = try TemporaryFile()
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try file.write(bytes, at: 10)
    #expect(try file.read(at: 10, count: 100_000) == bytes)
    #expect(try file.read(at: 99_990, count: 100) == Array(bytes[99_980...]))
    #expect(try file.read(at: 200_000, count: 10) == [])
  }
}

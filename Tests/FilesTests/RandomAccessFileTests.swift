import Diagnostics
import Files
import TestSupport
import Testing

@Suite("A file read at any place")
struct RandomAccessFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("every range gives its bytes")
  func ranges() throws {
    let bytes = noise(40)
    let file = try RandomAccessFile(try folder.put("file", bytes))
    #expect(file.size == 40)
    for start in 0...40 {
      for end in start...40 {
        #expect(try file.read(at: start, count: end - start) == Array(bytes[start..<end]))
      }
    }
  }

  @Test("a file that became shorter is told from one that is short")
  func shrinking() throws {
    let file = try RandomAccessFile(try folder.put("file", noise(40)))
    try folder.put("file", noise(10))
    #expect(try file.read(at: 0, count: 10) == noise(10))
    let error = #expect(throws: InvalidData.self) { try file.read(at: 5, count: 20) }
    #expect(error?.place == "byte 10" && error?.path == folder["file"])
  }

  @Test("what cannot be read at any place is refused", arguments: ["-", "/dev/null", "/", "/none"])
  func refused(path: String) {
    #expect(throws: FileError.self) { try RandomAccessFile(path) }
  }
}

import Diagnostics
import Glibc
import Testing

struct FileErrorTests {
  @Test(arguments: [
    (FileError.Operation.open, ENOENT, "cannot open a/b: No such file or directory"),
    (.read, EIO, "cannot read a/b: Input/output error"),
    (.create, EACCES, "cannot create a/b: Permission denied"),
    (.write, ENOSPC, "cannot write a/b: No space left on device"),
  ])
  func `the text says what was tried, where, and why`(
    operation: FileError.Operation,
    code: Int32,
    text: String
  ) {
    #expect("\(FileError(operation, path: "a/b", code: code))" == text)
  }

  @Test func `an unknown number is still a text`() {
    #expect("\(FileError(.open, path: "x", code: 99_999))" == "cannot open x: Unknown error 99999")
  }

  @Test func `the number of the last failed call is taken by itself`() {
    #expect(open("/dev/null/x", O_RDONLY) == -1)
    #expect(FileError(.open, path: "y").code == ENOTDIR)
  }

  @Test func `only a broken pipe is a closed pipe`() {
    #expect(FileError(.write, path: "-", code: EPIPE).isClosedPipe)
    #expect(!FileError(.write, path: "-", code: ESPIPE).isClosedPipe)
  }
}

struct InvalidDataTests {
  @Test func `the text has the path and the place where they are known`() {
    let message = "found x, expected y"
    #expect("\(InvalidData(message))" == message)
    #expect("\(InvalidData(place: "line 3", message))" == "line 3: \(message)")
    #expect("\(InvalidData(path: "f.json", message))" == "f.json: \(message)")
    #expect(
      "\(InvalidData(path: "f.json", place: "byte 7", message))" == "f.json: byte 7: \(message)"
    )
  }

  @Test func `a path is added where there is none`() {
    let plain = InvalidData(place: "line 3", "bad")
    #expect(plain.inFile("a") == InvalidData(path: "a", place: "line 3", "bad"))
    #expect(plain.inFile("a").inFile("b") == plain.inFile("a"))
    #expect(plain.path == nil)
  }
}

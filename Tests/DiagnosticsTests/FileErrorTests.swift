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

import Diagnostics
import Files
import Glibc
import Testing

@Suite struct StandardStreamsTests {
  @Test func `a closed standard input cannot be read, nor is it another file`() async {
    await #expect(processExitsWith: .success) {
      close(STDIN_FILENO)
      StandardStreams.occupyClosed()
      let other = try InputFile("/proc/self/status")
      defer { withExtendedLifetime(other) {} }
      _ = try InputFile.check("-")
      let error = #expect(throws: FileError.self) { try InputFile("-").readAll() }
      guard error == FileError(.read, path: "-", code: EBADF) else { exit(1) }
    }
  }

  @Test func `a closed standard output cannot be written`() async {
    await #expect(processExitsWith: .success) {
      close(STDOUT_FILENO)
      StandardStreams.occupyClosed()
      let file = try OutputFile("-")
      try file.write("x")
      let error = #expect(throws: FileError.self) { try file.commit() }
      guard error == FileError(.write, path: "-", code: EBADF) else { exit(1) }
    }
  }
}

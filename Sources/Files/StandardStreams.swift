import Glibc

/// The three standard descriptors of a process.
public enum StandardStreams {
  /// Occupies those that are closed, so that no file opened later takes their place.
  ///
  /// Reading a closed standard input, or writing a closed standard output, is then an error
  /// (EBADF). Call it before anything is opened.
  public static func occupyClosed() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // `open` returns the lowest free number, which is this one; the mode allows only what the
      // stream is not for.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}

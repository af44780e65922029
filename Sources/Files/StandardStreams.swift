import Glibc

/// The three descriptors that a process is started with.
public enum StandardStreams {
  /// Occupies those that are closed, so that no file that is opened later takes their place.
  ///
  /// Reading the closed standard input, and writing the closed standard output, is then an error
  /// (EBADF). Call it before anything is opened.
  public static func occupyClosed() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // `open` gives the lowest number that is free, which is this one; it allows only what the
      // stream is not for.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}

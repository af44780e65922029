import Glibc

/// Whether the user has asked to stop, by Ctrl-C or SIGTERM, while this object exists.
final class Interruption {
  // SAFETY: written only by the signal handler, and read as one word.
  nonisolated(unsafe) private static var flag: sig_atomic_t = 0

  init() {
    Self.flag = 0
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in Interruption.flag = 1 }
      sigaddset(&signals, number)
    }
    // A parent process may have passed on its signal mask.
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  deinit { for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) } }

  var hasCome: Bool { Self.flag != 0 }
}

import Glibc

/// Whether the user asked to stop: Ctrl-C or SIGTERM, until this is released.
final class Interruption {
  // SAFETY: written by the signal handler only, and read as one word.
  nonisolated(unsafe) private static var flag: sig_atomic_t = 0

  init() {
    Self.flag = 0
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in Interruption.flag = 1 }
      sigaddset(&signals, number)
    }
    // A parent may have handed its mask down.
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  deinit { for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) } }

  var hasCome: Bool { Self.flag != 0 }
}

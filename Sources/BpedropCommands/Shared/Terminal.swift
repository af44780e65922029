import Diagnostics
import Files
import Glibc
import Reports

/// Standard error and the clock, for interactive use.
///
/// Nothing here affects an output file.
enum Terminal {
  /// Writes a line to standard error.
  static func note(_ text: String) { write("\(visible(text))\n") }

  /// A text in which what would steer a terminal is escaped: a message may quote a file of strangers.
  private static func visible(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: steers) else { return text }
    return text.unicodeScalars.reduce(into: "") { shown, scalar in
      if steers(scalar) {
        shown += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
  }

  /// Whether a character is a control, other than a line feed or tab, or turns the direction of text.
  private static func steers(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0x202A...0x202E, 0x2066...0x2069: true
    default: scalar.properties.generalCategory == .control
    }
  }

  static func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      // SAFETY: the buffer is the string's own during this call. A failure cannot be reported
      // anywhere.
      _ = Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
    }
  }

  /// Passes printed output to the system; a full disk is noticed only here.
  ///
  /// - Throws: ``FileError``.
  static func flushPrinted() throws {
    guard fflush(nil) == 0 else { throw FileError(.write, path: "-") }
  }

  /// Whether a stream is a terminal that supports colour (https://no-color.org).
  static func usesColor(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1 && getenv("NO_COLOR") == nil
  }

  /// Whether standard error is a terminal.
  static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  /// Seconds on a monotonic clock.
  static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Seconds that processors have spent on this process.
  static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Seconds since 1970.
  static func secondsSince1970() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The most memory that this process has held so far, in bytes.
  ///
  /// It is the kernel's high-water mark: `getrusage` would include a parent's memory at the fork.
  static func peakMemory() -> Int {
    let status = (try? InputFile("/proc/self/status").readAll()) ?? []
    let line = status.split(separator: 0x0A).first { $0.starts(with: Array("VmHWM:".utf8)) }
    let digits = (line ?? []).filter { (0x30...0x39).contains($0) }
    return (Int(String(decoding: digits, as: UTF8.self)) ?? 0) * 1024
  }
}

extension Terminal {
  /// Peak memory, for a progress line.
  static var memoryNote: String { "peak \(ProgressLine.amount(Double(peakMemory()), "B"))" }
}

/// A line on a terminal that is redrawn as work proceeds; silent without a terminal.
final class ProgressBar {
  private let line: ProgressLine
  private let unit: String
  private let start = Terminal.seconds()
  private var shownAt = 0.0
  private let isVisible = Terminal.isInteractive
  /// The amount done earlier, which does not count towards the rate.
  private let first: Int

  init(_ stage: String, unit: String, from first: Int = 0) {
    line = ProgressLine(stage: stage)
    self.unit = unit
    self.first = first
  }

  /// Shows progress, at most ten times a second.
  func show(_ done: Int, of total: Int?, note: @autoclosure () -> String = "") {
    guard isVisible else { return }
    let now = Terminal.seconds()
    guard now - shownAt >= 0.1 else { return }
    shownAt = now
    let text = line.text(done: done, from: first, of: total, unit: unit, seconds: now - start)
    let note = note()
    Terminal.write("\r\u{1B}[K\(text)\(note.isEmpty ? "" : "  " + note)")
  }

  /// Removes the line.
  func clear() {
    if isVisible && shownAt > 0 { Terminal.write("\r\u{1B}[K") }
  }
}

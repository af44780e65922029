// Source, Determinism: as GeometricLaw.swift, with the same results.
// Procedure: the run length falls as the random word grows. The top byte of a word gives a lower
//   bound of its run; a few comparisons lead to the run itself. Close to a bound the law decides.
// Complexity: O(1); less than a kilobyte of memory.

import CMergeKernels
package import Noise

/// A geometric law with a table of its short runs.
///
/// SAFETY of the unchecked conformance: the memory it points to is written once, in `init`.
package final class GeometricTable: @unchecked Sendable {
  /// The longest run that is distinguished; longer runs count as this.
  package static let longestRun = Int(BPD_LONGEST_RUN)

  private let law: GeometricLaw
  private let memory: UnsafeMutablePointer<bpd_runs>
  /// The table as the C loops read it.
  var runs: UnsafePointer<bpd_runs> { UnsafePointer(memory) }

  /// - Parameter law: The law.
  package init(_ law: GeometricLaw) {
    self.law = law
    memory = .allocate(capacity: 1)
    memory.initialize(to: bpd_runs())
    let bounds = (0...Self.longestRun).map(law.certain)
    withUnsafeMutableBytes(of: &memory.pointee.bounds) { bytes in
      for (run, bound) in bounds.enumerated() {
        bytes.storeBytes(of: bound, toByteOffset: 8 * run, as: UInt64.self)
      }
    }
    withUnsafeMutableBytes(of: &memory.pointee.runs) { bytes in
      var run = Self.longestRun
      for byte in bytes.indices {
        let largest = UInt64(byte) << 56 | .max >> 8
        while run > 0 && largest >= bounds[run] { run -= 1 }
        bytes[byte] = UInt8(run)
      }
    }
  }

  deinit { memory.deallocate() }

  /// Whether the run of a word is certainly at least `length`: fast, and usually conclusive.
  @inline(__always)
  func isAtLeast(_ length: Int, _ word: UInt64) -> Bool {
    // SAFETY: there is a bound for each run up to the longest.
    length <= Self.longestRun
      && word < UnsafeRawPointer(memory).load(fromByteOffset: 8 &* length, as: UInt64.self)
  }

  /// The run length of a word, capped at ``longestRun``.
  ///
  /// - Parameter word: 64 random bits.
  /// - Returns: The run length that the law gives.
  @inline(__always)
  package func run(of word: UInt64) -> Int {
    let run = bpd_run(memory, word)
    return run >= 0 ? Int(run) : runOfLaw(word)
  }

  @inline(never)
  private func runOfLaw(_ word: UInt64) -> Int {
    law.run(of: word, below: Self.longestRun) ?? Self.longestRun
  }
}

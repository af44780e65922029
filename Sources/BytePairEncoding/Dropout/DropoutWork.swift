/// The number of cached words segmented in each way under dropout.
package struct DropoutWork: Sendable {
  /// Without a drop: plain tokens.
  package internal(set) var plain = 0
  /// On a merge lattice.
  package internal(set) var onLattice = 0
  /// By applying merges one after another.
  package internal(set) var simulated = 0

  /// No work yet.
  package init() {}

  /// Adds the work of another encoder.
  package static func += (sum: inout DropoutWork, other: DropoutWork) {
    sum.plain += other.plain
    sum.onLattice += other.onLattice
    sum.simulated += other.simulated
  }
}

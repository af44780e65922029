/// How cached words were segmented under dropout: numbers of words.
package struct DropoutWork: Sendable {
  /// Without a drop: plain tokens.
  package internal(set) var plain = 0
  /// On a merge lattice.
  package internal(set) var onLattice = 0
  /// By applying merges one after another.
  package internal(set) var simulated = 0

  /// Nothing done.
  package init() {}

  /// Adds what another encoder did.
  package static func += (sum: inout DropoutWork, other: DropoutWork) {
    sum.plain += other.plain
    sum.onLattice += other.onLattice
    sum.simulated += other.simulated
  }
}

/// An operation that draws random words; every site has random streams of its own.
///
/// The module that draws declares the site, in an extension of this type. A number is part of every
/// sampled byte: it is never changed, and never given to another site. The next free number is the
/// one behind the last of the table in `NoiseSiteTests`, which all sites of the package are listed
/// in.
public struct NoiseSite: Hashable, Sendable {
  /// What keys are made of.
  public let number: UInt32
  /// What the site is called in messages and tests.
  public let name: String

  /// A site.
  ///
  /// - Parameters:
  ///   - number: Unique among all sites, and stable.
  ///   - name: Unique among all sites.
  @inlinable
  public init(number: UInt32, name: String) {
    self.number = number
    self.name = name
  }

  /// Streams for tests and benchmarks; never used on a user's data.
  @inlinable
  public static var testing: NoiseSite { NoiseSite(number: 4, name: "testing") }
}

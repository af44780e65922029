/// An operation that draws random words; every site has its own random streams.
///
/// The module that draws declares the site, in an extension of this type. A number is part of every
/// sampled byte: it never changes, and is never given to another site. The next free number follows
/// the last of the table in `NoiseSiteTests`, which lists all sites of the package.
public struct NoiseSite: Hashable, Sendable {
  /// The number that enters keys.
  public let number: UInt32
  /// The name of the site in messages and tests.
  public let name: String

  /// Creates a site.
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

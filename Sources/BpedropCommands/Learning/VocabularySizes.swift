import ArgumentParser

/// One vocabulary size or several.
struct VocabularySizes: ExpressibleByArgument {
  let sizes: [Int]

  /// The largest of them.
  var largest: Int { sizes.max() ?? 0 }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard !parts.contains(nil) else { return nil }
    sizes = parts.compactMap { $0 }
  }
}

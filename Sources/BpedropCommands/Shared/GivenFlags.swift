import ArgumentParser

/// Which flags a user gave.
enum GivenFlags {
  /// The flags of some options whose values are not the defaults.
  ///
  /// - Parameters:
  ///   - options: As they were parsed.
  ///   - names: Properties to leave out, such as nested groups.
  /// - Returns: Names such as `--batch-size`; arguments without a name by their property's.
  /// - Throws: What parsing no arguments throws.
  static func of<Options: ParsableArguments>(
    _ options: Options,
    besides names: Set<String> = []
  ) throws -> [String] {
    let given = Mirror(reflecting: options).children
    let plain = Mirror(reflecting: try Options.parse([])).children
    return zip(given, plain).compactMap { given, plain in
      // The compiler puts an underscore before the name of a wrapped property.
      let name = String((given.label ?? "").drop { $0 == "_" })
      guard !names.contains(name), "\(given.value)" != "\(plain.value)" else { return nil }
      return "--" + name.flatMap { $0.isUppercase ? "-" + $0.lowercased() : "\($0)" }
    }
  }
}

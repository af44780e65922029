import ArgumentParser

/// Finds the flags that a user gave.
enum GivenFlags {
  /// The flags of options whose values differ from the defaults.
  ///
  /// - Parameters:
  ///   - options: The parsed options.
  ///   - names: Properties to leave out, such as nested groups.
  /// - Returns: Names such as `--batch-size`; unnamed arguments by their property's name.
  /// - Throws: Any error of parsing an empty command line.
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

import ArgumentParser
import Diagnostics

/// The verbs of the command line, by their names.
enum Verbs {
  /// Rejects an unknown verb, and suggests the most similar one.
  ///
  /// - Parameters:
  ///   - arguments: The user's arguments, without the program's name.
  ///   - command: The command that they belong to.
  /// - Throws: ``ValidationError``.
  static func check(
    _ arguments: ArraySlice<String>,
    below command: any ParsableCommand.Type
  ) throws {
    let subcommands = command.configuration.subcommands
    guard let verb = arguments.first, !verb.hasPrefix("-"), verb != "help", !subcommands.isEmpty
    else { return }
    if let found = subcommands.first(where: { $0._commandName == verb }) {
      return try check(arguments.dropFirst(), below: found)
    }
    let names = subcommands.map { $0._commandName }
    let nearest = names.min { editDistance($0, verb) < editDistance($1, verb) } ?? ""
    throw ValidationError("There is no verb '\(verb)': did you mean '\(nearest)'?")
  }
}

import Glibc

/// Files outside the project, because they are too large or not free enough to be in it.
public enum SharedData {
  /// The folder: `BPEDROP_DATA`, or `../shared/data` beside the checkout.
  public static let folder: String = {
    if let path = getenv("BPEDROP_DATA") { return String(cString: path) }
    return projectFolder + "/../shared/data"
  }()

  /// The path of a file, or nil if it is missing.
  public static func path(_ name: String) -> String? {
    let path = "\(folder)/\(name)"
    return access(path, R_OK) == 0 ? path : nil
  }

  /// The root of the checkout.
  public static let projectFolder: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
  }()
}

/// Bounds that keep hostile input from exhausting time or memory.
public enum WordLimits {
  /// The longest pre-token that is encoded, in bytes.
  public static let longestWord = 16 << 20
}

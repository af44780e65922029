import COpenBLAS

/// The BLAS that this process computes with: part of what a result's last bits depend on.
public struct BLASInfo: Hashable, Sendable, CustomStringConvertible {
  /// The kernel that was chosen for the processor, such as `Zen` or `SkylakeX`.
  public let coreName: String
  /// The version and how it was built.
  public let configuration: String

  /// Asks the library; the first call sets it to one thread for good, as ``ComputePool`` needs.
  public static let current: BLASInfo = {
    openblas_set_num_threads(1)
    // SAFETY: both functions return pointers to strings that live as long as the process, or null.
    func text(_ pointer: UnsafePointer<CChar>?) -> String {
      pointer.map { String(cString: $0) } ?? "unknown"
    }
    return BLASInfo(
      coreName: text(openblas_get_corename()),
      configuration: text(openblas_get_config())
    )
  }()

  /// The configuration, then the kernel.
  public var description: String { "\(configuration), kernel \(coreName)" }
}

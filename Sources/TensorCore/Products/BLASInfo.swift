import COpenBLAS

/// The BLAS of this process, on which the last bits of a result partly depend.
public struct BLASInfo: Hashable, Sendable, CustomStringConvertible {
  /// The kernel chosen for the processor, such as `Zen` or `SkylakeX`.
  public let coreName: String
  /// The version and its build options.
  public let configuration: String

  /// Queries the library.
  public static let current: BLASInfo = {
    // SAFETY: both functions return pointers to strings that live as long as the process, or null.
    func text(_ pointer: UnsafePointer<CChar>?) -> String {
      pointer.map { String(cString: $0) } ?? "unknown"
    }
    return BLASInfo(
      coreName: text(OpenBLAS.functions.get_corename()),
      configuration: text(OpenBLAS.functions.get_config())
    )
  }()

  /// The configuration, then the kernel.
  public var description: String { "\(configuration), kernel \(coreName)" }
}

/// The library, opened and set to one thread at its first use: ``ComputePool`` has its own threads.
enum OpenBLAS {
  static let functions: bpd_blas = {
    var reason: UnsafePointer<CChar>?
    guard let functions = bpd_open_blas(&reason) else {
      preconditionFailure(
        "OpenBLAS is needed to compute with models (Debian: apt-get install libopenblas0): "
          + (reason.map { String(cString: $0) } ?? "unknown reason")
      )
    }
    functions.pointee.set_num_threads(1)
    return functions.pointee
  }()
}

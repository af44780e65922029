// libFuzzer brings `main` and calls this; see scripts/fuzz.

import FuzzTargets
import Glibc

private let target = getenv("BPEDROP_FUZZ_TARGET").flatMap {
  FuzzTarget(rawValue: String(cString: $0))
}

/// Runs the target that the environment names on one input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  guard let target else {
    print("BPEDROP_FUZZ_TARGET must be one of \(FuzzTarget.allCases.map(\.rawValue))")
    exit(64)
  }
  do {
    // SAFETY: the fuzzer vouches for `count` bytes during this call.
    try target.run(Array(UnsafeBufferPointer(start: data, count: count)))
  } catch {
    print("\(target.rawValue): \(error)")
    fflush(nil)
    abort()
  }
  return 0
}

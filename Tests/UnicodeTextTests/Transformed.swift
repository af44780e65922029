import CICU
import Testing

/// What a transform gives, and its edits.
struct Transformed: Equatable {
  var bytes: [UInt8] = []
  var edits: [[Int32]] = []

  // Without reordering it is ICU alone, which is the oracle.
  init(_ text: [UInt8], _ transform: bpd_transform, reorders: Bool) throws {
    var result = bpd_transformed()
    let status = text.withUnsafeBufferPointer { text in
      text.withMemoryRebound(to: CChar.self) { text in
        bpd_transform_text(
          Int32(transform.rawValue),
          reorders,
          text.baseAddress,
          Int32(text.count),
          &result
        )
      }
    }
    try #require(status == 0)
    // SAFETY: the result owns `length` bytes and `edit_count` edits until it is freed here.
    defer { bpd_transformed_free(&result) }
    bytes = UnsafeRawBufferPointer(start: result.bytes, count: Int(result.length)).map { $0 }
    edits = UnsafeBufferPointer(start: result.edits, count: Int(result.edit_count)).map {
      [$0.original_length, $0.transformed_length, $0.changed ? 1 : 0]
    }
  }

  /// The normal forms.
  static let forms = [BPD_NFC, BPD_NFD, BPD_NFKC, BPD_NFKD, BPD_NFKC_CASEFOLD]

  /// What the quick check says of a text; nil where it fails.
  static func isUnchanged(_ text: [UInt8], _ transform: bpd_transform) -> Bool? {
    let answer = text.withUnsafeBufferPointer { text in
      text.withMemoryRebound(to: CChar.self) {
        bpd_is_unchanged(Int32(transform.rawValue), $0.baseAddress, Int32($0.count))
      }
    }
    return answer < 0 ? nil : answer == 1
  }
}

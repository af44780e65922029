// Source: github.com/huggingface/safetensors, "Format": 8 bytes of header length, a JSON header
//   with dtype, shape and data_offsets of each tensor and text metadata, then the numbers.
// Procedure: the header is checked as a whole before anything is allocated for a tensor: its
//   length, unique names, known types, shapes whose sizes agree with the offsets, and data that
//   cover the rest of the file without a gap or an overlap, in whatever order the names appear.
// Complexity: O(n log n) in the number of tensors.
// Determinism: tensors and metadata in the order of the file.

import Diagnostics
import JSONText

/// The content of a safetensors header.
struct SafetensorsHeader {
  /// The position and form of one tensor.
  struct Entry {
    let name: String
    let type: Safetensors.NumberType
    let shape: [Int]
    let range: Range<Int>
  }

  /// The longest accepted header, in bytes.
  static let largest = 64 << 20

  let metadata: [(key: String, value: String)]
  /// The entries, in the order of their data.
  let entries: [Entry]

  /// Parses a header.
  ///
  /// - Parameters:
  ///   - text: The JSON.
  ///   - dataSize: The number of bytes after it in the file.
  /// - Throws: ``InvalidData`` with the position in the header.
  init(_ text: [UInt8], dataSize: Int) throws {
    guard text.first == UInt8(ascii: "{"), case .object(let members) = try JSONParser.parse(text)
    else { throw InvalidData(place: "byte 8", "the header is no JSON object") }
    var metadata: [(key: String, value: String)] = []
    var entries: [Entry] = []
    var names: Set<[UInt8]> = []
    for member in members {
      let name = String(decoding: member.key, as: UTF8.self)
      guard names.insert(member.key).inserted else {
        throw InvalidData(place: "header", "the name '\(name)' stands twice")
      }
      if name == "__metadata__" {
        metadata = try Self.metadata(member.value)
      } else {
        entries.append(try Self.entry(name, member.value, dataSize: dataSize))
      }
    }
    entries.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var end = 0
    for entry in entries {
      guard entry.range.lowerBound == end else {
        throw InvalidData(
          place: "header: \(entry.name)",
          "data begin at \(entry.range.lowerBound), but the data before end at \(end)"
        )
      }
      end = entry.range.upperBound
    }
    guard end == dataSize else {
      throw InvalidData(
        place: "header",
        "the tensors have \(end) bytes of data, but the file has \(dataSize)"
      )
    }
    self.metadata = metadata
    self.entries = entries
  }

  private static func metadata(_ value: JSONValue) throws -> [(key: String, value: String)] {
    guard case .object(let members) = value else {
      throw InvalidData(place: "header: __metadata__", "found \(value.kind) instead of an object")
    }
    var names: Set<[UInt8]> = []
    return try members.map { member in
      let key = String(decoding: member.key, as: UTF8.self)
      guard let text = member.value.text, names.insert(member.key).inserted else {
        throw InvalidData(place: "header: __metadata__.\(key)", "a single string was expected")
      }
      return (key, text)
    }
  }

  private static func entry(_ name: String, _ value: JSONValue, dataSize: Int) throws -> Entry {
    func wrong(_ message: String) -> InvalidData {
      InvalidData(place: "header: \(name)", message)
    }
    guard case .object = value else { throw wrong("found \(value.kind) instead of an object") }
    guard let dtype = value["dtype"]?.text else { throw wrong("there is no dtype") }
    guard let type = Safetensors.NumberType(rawValue: dtype) else {
      throw wrong("the dtype is \(dtype); only F32 and F64 are read")
    }
    func numbers(_ key: String) throws -> [Int] {
      guard case .array(let elements)? = value[key] else { throw wrong("there is no list \(key)") }
      return try elements.map {
        guard let number = $0.integer(below: 1 << 53) else {
          throw wrong("\(key) holds something else than whole numbers below 2^53")
        }
        return number
      }
    }
    let (shape, offsets) = (try numbers("shape"), try numbers("data_offsets"))
    guard offsets.count == 2, offsets[0] <= offsets[1], offsets[1] <= dataSize else {
      throw wrong("the data_offsets \(offsets) are no range inside the \(dataSize) bytes of data")
    }
    var size = type.size
    for extent in shape {
      let product = size.multipliedReportingOverflow(by: extent)
      guard !product.overflow else { throw wrong("the shape \(shape) is too large") }
      size = product.partialValue
    }
    guard size == offsets[1] - offsets[0] else {
      throw wrong(
        "the shape \(shape) of \(dtype) needs \(size) bytes, the offsets give "
          + "\(offsets[1] - offsets[0])"
      )
    }
    return Entry(name: name, type: type, shape: shape, range: offsets[0]..<offsets[1])
  }
}

extension Safetensors {
  /// The header in its file format: its length, the JSON, and spaces up to a multiple of 8 bytes.
  func header() -> [UInt8] {
    var members: [JSONMember] = []
    if !metadata.isEmpty {
      let values = metadata.map { JSONMember($0.key, .text($0.value)) }
      members.append(JSONMember("__metadata__", .object(values)))
    }
    var end = 0
    for tensor in tensors {
      let start = end
      end += tensor.type.size * tensor.shape.reduce(1, *)
      members.append(
        JSONMember(
          tensor.name,
          .object([
            JSONMember("dtype", .text(tensor.type.rawValue)),
            JSONMember("shape", .array(tensor.shape.map { .number(Double($0)) })),
            JSONMember("data_offsets", .array([.number(Double(start)), .number(Double(end))])),
          ])
        )
      )
    }
    var text: [UInt8] = []
    JSONValue.object(members).write(to: &text)
    text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8))
    let length = UInt64(text.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) } + text
  }
}

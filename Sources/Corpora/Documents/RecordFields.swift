// Format: JSON Lines: an object on every line.

import Diagnostics
import JSONText
import Noise

/// The fields of a JSON object that hold a document, the second text of a pair and a dropout rate.
public struct RecordFields: Hashable, Sendable {
  /// The text field.
  public let text: String
  /// The field with the document's dropout rate; nil if all documents share one.
  public let rate: String?
  /// The field with the second text of a pair; nil if there are no pairs.
  public let pair: String?

  /// - Parameters:
  ///   - text: The text field.
  ///   - rate: The field with the document's dropout rate; nil if all documents share one.
  ///   - pair: The field with the second text of a pair; nil if there are no pairs.
  public init(text: String, rate: String? = nil, pair: String? = nil) {
    self.text = text
    self.rate = rate
    self.pair = pair
  }

  /// The texts of JSON lines.
  ///
  /// - Parameter lines: Documents that are lines.
  /// - Returns: A document for each line, followed by a line feed; it keeps the offset of the
  ///   lines.
  /// - Throws: ``InvalidData`` if a line is not such an object.
  public func texts(of lines: DocumentBatch) throws -> DocumentBatch {
    var bytes: [UInt8] = []
    let ranges = try lines.ranges.map { range in
      let text = try lines.bytes[range].withUnsafeBufferPointer {
        try read($0, of: lines, at: range.lowerBound).text
      }
      let start = bytes.count
      bytes += text + [0x0A]
      return start..<start + text.count
    }
    return DocumentBatch(
      bytes: bytes,
      ranges: ranges,
      firstNumber: lines.firstNumber,
      path: lines.path,
      offset: lines.offset,
      firstLine: lines.firstLine
    )
  }

  /// Reads a line.
  ///
  /// - Parameters:
  ///   - line: A JSON object.
  ///   - batch: What it is a line of, for messages.
  ///   - position: Where it starts in the batch's bytes.
  /// - Returns: The text's bytes, and the rate and the second text if the object has them.
  /// - Throws: ``InvalidData`` if the line is not such an object.
  func read(
    _ line: UnsafeBufferPointer<UInt8>,
    of batch: DocumentBatch,
    at position: Int
  ) throws -> Record {
    func invalid(_ message: String) -> InvalidData {
      batch.invalidLine(at: position, message)
    }
    let value: JSONValue
    do {
      value = try JSONParser.parse(Array(line))
    } catch let error as InvalidData {
      throw invalid("is no JSON object: \(error)")
    }
    guard case .string(let bytes) = value[text] else {
      throw invalid("found \(value[text]?.kind ?? "nothing") where \"\(text)\" should be a string")
    }
    var record = Record(text: bytes)
    if let pair, let found = value[pair], found != .null {
      guard case .string(let second) = found else {
        throw invalid("found \(found.kind) where \"\(pair)\" should be a string")
      }
      record.second = second
    }
    if let name = rate, let found = value[name], found != .null {
      guard case .number(let number) = found, let rate = DropoutRate(number) else {
        throw invalid("\"\(name)\" should be a number in 0...1")
      }
      record.rate = rate
    }
    return record
  }

  /// What a line holds.
  struct Record {
    let text: [UInt8]
    var second: [UInt8]?
    var rate: DropoutRate?
  }
}

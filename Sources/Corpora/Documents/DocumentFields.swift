// Format: JSON Lines: an object on every line, one document each.

import Diagnostics
import JSONText

/// The fields of a JSON object that form a document, and the field of its class.
public struct DocumentFields: Hashable, Sendable {
  /// The text fields, in the order in which they are read.
  public let texts: [String]
  /// The class field; nil if there is none.
  public let label: String?
  /// The names of the classes, number 0 first; empty if the field holds numbers.
  public let labels: [String]
  /// The bytes inserted before each non-empty field but the first.
  public let joint: [UInt8]

  /// The class of a document without one; a batch has it at positions without a target.
  public static let noLabel: Int32 = -100

  /// - Parameters:
  ///   - texts: The text fields, at least one.
  ///   - label: The class field; nil if there is none.
  ///   - labels: The names of the classes; empty if the field holds numbers.
  ///   - joint: The bytes inserted before each non-empty field but the first.
  public init(
    _ texts: [String],
    label: String? = nil,
    labels: [String] = [],
    joint: [UInt8] = [0x0A]
  ) {
    precondition(!texts.isEmpty, "a document has at least one field")
    self.texts = texts
    self.label = label
    self.labels = labels
    self.joint = joint
  }

  /// Reads a line.
  ///
  /// - Parameters:
  ///   - line: A JSON object; a null field means no text, or no class.
  ///   - batch: What it is a line of, for messages.
  ///   - position: Where it starts in the batch's bytes.
  /// - Returns: The bytes of each field, joints included, and the class.
  /// - Throws: ``InvalidData`` if the line is not such an object.
  func read(
    _ line: ArraySlice<UInt8>,
    of batch: DocumentBatch,
    at position: Int
  ) throws -> (texts: [[UInt8]], label: Int32) {
    let invalid = { (message: String) in batch.invalidLine(at: position, message) }
    let value: JSONValue
    do {
      value = try JSONParser.parse(Array(line))
    } catch let error as InvalidData {
      throw invalid("is no JSON object: \(error)")
    }
    var texts: [[UInt8]] = []
    for (number, name) in self.texts.enumerated() {
      switch value[name] {
      case .string(let bytes): texts.append(number == 0 || bytes.isEmpty ? bytes : joint + bytes)
      case .null: texts.append([])
      default:
        throw invalid(
          "found \(value[name]?.kind ?? "nothing") where \"\(name)\" should be a string"
        )
      }
    }
    guard let label else { return (texts, Self.noLabel) }
    switch value[label] {
    case .null: return (texts, Self.noLabel)
    case .number(let number) where labels.isEmpty:
      guard let whole = Int32(exactly: number), whole >= 0 else { break }
      return (texts, whole)
    case .string(let bytes):
      guard let index = labels.firstIndex(where: { Array($0.utf8) == bytes }) else { break }
      return (texts, Int32(index))
    default: break
    }
    let expected =
      labels.isEmpty ? "a whole number from 0" : "one of \(labels.joined(separator: ", "))"
    throw invalid("\"\(label)\" should be \(expected)")
  }
}

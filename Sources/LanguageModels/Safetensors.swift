// Source: github.com/huggingface/safetensors; the header is in SafetensorsHeader.swift.
// Procedure: numbers are copied as they lie in memory, a block at a time: both the format and all
//   supported processors are little-endian.
// Complexity: O(size of the file); memory for the tensors, and a block.
// Determinism: the file is a function of its tensors and metadata.

import Diagnostics
import Files
public import TensorCore

/// Named tensors and text metadata, the content of a `.safetensors` file.
public struct Safetensors: Sendable {
  /// The number types that are read and written.
  public enum NumberType: String, Sendable {
    /// 32 bits.
    case float = "F32"
    /// 64 bits.
    case double = "F64"

    /// The size of a number in bytes.
    var size: Int { self == .float ? 4 : 8 }
  }

  /// The numbers of one tensor.
  public enum Numbers: Sendable {
    /// As 32-bit numbers.
    case float(Tensor<Float>)
    /// As 64-bit numbers.
    case double(Tensor<Double>)
  }

  /// A tensor and its name.
  public struct NamedTensor: Sendable {
    /// The name, such as `lstm.0.bias`.
    public let name: String
    /// Its numbers.
    public let numbers: Numbers

    /// The type of its numbers.
    public var type: NumberType {
      switch numbers {
      case .float: .float
      case .double: .double
      }
    }

    /// Its extents.
    public var shape: [Int] {
      switch numbers {
      case .float(let tensor): tensor.shape
      case .double(let tensor): tensor.shape
      }
    }
  }

  /// Text about the file, in file order.
  public var metadata: [(key: String, value: String)]
  /// The tensors, in the order of their data.
  public private(set) var tensors: [NamedTensor] = []

  private var names: Set<[UInt8]> = []

  /// Creates content without tensors.
  public init(metadata: [(key: String, value: String)] = []) { self.metadata = metadata }

  /// Appends a tensor.
  ///
  /// - Parameters:
  ///   - name: Not yet taken.
  ///   - tensor: A tensor of Float or Double.
  public mutating func append<Element: TensorElement>(_ name: String, _ tensor: Tensor<Element>) {
    let isNew = names.insert(Array(name.utf8)).inserted
    precondition(isNew && name != "__metadata__", "the name '\(name)' is taken")
    if let tensor = tensor as? Tensor<Float> {
      tensors.append(NamedTensor(name: name, numbers: .float(tensor)))
    } else if let tensor = tensor as? Tensor<Double> {
      tensors.append(NamedTensor(name: name, numbers: .double(tensor)))
    } else {
      preconditionFailure("tensors of \(Element.self) have no name in this format")
    }
  }

  /// The same content without some of its tensors.
  ///
  /// - Parameter isRemoved: Called with each name.
  /// - Returns: The other tensors and all metadata.
  public func removing(where isRemoved: (String) -> Bool) -> Safetensors {
    var copy = self
    copy.tensors = tensors.filter { !isRemoved($0.name) }
    copy.names = Set(copy.tensors.map { Array($0.name.utf8) })
    return copy
  }

  /// The value of a metadata key.
  public func metadata(_ key: String) -> String? { metadata.first { $0.key == key }?.value }
}

extension Safetensors {
  /// Reads a file.
  ///
  /// - Parameter path: A regular file.
  /// - Throws: ``FileError``, or ``InvalidData`` with path and position, before memory for the
  ///   tensors is allocated.
  public init(reading path: String) throws {
    let file = try InputFile(path)
    do {
      guard let size = file.size else { throw InvalidData("is no regular file") }
      self = try Safetensors(file, size: size)
    } catch let error as InvalidData {
      throw error.inFile(path)
    }
  }

  private init(_ file: InputFile, size: Int) throws {
    guard size >= 8 else {
      throw InvalidData(place: "byte 0", "found \(size) bytes where a header length was expected")
    }
    let length = try file.exactly(8, at: 0).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= SafetensorsHeader.largest, length <= size - 8 else {
      throw InvalidData(
        place: "byte 0",
        "the header has \(length) bytes; at most \(min(size - 8, SafetensorsHeader.largest)) can be"
      )
    }
    let start = 8 + Int(length)
    let text = try file.exactly(Int(length), at: 8)
    let header = try SafetensorsHeader(text, dataSize: size - start)
    self.init(metadata: header.metadata)
    for entry in header.entries {
      let place = start + entry.range.lowerBound
      switch entry.type {
      case .float: append(entry.name, try file.tensor(entry.shape, at: place) as Tensor<Float>)
      case .double: append(entry.name, try file.tensor(entry.shape, at: place) as Tensor<Double>)
      }
    }
  }

  /// Writes a file, whole or not at all.
  ///
  /// - Parameter path: Replaced once everything is written.
  /// - Throws: ``FileError``.
  public func write(to path: String) throws {
    let output = try OutputFile(path)
    try output.write(header())
    for tensor in tensors {
      switch tensor.numbers {
      case .float(let tensor): try output.write(tensor)
      case .double(let tensor): try output.write(tensor)
      }
    }
    try output.commit()
  }
}

private let blockSize = 1 << 20

extension OutputFile {
  fileprivate func write<Element>(_ tensor: Tensor<Element>) throws {
    try tensor.read { numbers in
      // SAFETY: the tensor has `count` numbers, and any of their bytes may be read.
      let bytes = UnsafeRawBufferPointer(
        start: numbers,
        count: tensor.count * MemoryLayout<Element>.stride
      )
      for start in stride(from: 0, to: bytes.count, by: blockSize) {
        try write(bytes[start..<min(start + blockSize, bytes.count)])
      }
    }
  }
}

extension InputFile {
  /// Exactly `count` bytes at a position.
  fileprivate func exactly(_ count: Int, at place: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      guard try read(upTo: min(count - bytes.count, blockSize), into: &bytes) > 0 else {
        throw InvalidData(place: "byte \(place + bytes.count)", "the file ends here")
      }
    }
    return bytes
  }

  /// The next numbers; their size has been checked against that of the file.
  fileprivate func tensor<Element>(_ shape: [Int], at place: Int) throws -> Tensor<Element> {
    var tensor = Tensor<Element>(uninitialized: shape)
    let size = tensor.count * MemoryLayout<Element>.stride
    try tensor.write { numbers in
      for start in stride(from: 0, to: size, by: blockSize) {
        let block = try exactly(min(blockSize, size - start), at: place + start)
        // SAFETY: the block ends inside the tensor, and any bits are a number.
        block.withUnsafeBytes {
          UnsafeMutableRawBufferPointer(start: numbers, count: size)[start...].copyBytes(from: $0)
        }
      }
    }
    return tensor
  }
}

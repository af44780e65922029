public import TestSupport
public import BytePairEncoding
import Noise

/// A BPE model over all 256 bytes, from merges written as text: `"a-b ab-c"`.
///
/// A part may be written in hexadecimal with a leading `\`: `\C3-\A9` is the merge of two bytes.
public func toyModel(_ merges: String) throws -> BPEModel {
  var vocabulary = Vocabulary()
  for byte in UInt8.min...UInt8.max { vocabulary.append([byte]) }
  let rules = merges.split(separator: " ").map { rule in
    rule.split(separator: "-", maxSplits: 1).map { toyBytes(String($0)) }
  }
  let ranked = rules.map { rule in
    Merge(
      left: vocabulary.append(rule[0]),
      right: vocabulary.append(rule[1]),
      product: vocabulary.append(rule[0] + rule[1])
    )
  }
  return try BPEModel(vocabulary: vocabulary, merges: ranked)
}

/// The bytes of a text in which `\XX` stands for a byte.
public func toyBytes(_ text: String) -> [UInt8] {
  var bytes: [UInt8] = []
  var rest = Array(text.utf8)[...]
  while let byte = rest.popFirst() {
    if byte == UInt8(ascii: "\\"), rest.count >= 2,
      let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
    {
      bytes.append(value)
      rest = rest.dropFirst(2)
    } else {
      bytes.append(byte)
    }
  }
  return bytes
}

/// A model with random merges over a small alphabet, among them merges of invalid and torn bytes.
public func randomModel(
  _ text: inout NastyText,
  alphabet: [UInt8],
  merges: Int,
  longest: Int = 8
) throws -> BPEModel {
  var vocabulary = Vocabulary()
  for byte in UInt8.min...UInt8.max { vocabulary.append([byte]) }
  var tokens = alphabet.map { [$0] }
  var rules: [Merge] = []
  for _ in 0..<merges {
    let left = tokens[Int(text.number(below: UInt32(tokens.count)))]
    let right = tokens[Int(text.number(below: UInt32(tokens.count)))]
    guard left.count + right.count <= longest else { continue }
    tokens.append(left + right)
    rules.append(
      Merge(
        left: vocabulary.append(left),
        right: vocabulary.append(right),
        product: vocabulary.append(left + right)
      )
    )
  }
  return try BPEModel(vocabulary: vocabulary, merges: rules)
}

// BPE with intermediate tokens that never reach the output, as a word model; see the folder Pruning
// of BytePairEncoding.

public import BytePairEncoding
import Diagnostics
import PreTokenization
import UnicodeText

extension PrunedModel: WordModel {
  /// "a model that leaves out some of its tokens".
  public var name: String { "a model that leaves out some of its tokens" }

  /// The byte alphabet.
  public var usesByteAlphabet: Bool { true }

  /// Applies the laws that the model ``knows(_:)``, and refuses others.
  public func response(to noise: SegmentationNoise) -> NoiseResponse {
    if knows(noise) { return .applied }
    return .refused(
      "\(name) has no meaning for the law \(noise.law.rawValue); use BPE-dropout by the paper's law"
    )
  }

  /// An encoder with a word cache of its own.
  public func makeEncoder(cacheCapacity: Int) -> any WordEncoder {
    PrunedWordEncoder(self, cacheCapacity: cacheCapacity)
  }
}

/// Encodes words by a pruned model.
struct PrunedWordEncoder: WordEncoder {
  private let model: PrunedModel
  private var encoder: PrunedEncoder

  init(_ model: PrunedModel, cacheCapacity: Int) {
    self.model = model
    encoder = PrunedEncoder(model, cacheCapacity: cacheCapacity)
  }

  mutating func encode(
    _ word: UnsafeBufferPointer<UInt8>,
    noise: SegmentationNoise?,
    at address: WordAddress,
    into tokens: inout [UInt32],
    lengths: inout [Int]
  ) throws {
    let start = tokens.count
    do throws(PrunedEncoder.TooManyEvents) {
      try encoder.encode(word, noise: noise, at: address, into: &tokens)
    } catch { throw InvalidData(error.description) }
    for index in start..<tokens.count {
      lengths.append(model.vocabulary.byteCount(of: TokenID(tokens[index])))
    }
  }

  mutating func encode(
    _ words: WordBatch,
    noise: SegmentationNoise?,
    into tokens: inout [UInt32]
  ) throws {
    do throws(PrunedEncoder.TooManyEvents) {
      guard let origin = words.origin else {
        for index in 0..<words.count {
          let address = words.address(of: index)
          try encoder.encode(words[index], noise: noise, at: address, into: &tokens)
        }
        return
      }
      try encoder.encode(
        words.text,
        starts: words.ranges.starts,
        ends: words.ranges.ends,
        count: words.count,
        noise: noise,
        origin: origin,
        into: &tokens
      )
    } catch { throw InvalidData(error.description) }
  }
}

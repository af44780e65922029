package import Noise

extension NoiseSite {
  /// BPE-dropout: which merges of a word are dropped.
  package static var segmentation: NoiseSite { NoiseSite(number: 1, name: "segmentation") }

  /// BPE-dropout: the second and further draws of the same document in one epoch.
  package static var segmentationSamples: NoiseSite {
    NoiseSite(number: 11, name: "segmentationSamples")
  }
}

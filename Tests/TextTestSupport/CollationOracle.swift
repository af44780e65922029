import Noise

/// What collators must give, by the longest way: dictionaries, nested arrays, and Philox by hand.
public enum CollationOracle {
  /// The first words of a stream.
  public static func words(
    _ seed: UInt64,
    _ epoch: UInt32,
    site: UInt32,
    item: Int,
    position: Int,
    count: Int
  ) -> [UInt32] {
    let keyBlock = Philox.block(key: seed, counter: PhiloxBlock(epoch, site, 0x4250_4544, 0))
    let key = UInt64(keyBlock.word0) + UInt64(keyBlock.word1) << 32
    return (0..<(count + 3) / 4).flatMap { block in
      let counter = PhiloxBlock(
        UInt32(block) + UInt32(position >> 32) << 22,
        UInt32(position & 0xFFFF_FFFF),
        UInt32(item & 0xFFFF_FFFF),
        UInt32(item >> 32)
      )
      let words = Philox.block(key: key, counter: counter)
      return [words.word0, words.word1, words.word2, words.word3]
    }
  }

  /// Lemire's method as the paper writes it.
  public static func lemire(_ words: some Sequence<UInt32>, below bound: Int) -> Int {
    let excess = (1 << 32) % bound
    for word in words {
      let product = Int(word) * bound
      if product % (1 << 32) >= excess { return product / (1 << 32) }
    }
    return -1
  }

  /// Masked language modelling of one row: inputs and targets.
  public static func masked(
    _ ids: [UInt32],
    ordinary: [UInt32],
    mask: UInt32,
    rate: Double,
    shares: (mask: Double, random: Double),
    at place: (seed: UInt64, epoch: UInt32, sample: Int)
  ) -> (inputs: [UInt32], targets: [Int32]) {
    let chosen = (rate * 4_294_967_296).rounded()
    let masked = (chosen * shares.mask).rounded()
    let replaced = (chosen * (shares.mask + shares.random)).rounded()
    var inputs: [UInt32] = []
    var targets: [Int32] = []
    for (position, id) in ids.enumerated() {
      let words = words(
        place.seed,
        place.epoch,
        site: 8,
        item: place.sample,
        position: position,
        count: 16
      )
      let first = Double(words[0])
      if !ordinary.contains(id) || first >= chosen {
        inputs.append(id)
        targets.append(-100)
        continue
      }
      targets.append(Int32(id))
      if first < masked {
        inputs.append(mask)
      } else if first < replaced {
        inputs.append(ordinary[lemire(words.dropFirst(), below: ordinary.count)])
      } else {
        inputs.append(id)
      }
    }
    return (inputs, targets)
  }

  /// Token dropout of one row.
  public static func dropped(
    _ ids: [UInt32],
    ordinary: [UInt32],
    replacement: UInt32,
    rate: Double,
    seed: UInt64,
    epoch: UInt32,
    sample: Int
  ) -> [UInt32] {
    ids.enumerated().map { position, id in
      let word = words(seed, epoch, site: 7, item: sample, position: position, count: 1)[0]
      let isDropped = Double(word) < (rate * 4_294_967_296).rounded()
      return isDropped && ordinary.contains(id) ? replacement : id
    }
  }

  /// How many tokens of two texts stay: one after the other goes, from the longer one; of two that
  /// have become equal from the one that was shorter, or from the first.
  public static func longestFirst(_ counts: [Int], limit: Int) -> [Int] {
    var left = counts
    while left.reduce(0, +) > limit {
      if left.count == 1 || left[0] > left[1] {
        left[0] -= 1
      } else if left[1] > left[0] {
        left[1] -= 1
      } else {
        left[counts[0] > counts[1] ? 1 : 0] -= 1
      }
    }
    return left
  }

  /// Documents one behind the other, cut into rows; a token that a row shares with the next is in
  /// both.
  public static func flow(_ documents: [[UInt32]], length: Int, overlap: Int) -> [[UInt32]] {
    var left = documents.flatMap { $0 }
    var rows: [[UInt32]] = []
    while left.count > overlap {
      rows.append(Array(left.prefix(length + overlap)))
      left.removeFirst(min(length, left.count))
    }
    return rows
  }

  /// Where the grid of windows begins in an epoch.
  public static func offset(_ seed: UInt64, _ epoch: UInt32, length: Int) -> Int {
    lemire(words(seed, epoch, site: 9, item: 0, position: 0, count: 64), below: length)
  }

  /// Positions cut into windows, by walking over them.
  public static func windows(
    _ positions: [Int],
    length: Int,
    offset: Int,
    keepsPartial: Bool
  ) -> [[Int]] {
    var windows: [[Int]] = []
    var window: [Int] = []
    for (place, position) in positions.enumerated() {
      if place >= offset ? (place - offset) % length == 0 : place == 0 {
        windows.append(window)
        window = []
      }
      window.append(position)
    }
    windows.append(window)
    return windows.filter { keepsPartial ? !$0.isEmpty : $0.count == length }
      .filter { keepsPartial || ($0[0] - (positions.first ?? 0)) >= offset }
  }
}

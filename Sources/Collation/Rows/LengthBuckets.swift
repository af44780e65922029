// Source: batching by a number of tokens, M. Ott et al., "fairseq", NAACL 2019; buckets as in
//   tensor2tensor.
// Procedure: a bucket has documents of similar lengths. The bounds of buckets are multiples of the
//   given number and grow by at least an eighth, which bounds the padding. All rows of a batch are
//   of one bucket, as many as the budget allows at the bucket's bound. A shuffled epoch permutes
//   the documents of each bucket, and then the batches.
// Complexity: O(documents) to make; O(log buckets) for an address.
// Determinism: a function of the lengths and settings. Orders: site shuffle, with a derived key for
//   each bucket.

/// Documents sorted into batches of about equal numbers of tokens.
struct LengthBuckets: Sendable {
  /// The documents, those of a bucket together, in the order of the text.
  let documents: [Int]
  /// The first place in `documents` of each bucket, and the end.
  private let starts: [Int]
  /// The first batch of each bucket, and the end.
  private let batchStarts: [Int]
  /// The rows of a batch of each bucket.
  private let rows: [Int]

  /// - Parameters:
  ///   - lengths: The positions of each document, 0 for one that is left out.
  ///   - budget: The positions of a batch, padding among them; a longer document is a batch of its
  ///     own.
  ///   - multiple: The lengths of batches are multiples of it.
  ///   - keepsPartial: Whether a bucket's last batch counts where it has fewer rows.
  init(_ lengths: [Int], budget: Int, multiple: Int, keepsPartial: Bool) {
    let longest = lengths.max() ?? 0
    var bounds = [multiple]
    while let last = bounds.last, last < longest {
      let grown = last + max(last / 8, 1)
      bounds.append((grown + multiple - 1) / multiple * multiple)
    }
    var buckets = [[Int]](repeating: [], count: bounds.count)
    for (document, length) in lengths.enumerated() where length > 0 {
      buckets[bounds.partitioningIndex { $0 >= length }].append(document)
    }
    rows = bounds.map { max(budget / $0, 1) }
    documents = buckets.flatMap { $0 }
    starts = buckets.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    batchStarts = zip(buckets, rows).reduce(into: [0]) { starts, bucket in
      let (documents, rows) = bucket
      let count = (documents.count + (keepsPartial ? rows - 1 : 0)) / rows
      starts.append(starts[starts.count - 1] + count)
    }
  }

  var batchCount: Int { batchStarts.last ?? 0 }

  /// The places in ``documents`` that a batch takes, before those of its bucket are shuffled.
  func places(ofBatch batch: Int) -> Range<Int> {
    let bucket = batchStarts.partitioningIndex { $0 > batch } - 1
    let first = starts[bucket] + (batch - batchStarts[bucket]) * rows[bucket]
    return first..<min(first + rows[bucket], starts[bucket + 1])
  }

  /// The bucket of a place: its number and its places.
  func bucket(ofPlace place: Int) -> (number: Int, places: Range<Int>) {
    let bucket = starts.partitioningIndex { $0 > place } - 1
    return (bucket, starts[bucket]..<starts[bucket + 1])
  }
}

extension [Int] {
  /// The first index of the elements that satisfy a condition; all of them must be at the end.
  func partitioningIndex(where isBehind: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

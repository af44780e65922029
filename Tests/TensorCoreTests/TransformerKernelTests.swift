import CTensorKernels
import Noise
import TensorCore
import Testing

/// The kernels of attention and of newer blocks: the same bits from every clone, and what they say.
struct TransformerKernelTests {
  @Test(arguments: KernelCloneTests.counts)
  func `dispatched and plain kernels give the same bits, Float`(n: Int) {
    let (x, y) = (numbers(4 * n, 1, Float.self), numbers(4 * n, 2, Float.self))
    let mask = numbers(2 * n + 40, 3, Double.self).map(\.bitPattern)
    func all(isPlain: Bool) -> [[UInt32]] {
      var (a, b, c, d, e, f, g, h, state) = (x, x, y, x, y, x, y, x, [-Float.infinity, 0])
      let row = isPlain ? bpd_attention_row_f32_plain : bpd_attention_row_f32
      state.append(row(&a, &state, mask, 3, n, n + 2))
      state.append(row(&b, &state, nil, 0, (n + 1) / 2, n))
      let back = isPlain ? bpd_attention_row_backward_f32_plain : bpd_attention_row_backward_f32
      back(&b, &c, mask, 5, 4.5, 0.2, 1.5, (n + 1) / 2, n)
      back(&d, &e, nil, 0, 4.5, 0.2, 1, n, n)
      let norm = isPlain ? bpd_rms_norm_f32_plain : bpd_rms_norm_f32
      state.append(norm(&f, x, y, 1e-5, n))
      (isPlain ? bpd_rms_norm_backward_f32_plain : bpd_rms_norm_backward_f32)(
        &g,
        &h,
        y,
        x,
        y,
        0.7,
        n
      )
      (isPlain ? bpd_rotate_f32_plain : bpd_rotate_f32)(&f, x, y, x, -1, n)
      var (s, t, u, v) = (x, x, x, x)
      (isPlain ? bpd_swiglu_f32_plain : bpd_swiglu_f32)(&s, y, n)
      (isPlain ? bpd_swiglu_backward_f32_plain : bpd_swiglu_backward_f32)(&t, x, y, n)
      (isPlain ? bpd_squared_relu_f32_plain : bpd_squared_relu_f32)(&u, y, n)
      (isPlain ? bpd_squared_relu_backward_f32_plain : bpd_squared_relu_backward_f32)(&v, x, y, n)
      return [a, b, c, d, e, f, g, h, s, t, u, v, state].map { $0.map(\.bitPattern) }
    }
    #expect(all(isPlain: false) == all(isPlain: true))
  }

  @Test(arguments: KernelCloneTests.counts)
  func `the same holds for Double`(n: Int) {
    let (x, y) = (numbers(4 * n, 5, Double.self), numbers(4 * n, 6, Double.self))
    let mask = numbers(2 * n + 40, 3, Double.self).map(\.bitPattern)
    func all(isPlain: Bool) -> [[UInt64]] {
      var (a, b, c, d, e, state) = (x, x, y, x, x, [-Double.infinity, 0])
      let row = isPlain ? bpd_attention_row_f64_plain : bpd_attention_row_f64
      state.append(row(&a, &state, mask, 3, n, n + 2))
      let back = isPlain ? bpd_attention_row_backward_f64_plain : bpd_attention_row_backward_f64
      back(&b, &c, mask, 5, 4.5, 0.2, 1.5, (n + 1) / 2, n)
      state.append((isPlain ? bpd_rms_norm_f64_plain : bpd_rms_norm_f64)(&d, x, y, 1e-5, n))
      (isPlain ? bpd_swiglu_f64_plain : bpd_swiglu_f64)(&e, y, n)
      return [a, b, c, d, e, state].map { $0.map(\.bitPattern) }
    }
    #expect(all(isPlain: false) == all(isPlain: true))
  }

  /// From any first element, and up to the last block of a stream.
  @Test(arguments: [0, 0.001, 0.1, 0.5, 0.999, 1])
  func `a mask keeps what dropout keeps`(rate: Double) {
    let key = NoiseKey(seed: 8, epoch: 3, site: .dropout)
    let threshold = BernoulliThreshold(rate)
    for (first, count) in [(0, 1), (0, 64), (1, 63), (3, 200), (64, 65), (1022, 7), (5, 1000)] {
      for position in [0, 7, 1 << 33] as [UInt64] {
        let row = DropoutRow(threshold, key: key, item: 1 << 40 + 5, position: position)
        let ones = [Float](repeating: 1, count: first + count)
        var kept = ones
        Float.dropout(&kept, ones, row, scale: 1, ones.count)
        var mask = [UInt64](repeating: .max, count: DropoutRow.maskWords(count))
        row.writeMask(&mask, from: first, count)
        var plain = mask
        bpd_dropout_mask_plain(
          &plain,
          key.bits,
          1 << 40 + 5,
          position,
          threshold.bits,
          UInt64(first / 4 * 4),
          first % 4 + count
        )
        #expect(mask == plain)
        let own = (0..<count).map { bit in
          let place = first % 4 + bit
          return Float(mask[place / 64] >> UInt64(place % 64) & 1)
        }
        #expect(own == Array(kept[first...]))
      }
    }
  }
}

import CTensorKernels
import Noise
import TensorCore
import Testing

/// Numbers in -4...4 that a seed gives.
func numbers<Element: TensorElement>(_ count: Int, _ seed: UInt64, _: Element.Type) -> [Element] {
  var stream = RandomStream(key: NoiseKey(seed: seed, site: .testing), item: 0)
  return (0..<count).map { _ in Element(Double(stream.next32()) * 0x1p-29 - 4) }
}

/// The kernel chosen for this processor must give the bits of the baseline's: the one that any
/// other machine runs.
struct KernelCloneTests {
  static let counts = [1, 3, 15, 16, 17, 33, 200, 1025]

  @Test(arguments: counts)
  func `dispatched and plain kernels give the same bits, Float`(count: Int) {
    let (x, y) = (numbers(4 * count, 1, Float.self), numbers(4 * count, 2, Float.self))
    func same(_ name: String, _ fast: (inout [Float]) -> Void, _ plain: (inout [Float]) -> Void) {
      var (a, b) = (x, x)
      fast(&a)
      plain(&b)
      #expect(a.map(\.bitPattern) == b.map(\.bitPattern), "\(name)")
    }
    let n = count
    same("exp") {
      bpd_exp_f32(&$0, y, n)
    } _: {
      bpd_exp_f32_plain(&$0, y, n)
    }
    same("sigmoid") {
      bpd_sigmoid_f32(&$0, y, n)
    } _: {
      bpd_sigmoid_f32_plain(&$0, y, n)
    }
    same("tanh") {
      bpd_tanh_f32(&$0, y, n)
    } _: {
      bpd_tanh_f32_plain(&$0, y, n)
    }
    same("axpby") {
      bpd_axpby_f32(&$0, 0.3, y, 0.7, n)
    } _: {
      bpd_axpby_f32_plain(&$0, 0.3, y, 0.7, n)
    }
    same("dot") {
      $0[0] = bpd_dot_f32(x, y, n)
    } _: {
      $0[0] = bpd_dot_f32_plain(x, y, n)
    }
    same("squares") {
      $0[0] = Float(bpd_squares_f32(x, n))
    } _: {
      $0[0] = Float(bpd_squares_f32_plain(x, n))
    }
    same("gelu") {
      bpd_gelu_f32(&$0, y, n)
    } _: {
      bpd_gelu_f32_plain(&$0, y, n)
    }
    same("gelu backward") {
      bpd_gelu_backward_f32(&$0, y, x, n)
    } _: {
      bpd_gelu_backward_f32_plain(&$0, y, x, n)
    }
    same("softmax") {
      $0[n] = bpd_softmax_f32(&$0, (n + 1) / 2, n)
    } _: {
      $0[n] = bpd_softmax_f32_plain(&$0, (n + 1) / 2, n)
    }
    same("cross-entropy") {
      $0[n] = Float(bpd_cross_entropy_f32(&$0, n / 2, 0.4, n))
    } _: {
      $0[n] = Float(bpd_cross_entropy_f32_plain(&$0, n / 2, 0.4, n))
    }
    same("dropout") {
      bpd_dropout_f32(&$0, y, 9, 8, 7, 1 << 30, 4 / 3, n)
    } _: {
      bpd_dropout_f32_plain(&$0, y, 9, 8, 7, 1 << 30, 4 / 3, n)
    }
    same("sgd") {
      bpd_sgd_f32(&$0, y, 0.9, 0.1, 0.01, n)
    } _: {
      bpd_sgd_f32_plain(&$0, y, 0.9, 0.1, 0.01, n)
    }
  }

  @Test(arguments: counts)
  func `fused rows give the same bits, Float`(n: Int) {
    let (x, y) = (numbers(4 * n, 3, Float.self), numbers(4 * n, 4, Float.self))
    let w = x.map(abs)
    func lstm(isPlain: Bool) -> [UInt32] {
      var (gates, cell, cellTanh, output, dCell) = (x, y, y, y, w)
      let forward = isPlain ? bpd_lstm_forward_f32_plain : bpd_lstm_forward_f32
      let backward = isPlain ? bpd_lstm_backward_f32_plain : bpd_lstm_backward_f32
      forward(&gates, y, &cell, &cellTanh, &output, n, n)
      let values = gates
      backward(&gates, y, cellTanh, output, &dCell, n, n)
      return [gates, values, cell, cellTanh, output, dCell].flatMap { $0.map(\.bitPattern) }
    }
    func norm(isPlain: Bool) -> [UInt32] {
      var (result, statistics, dx, dGain, dBias) = (x, [Float](repeating: 0, count: 2), x, y, w)
      let forward = isPlain ? bpd_layer_norm_f32_plain : bpd_layer_norm_f32
      let backward = isPlain ? bpd_layer_norm_backward_f32_plain : bpd_layer_norm_backward_f32
      forward(&result, &statistics, x, y, w, 1e-5, n)
      backward(&dx, &dGain, &dBias, y, x, w, statistics, 1, n)
      return [result, statistics, dx, dGain, dBias].flatMap { $0.map(\.bitPattern) }
    }
    func adamW(isPlain: Bool) -> [UInt32] {
      var (p, m, v) = (x, y, w)
      let step = isPlain ? bpd_adamw_f32_plain : bpd_adamw_f32
      step(&p, &m, &v, y, 0.5, 0.9, 0.99, 0.01, 1.4, 1e-8, 0.999, n)
      return [p, m, v].flatMap { $0.map(\.bitPattern) }
    }
    #expect(lstm(isPlain: false) == lstm(isPlain: true))
    #expect(norm(isPlain: false) == norm(isPlain: true))
    #expect(adamW(isPlain: false) == adamW(isPlain: true))
  }

  @Test(arguments: counts)
  func `the same holds for Double`(n: Int) {
    let (x, y) = (numbers(4 * n, 5, Double.self), numbers(4 * n, 6, Double.self))
    func all(isPlain: Bool) -> [UInt64] {
      var (a, b, c, gates, cell, tanh, output) = (x, x, x, x, y, y, y)
      (isPlain ? bpd_exp_f64_plain : bpd_exp_f64)(&a, y, n)
      (isPlain ? bpd_gelu_f64_plain : bpd_gelu_f64)(&b, y, n)
      (isPlain ? bpd_dropout_f64_plain : bpd_dropout_f64)(&c, y, 1, 2, 3, 1 << 31, 2, n)
      let forward = isPlain ? bpd_lstm_forward_f64_plain : bpd_lstm_forward_f64
      forward(&gates, y, &cell, &tanh, &output, n, n)
      var logits = x
      let nats = (isPlain ? bpd_cross_entropy_f64_plain : bpd_cross_entropy_f64)(&logits, 0, 1, n)
      let dot = (isPlain ? bpd_dot_f64_plain : bpd_dot_f64)(x, y, n)
      return [a, b, c, gates, cell, tanh, output, logits, [nats, dot]]
        .flatMap { $0.map(\.bitPattern) }
    }
    #expect(all(isPlain: false) == all(isPlain: true))
  }
}

import TensorCore
import TestSupport
import Testing

struct TensorTests {
  @Test func `a copy does not see later writes`() {
    var first = Tensor<Float>([1, 2, 3, 4, 5, 6], shape: [2, 3])
    let second = first
    let third = first.reshaped([3, 2])
    first.write { $0[0] = 9 }
    #expect(first.elements == [9, 2, 3, 4, 5, 6])
    #expect(second.elements == [1, 2, 3, 4, 5, 6])
    #expect(third.elements == second.elements && third.shape == [3, 2])
  }

  @Test func `writing a tensor of one's own copies nothing`() {
    var tensor = Tensor<Float>(zeros: [100])
    let before = tensor.write { UInt(bitPattern: $0) }
    #expect(tensor.write { UInt(bitPattern: $0) } == before)
  }

  @Test func `storage is aligned to a cache line`() {
    for count in [0, 1, 3, 17, 1000] {
      let tensor = Tensor<Double>(zeros: [count])
      #expect(tensor.read { UInt(bitPattern: $0) } % 64 == 0)
      #expect(tensor.elements == Array(repeating: 0, count: count))
    }
  }

  @Test func `rows and columns`() {
    #expect(Tensor<Float>(zeros: [2, 3, 5]).rows == 6)
    #expect(Tensor<Float>(zeros: [2, 3, 5]).columns == 5)
    #expect(Tensor<Float>(zeros: [0, 5]).rows == 0)
    #expect(Tensor<Float>(zeros: []).count == 1)
  }

  @Test func `shapes that do not fit trap`() async {
    await #expect(processExitsWith: .failure) {
      trapQuietly()
      _ = Tensor<Float>([1, 2], shape: [3])
    }
    await #expect(processExitsWith: .failure) {
      trapQuietly()
      _ = Tensor<Float>(zeros: [2, 3]).reshaped([7])
    }
    await #expect(processExitsWith: .failure) {
      trapQuietly()
      _ = MatrixProduct(.plain, rows: 2, columns: 2, inner: 2, strideA: 1)
    }
  }

  @Test func `long sums are the same for any number of threads`() {
    let tensor = Tensor(numbers(1_000_003, 8, Float.self), shape: [1_000_003])
    let sums = pools.map { $0.squares(tensor) }
    let exact = tensor.elements.reduce(0.0) { $0 + Double($1) * Double($1) }
    #expect(sums[0] == sums[1] && sums[0] == sums[2])
    #expect(abs(sums[0] - exact) < 1e-9 * exact)
  }
}

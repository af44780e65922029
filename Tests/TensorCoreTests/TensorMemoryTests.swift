import TensorCore
import Testing

struct TensorMemoryTests {
  @Test func `memory of one size goes round`() {
    let pool = ComputePool(threads: 1)
    func address(_ shape: [Int]) -> Int {
      let tensor: Tensor<Float> = pool.tensor(shape)
      return tensor.read { Int(bitPattern: $0) }
    }
    let first = address([1000])
    #expect(address([10, 100]) == first)
    #expect(address([999]) == first)
    #expect(address([4000]) != first)
    #expect(first % 64 == 0)
  }

  @Test func `tensors that live at once lie apart, and writing a copy leaves the first`() {
    let pool = ComputePool(threads: 1)
    var tensors: [Tensor<Double>] = (0..<20).map { _ in pool.tensor([3]) }
    for index in tensors.indices {
      tensors[index].write { pointer in for j in 0..<3 { pointer[j] = Double(index) } }
    }
    var copy = tensors[3]
    copy.write { $0[1] = -1 }
    for (index, tensor) in tensors.enumerated() {
      #expect(tensor.elements == Array(repeating: Double(index), count: 3))
    }
    #expect(copy.elements == [3, -1, 3])
  }
}

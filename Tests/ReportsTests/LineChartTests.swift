import Foundation
import Reports
import Testing

struct LineChartTests {
  /// The y values of the extremes.
  static let extremes: [[Double]] = [
    [], [0], [.nan, .infinity], [1, 2, 3], [9.2e18, 9.2e18], [1e20], [1e18, 1e18 + 128],
    [1e308, -1e308], [.leastNonzeroMagnitude, 0], [-3e-300, 1e300], [1, 1.0000000000000002],
    [-1e16, -1e16 - 2],
  ]

  @Test(arguments: extremes)
  func `any values are drawn, at places that are numbers inside the drawing`(values: [Double]) {
    let points = values.enumerated().map { (x: Double($0), y: $1) }
    let swapped = values.enumerated().map { (x: $1, y: Double($0)) }
    for points in [points, swapped] {
      let chart = LineChart(xLabel: "x", yLabel: "y", series: [.init(name: "one", points: points)])
      let html = chart.html()
      #expect(!html.contains("nan") && !html.contains("inf"))
      let finite = points.filter { $0.x.isFinite && $0.y.isFinite }.count
      guard finite > 0 else { continue }
      // The last path is the line; those of the legend and the axes stand before it.
      let path = html.components(separatedBy: "<path d=\"").last?.prefix { $0 != "\"" } ?? ""
      let places = path.replacing("h0", with: "").split { "ML ".contains($0) }.map { Double($0) }
      #expect(places.count == 2 * finite)
      for place in places { #expect((-1...1001).contains(place ?? .nan), "\(values)") }
    }
  }
}

import Diagnostics
import Experiments
import JSONText

/// What a study measures of a trained model: one number.
///
/// A measure is a function of the run's files, so it is taken again with the same result. Another
/// one is a conforming type in a file of its own, with a ``MeasureKind`` that reads it.
public protocol StudyMeasure: Sendable {
  /// The unit, for the axes of drawings.
  var unit: String { get }

  /// What it is, in words.
  var meaning: String { get }

  /// Whether the learning rate with the lowest value is the best.
  var isLowerBetter: Bool { get }

  /// Measures a run that has ended.
  ///
  /// - Parameter run: Its files, and the text to measure on.
  /// - Returns: The number; a study leaves out what is not finite.
  /// - Throws: ``FileError``; ``InvalidData`` where the run does not have what is measured.
  func value(of run: MeasuredRun) throws -> Double
}

/// A kind of measure, by the name that study files have it under.
public struct MeasureKind: Sendable {
  /// The name.
  public let name: String
  /// What its settings are called.
  public let settings: [String]
  /// Makes a measure of its settings.
  public let make: @Sendable (MeasureSettings) throws -> any StudyMeasure

  /// - Parameters:
  ///   - name: The name in study files.
  ///   - settings: What its settings are called, besides `name` and `kind`.
  ///   - make: Makes a measure of its settings.
  public init(
    _ name: String,
    settings: [String],
    make: @escaping @Sendable (MeasureSettings) throws -> any StudyMeasure
  ) {
    (self.name, self.settings, self.make) = (name, settings, make)
  }

  /// The kinds that studies can ask for.
  public static let builtIn: [MeasureKind] = [.bitsPerByte]
}

/// The settings of a measure, as its study has them.
public struct MeasureSettings {
  private let reader: PlanReader

  init(_ reader: PlanReader) { self.reader = reader }

  /// A number.
  ///
  /// - Parameters:
  ///   - key: The setting.
  ///   - range: The numbers that are allowed.
  ///   - fallback: The number where there is none.
  /// - Returns: The number.
  /// - Throws: ``InvalidData`` with the place.
  public func number(
    _ key: String,
    in range: ClosedRange<Double>,
    default fallback: Double
  ) throws -> Double {
    guard reader.optional(key) != nil else { return fallback }
    let number = try reader.number(key)
    if range.contains(number) { return number }
    throw InvalidData(
      place: reader.path(key),
      "found \(number) where a number in \(range) was expected"
    )
  }

  /// A whole number from 1, or nil where there is none.
  ///
  /// - Parameter key: The setting.
  /// - Returns: The number.
  /// - Throws: ``InvalidData`` with the place.
  public func count(_ key: String) throws -> Int? {
    let number = try number(key, in: 0...1e9, default: 0)
    if number == 0 && reader.optional(key) == nil { return nil }
    if let count = Int(exactly: number), count > 0 { return count }
    throw InvalidData(
      place: reader.path(key),
      "found \(number) where a whole number from 1 was expected"
    )
  }

  /// A name.
  ///
  /// - Parameters:
  ///   - key: The setting.
  ///   - names: The names that are allowed, of which the first is the default.
  /// - Returns: The name.
  /// - Throws: ``InvalidData`` with the place.
  public func choice(_ key: String, _ names: [String]) throws -> String {
    try reader.optional(key) == nil ? names[0] : reader.choice(key, among: names) { $0 }
  }
}

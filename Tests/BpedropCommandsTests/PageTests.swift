import Foundation
import Testing

/// The rules of style sheet and markup that keep a page as wide as its window.
///
/// Where one is broken, a browser scrolls the page sideways, or shows what one cannot read.
struct PageRules {
  let page: String

  /// What is wrong with the page; empty where nothing is.
  var faults: [String] { headFaults + styleFaults + contrastFaults + bodyFaults }

  private var headFaults: [String] {
    [
      "<!doctype html>", "<html lang=\"en\">", "<meta charset=\"utf-8\">",
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
      "<meta name=\"color-scheme\" content=\"light dark\">", "@media (prefers-color-scheme: dark)",
    ].filter { !page.contains($0) }.map { "there is no \($0)" }
      + (page.contains(/<title>[^<]+<\/title>/) ? [] : ["there is no title"])
  }

  /// Selectors and declarations of the style sheet; those inside of @media, too.
  private var rules: [(selector: String, declarations: String)] {
    let style =
      page.components(separatedBy: "<style>").last?
      .components(separatedBy: "</style>").first ?? ""
    return style.matches(of: /([^{}]+)\{([^{}]*)\}/).map { match in
      (match.1.trimmingCharacters(in: .whitespacesAndNewlines), String(match.2))
    }
  }

  private var styleFaults: [String] {
    var faults: [String] = []
    for (selector, declarations) in rules {
      let wide = declarations.matches(
        of: /(?:^|[;\s])(width|min-width|flex|grid-template-columns):([^;]*)/
      )
      for declaration in wide {
        let value = String(declaration.2).replacing(/minmax\(0, [\d.]+rem\)/, with: "")
        for length in value.matches(of: /([\d.]+)(px|rem|em|ch|pt|vw|cm|in)\b/) {
          let pixels = (Double(length.1) ?? .infinity) * (length.2 == "px" ? 1 : 16)
          if pixels > 288 { faults.append("\(selector): \(declaration.0)") }
        }
      }
      // What does not wrap stands in a table, which scrolls, or is a number beside an axis.
      let wraps = !declarations.contains(/white-space: (nowrap|pre)(;|$)/)
      if !wraps && !["td", ".plot span"].contains(selector) {
        faults.append("\(selector): no wrap")
      }
    }
    let declarations = Dictionary(rules.map { ($0.selector, $0.declarations) }) { $0 + $1 }
    for (selector, needed) in [
      (".wide", "overflow-x: auto"), (".tokens bdi", "min-width: 0"),
      (".tokens bdi", "overflow-wrap: anywhere"), (".labels .t", "max-width: 100%"),
      ("blockquote, pre", "overflow-wrap: anywhere"), ("dd", "overflow-wrap: anywhere"),
      (".plot svg", "width: 100%"), ("body", "overflow-wrap: break-word"),
    ] where declarations[selector]?.contains(needed) != true {
      faults.append("\(selector) lacks \(needed)")
    }
    // A colour that only one scheme has is invisible in the other.
    let schemes = rules.filter { $0.selector.hasSuffix(":root") }.map { rule in
      Set(rule.declarations.matches(of: /--\w+(?=:)/).map { String($0.0) })
    }
    if schemes.count != 2 || schemes[0] != schemes[1] {
      faults.append("schemes differ: \(schemes)")
    }
    for use in page.matches(of: /var\((--\w+)\)/)
    where schemes.first?.contains(String(use.1)) != true {
      faults.append("no colour \(use.1)")
    }
    return faults
  }

  /// Colours that cannot be read, by the contrast ratio of WCAG 2.1 (1.4.3 and 1.4.11).
  private var contrastFaults: [String] {
    let grounds = ["page", "panel"] + (0..<6).map { "t\($0)" }
    let lines = (0..<6).map { "c\($0)" }
    var faults: [String] = []
    for rule in rules where rule.selector.hasSuffix(":root") {
      let colors = rule.declarations.matches(of: /--(\w+): #([0-9a-f]+)/)
        .map { (String($0.1), Self.luminance(String($0.2))) }
      let scheme = Dictionary(colors) { $1 }
      func check(_ front: String, on ground: String, _ least: Double) {
        let pair = [scheme[front] ?? 0, scheme[ground] ?? 0].sorted()
        let ratio = (pair[1] + 0.05) / (pair[0] + 0.05)
        if ratio < least { faults.append("\(front) on \(ground): a contrast of \(ratio)") }
      }
      for ground in grounds {
        check("ink", on: ground, 7)
        check("faint", on: ground, 4.5)
      }
      for line in lines { check(line, on: "panel", 3) }
    }
    return faults
  }

  /// The relative luminance of a colour of three or six hexadecimal digits.
  private static func luminance(_ color: String) -> Double {
    let digits = color.count == 3 ? color.flatMap { [$0, $0] } : Array(color)
    let parts = [0, 2, 4].map { place -> Double in
      let value = Double(Int(String(digits[place...place + 1]), radix: 16) ?? 0) / 255
      return value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }

  private var bodyFaults: [String] {
    let body = page.components(separatedBy: "<body>").last ?? ""
    var faults: [String] = []
    for style in body.matches(of: /style="([^"]*)"/)
    where style.1.wholeMatch(of: /(width|left|top):\d+(\.\d+)?%/) == nil {
      faults.append("an absolute place: \(style.0)")
    }
    for element in body.matches(of: /<(svg|table|div|span|img)\s[^>]*\b(width|height)=/) {
      faults.append("an absolute size: \(element.0)")
    }
    let tables = body.ranges(of: "<table").count
    let bars = body.ranges(of: "<table class=\"bars\">").count
    if tables != bars + body.ranges(of: "<div class=\"wide\"><table>").count {
      faults.append("a table without a box that scrolls")
    }
    for outside in ["http:", "https:", "<script", "<link", "src=", "href="]
    where body.contains(outside) {
      faults.append("not self-contained: \(outside)")
    }
    return faults
  }
}

@Suite("Pages fit their windows, light and dark")
struct PageTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace.withTokenizers() }

  private func check(_ name: String, at location: SourceLocation = #_sourceLocation) throws {
    let page = String(decoding: try workspace.read(name), as: UTF8.self)
    #expect(PageRules(page: page).faults == [], sourceLocation: location)
  }

  @Test("report")
  func report() throws {
    try workspace.succeed(
      ["report", "-m", "world.json", "-o", "r.html", "--note", "n"]
        + ["thai", "greek"].map(Samples.path)
    )
    try check("r.html")
  }

  @Test("stream --explain")
  func explanation() throws {
    let command = ["stream", "-m", "world.json", "--explain", "0:0", "-o", "e.html"]
    try workspace.succeed(command + [Samples.path("english")])
    try check("e.html")
  }

  @Test("demo")
  func demo() throws {
    let corpora = Samples.package.appendingPathComponent("corpora").path
    let result = try workspace.run([
      "demo", "--corpora", corpora, "--output", "out", "--steps", "2",
    ])
    try #require(result.status == 0, "\(result.errors)")
    try check("out/report.html")
  }

  @Test("pages that break a rule are found out")
  func rules() throws {
    let command = ["stream", "-m", "world.json", "--explain", "0:0", "-o", "e.html"]
    try workspace.succeed(command + [Samples.path("english")])
    let page = String(decoding: try workspace.read("e.html"), as: UTF8.self)
    for (part, wrong) in [
      (" lang=\"en\"", ""), ("device-width", "900"), ("min-width: 0;", ""),
      ("min-width: 16rem", "min-width: 60rem"), ("<div class=\"wide\"><table>", "<div><table>"),
      ("light dark", "light"), ("<title>Row", "<title></title><b>"), ("pre-wrap", "nowrap"),
      ("overflow-x: auto", "overflow-x: visible"), ("--t5: #383e48", ""),
      ("--faint: #5f6675", "--faint: #9097a5"),
      ("<main>", "<main><svg width=\"720\">"), ("<main>", "<main style=\"width:720px\">"),
    ] {
      try #require(page.contains(part), "\(part)")
      #expect(!PageRules(page: page.replacing(part, with: wrong)).faults.isEmpty, "\(part)")
    }
  }
}

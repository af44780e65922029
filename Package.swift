// swift-tools-version: 6.2
import PackageDescription

// Our scripts and CI set BPEDROP_STRICT=1 and fail on any warning; a user's newer compiler may
// warn about something that does not exist yet, and must not fail to build because of it.
let strict = Context.environment["BPEDROP_STRICT"] == "1"

let settings: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ] + (strict ? [.treatAllWarnings(as: .error)] : [])

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser",
  package: "swift-argument-parser"
)

/// A library target and its tests; the folder, the module and the tests share a name.
///
/// - Parameters:
///   - name: Of folder, module and tests.
///   - dependencies: What the module imports; its tests may import the same.
///   - testDependencies: What only its tests import.
///   - isSafe: Whether it has no unsafe code but what is marked so, which the compiler then checks.
/// - Returns: Both targets, the library first.
func module(
  _ name: String,
  _ dependencies: [Target.Dependency] = [],
  testDependencies: [Target.Dependency] = [],
  isSafe: Bool = false
) -> [Target] {
  [
    .target(
      name: name,
      dependencies: dependencies,
      swiftSettings: settings + (isSafe ? [.strictMemorySafety()] : [])
    ),
    .testTarget(
      name: name + "Tests",
      dependencies: [.target(name: name), "TestSupport"] + dependencies + testDependencies,
      swiftSettings: settings
    ),
  ]
}

let package = Package(
  name: "bpedrop",
  products: [
    .executable(name: "bpedrop", targets: ["bpedrop"]),
    .library(name: "Tokenization", targets: ["Tokenization"]),
    .library(name: "Collation", targets: ["Collation"]),
    .library(name: "LanguageModels", targets: ["LanguageModels"]),
    .library(name: "Training", targets: ["Training"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
  ],
  targets: [
    // The C boundary: ICU behind plain C types, and read-only tables.
    [
      .target(
        name: "CICU",
        cxxSettings: [.define("U_SHOW_CPLUSPLUS_API", to: "1")],
        linkerSettings: ["icui18n", "icuuc", "icudata"].map { .linkedLibrary($0) }
      ),
      .target(name: "CTextKernels"),
      .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
      .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
    ],

    // The C boundary of the number column: BLAS, and the loops that are dispatched by processor.
    [
      .target(name: "COpenBLAS"),
      .target(name: "CTensorKernels"),
    ],

    // The ground floor: chance, threads, files, and what a person reads.
    module("Noise", ["CTextKernels"], isSafe: true),
    module("Execution"),
    module("Files", ["CZlib", "CZstd"]),
    module("JSONText", ["CTextKernels", "Files"]),
    module("Reports", isSafe: true),

    // The text column: text -> normalised text -> pre-tokens -> tokens -> documents.
    module("UnicodeText", ["CICU", "CTextKernels", "Files"]),
    module("PreTokenization", ["UnicodeText", "CTextKernels", "Files"]),
    module("BytePairEncoding", ["CTextKernels", "Noise", "Execution"]),
    module(
      "Tokenization",
      [
        "UnicodeText", "PreTokenization", "BytePairEncoding", "CTextKernels", "Noise", "Execution",
        "JSONText", "Files",
      ]
    ),
    module(
      "Corpora",
      [
        "Tokenization", "PreTokenization", "BytePairEncoding", "UnicodeText", "CTextKernels",
        "Noise", "Execution", "JSONText", "Files",
      ]
    ),

    // Documents -> batches, for any trainer: no tensors.
    module(
      "Collation",
      [
        "Corpora", "Tokenization", "BytePairEncoding", "UnicodeText", "Noise", "Execution",
        "JSONText", "Files",
      ],
      testDependencies: ["PreTokenization"],
      isSafe: true
    ),

    // The number column: tensors -> layers -> language models.
    module("TensorCore", ["COpenBLAS", "CTensorKernels", "Noise", "Execution"]),
    module(
      "NeuralLayers",
      ["TensorCore", "Noise"],
      testDependencies: ["LanguageModels"]
    ),
    module("LanguageModels", ["NeuralLayers", "TensorCore", "Noise", "JSONText", "Files"]),

    // Where the columns meet: batches train a model, a tokenizer and a model write text.
    module(
      "Training",
      [
        "Collation", "Corpora", "LanguageModels", "NeuralLayers", "TensorCore", "BytePairEncoding",
        "Noise", "Execution", "Files",
      ],
      testDependencies: ["Tokenization", "PreTokenization", "UnicodeText"]
    ),
    module(
      "TextGeneration",
      [
        "Tokenization", "BytePairEncoding", "UnicodeText", "LanguageModels", "NeuralLayers",
        "TensorCore", "Noise", "Files",
      ],
      testDependencies: ["PreTokenization"]
    ),

    // The command line: one file per verb, and an executable of one file.
    module(
      "BpedropCommands",
      [
        "Training", "TextGeneration", "Collation", "Corpora", "Tokenization", "PreTokenization",
        "UnicodeText", "LanguageModels", "NeuralLayers", "TensorCore", "BytePairEncoding", "Noise",
        "Execution", "Files", "Reports", argumentParser,
      ]
    ),
    [
      .executableTarget(
        name: "bpedrop",
        dependencies: ["BpedropCommands"],
        swiftSettings: settings
      ),
      // Oracles, generators and fixtures shared by the tests: slow and obvious on purpose.
      .target(
        name: "TestSupport",
        dependencies: [
          "BytePairEncoding", "LanguageModels", "NeuralLayers", "TensorCore", "Noise",
        ],
        path: "Tests/TestSupport",
        swiftSettings: settings
      ),

      // What any bytes are held against: by the tests on a corpus, and by libFuzzer.
      .target(
        name: "FuzzTargets",
        dependencies: [
          "LanguageModels", "TensorCore", "Collation", "Corpora", "Tokenization",
          "PreTokenization", "UnicodeText", "BytePairEncoding", "Noise", "JSONText", "TestSupport",
        ],
        path: "Tests/FuzzTargets",
        swiftSettings: settings
      ),
      .testTarget(
        name: "FuzzTargetsTests",
        dependencies: ["FuzzTargets"],
        exclude: ["Corpus"],
        swiftSettings: settings
      ),
    ],

    // libFuzzer links a `main` of its own, so its target is there for scripts/fuzz only.
    Context.environment["BPEDROP_FUZZ"] == "1"
      ? [
        .executableTarget(
          name: "Fuzzer",
          dependencies: ["FuzzTargets"],
          path: "Tests/Fuzzer",
          exclude: ["words.dict"],
          swiftSettings: settings
        )
      ] : [],
  ].flatMap { $0 },
  cxxLanguageStandard: .cxx17
)

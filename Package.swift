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
///   - testDependencies: What only its tests import, besides `TestSupport`.
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

/// A C target with one header of its own name.
func kernels(_ name: String) -> Target { .target(name: name, dependencies: ["CKernelDispatch"]) }

let package = Package(
  name: "bpedrop",
  products: [
    .executable(name: "bpedrop", targets: ["bpedrop"]),
    // A product has all modules whose types its users name.
    .library(
      name: "Tokenization",
      targets: [
        "Tokenization", "TokenizerFormats", "BytePairEncoding", "PreTokenization", "UnicodeText",
        "Noise", "Diagnostics",
      ]
    ),
    .library(name: "Collation", targets: ["Collation", "Corpora"]),
    .library(
      name: "LanguageModels",
      targets: ["LanguageModels", "TextGeneration", "NeuralLayers", "TensorCore"]
    ),
    .library(name: "Training", targets: ["Training", "Experiments", "Studies"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
  ],
  targets: [
    // The C boundary of the text column: ICU behind plain C types, tables, and loops that are
    // dispatched by processor.
    [
      .target(
        name: "CICU",
        cxxSettings: [.define("U_SHOW_CPLUSPLUS_API", to: "1")],
        linkerSettings: ["icui18n", "icuuc", "icudata"].map { .linkedLibrary($0) }
      ),
      .target(name: "CKernelDispatch"),
      kernels("CUnicode"),
      kernels("CRandomDraws"),
      kernels("CMergeKernels"),
      kernels("CTokenFiles"),
      .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
      .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
    ],

    // The C boundary of the number column: BLAS, and the loops that are dispatched by processor.
    [
      .target(name: "COpenBLAS"),
      .target(name: "CTensorKernels"),
    ],

    // The ground floor: errors, random draws, threads, files, and what a person reads.
    module("Diagnostics"),
    module("Noise", ["CRandomDraws"], isSafe: true),
    module("Execution"),
    module("Files", ["Diagnostics"]),
    module("Compression", ["CZlib", "CZstd", "Files", "Diagnostics"]),
    module("Downloads", ["Files", "Diagnostics"]),
    module("JSONText", ["CUnicode", "Diagnostics"]),
    module("Reports", isSafe: true),

    // The text column: text -> normalised text -> pre-tokens -> tokens -> documents.
    module(
      "UnicodeText",
      ["CICU", "CUnicode", "Diagnostics"],
      testDependencies: ["Files", "TextTestSupport"]
    ),
    module("PreTokenization", ["UnicodeText", "CUnicode", "Diagnostics"]),
    module(
      "BytePairEncoding",
      ["CMergeKernels", "CRandomDraws", "CUnicode", "Noise", "Execution"],
      testDependencies: ["TextTestSupport"]
    ),
    module(
      "Tokenization",
      [
        "UnicodeText", "PreTokenization", "BytePairEncoding", "CUnicode", "Noise", "Execution",
        "Diagnostics",
      ],
      testDependencies: ["TokenizerFormats", "TextTestSupport", "Files"]
    ),
    module(
      "TokenizerFormats",
      [
        "Tokenization", "UnicodeText", "PreTokenization", "BytePairEncoding", "JSONText", "Noise",
        "Files", "Diagnostics",
      ],
      testDependencies: ["TextTestSupport"]
    ),
    module(
      "Corpora",
      [
        "Tokenization", "PreTokenization", "BytePairEncoding", "UnicodeText", "CTokenFiles",
        "CUnicode", "Noise", "Execution", "JSONText", "Compression", "Files", "Diagnostics",
      ],
      testDependencies: ["Downloads", "Stories", "TokenizerFormats", "TextTestSupport"]
    ),
    module("Stories", ["Noise"]),

    // Documents -> batches, for any trainer: no tensors.
    module(
      "Collation",
      [
        "Corpora", "TokenizerFormats", "Tokenization", "BytePairEncoding", "UnicodeText", "Noise",
        "Execution", "JSONText", "Files", "Diagnostics",
      ],
      testDependencies: ["PreTokenization", "TextTestSupport"],
      isSafe: true
    ),

    // The number column: tensors -> layers -> language models.
    module(
      "TensorCore",
      ["COpenBLAS", "CTensorKernels", "Noise", "Execution"],
      testDependencies: ["NumberTestSupport"]
    ),
    module(
      "NeuralLayers",
      ["TensorCore", "Noise"],
      testDependencies: ["LanguageModels", "NumberTestSupport"]
    ),
    module(
      "LanguageModels",
      ["NeuralLayers", "TensorCore", "Noise", "JSONText", "Files", "Diagnostics"],
      testDependencies: ["NumberTestSupport"]
    ),

    // Where the columns meet: batches train a model, a tokenizer and a model write text.
    module(
      "Training",
      [
        "Collation", "Corpora", "LanguageModels", "NeuralLayers", "TensorCore", "BytePairEncoding",
        "Noise", "Execution", "Diagnostics",
      ],
      testDependencies: [
        "Tokenization", "PreTokenization", "UnicodeText", "Files", "NumberTestSupport",
        "TextTestSupport",
      ]
    ),
    module(
      "TextGeneration",
      [
        "Tokenization", "BytePairEncoding", "UnicodeText", "LanguageModels", "NeuralLayers",
        "TensorCore", "Noise", "Diagnostics",
      ],
      testDependencies: ["PreTokenization", "TextTestSupport"]
    ),

    // Whole runs as values: what a run depends on, its files, and who watches it.
    module(
      "Experiments",
      [
        "Training", "Collation", "Corpora", "LanguageModels", "NeuralLayers", "TensorCore",
        "TokenizerFormats", "Tokenization", "PreTokenization", "UnicodeText", "BytePairEncoding",
        "Noise", "JSONText", "Reports", "Files", "Diagnostics",
      ],
      testDependencies: ["TextTestSupport"]
    ),

    // Comparisons of runs that decide a claim.
    module(
      "Studies",
      [
        "Experiments", "Training", "Collation", "Corpora", "Stories", "LanguageModels",
        "NeuralLayers", "TensorCore", "TokenizerFormats", "Tokenization", "PreTokenization",
        "UnicodeText", "BytePairEncoding", "Noise", "Execution", "JSONText", "Reports", "Files",
        "Diagnostics",
      ],
      isSafe: true
    ),

    // The command line: one file per verb, and an executable of one file.
    module(
      "BpedropCommands",
      [
        "Studies", "Experiments", "Training", "TextGeneration", "Collation", "Corpora", "Stories",
        "TokenizerFormats", "Tokenization", "PreTokenization", "UnicodeText", "LanguageModels",
        "NeuralLayers", "TensorCore", "BytePairEncoding", "Noise", "Execution", "Downloads",
        "Compression", "JSONText", "Files", "Diagnostics", "Reports", argumentParser,
      ],
      testDependencies: ["TextTestSupport"]
    ),
    [
      .executableTarget(
        name: "bpedrop",
        dependencies: ["BpedropCommands"],
        swiftSettings: settings
      ),

      // Oracles, generators and fixtures of the tests, slow and obvious on purpose: what all use,
      // what the text column uses, and what the number column uses.
      .target(
        name: "TestSupport",
        dependencies: ["Noise"],
        path: "Tests/TestSupport",
        swiftSettings: settings
      ),
      .target(
        name: "TextTestSupport",
        dependencies: [
          "Tokenization", "PreTokenization", "UnicodeText", "BytePairEncoding", "Noise",
          "TestSupport",
        ],
        path: "Tests/TextTestSupport",
        swiftSettings: settings
      ),
      .target(
        name: "NumberTestSupport",
        dependencies: ["LanguageModels", "NeuralLayers", "TensorCore", "Noise", "TestSupport"],
        path: "Tests/NumberTestSupport",
        swiftSettings: settings
      ),

      // What any bytes are held against: by the tests on a corpus, and by libFuzzer.
      .target(
        name: "FuzzTargets",
        dependencies: [
          "Studies", "Experiments", "Reports", "LanguageModels", "TensorCore", "Collation",
          "Corpora",
          "TokenizerFormats", "Tokenization", "PreTokenization", "UnicodeText", "BytePairEncoding",
          "Noise", "JSONText", "Diagnostics", "TestSupport", "TextTestSupport",
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

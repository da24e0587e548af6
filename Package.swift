// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// Every test target keeps files that tests read in `Fixtures` and accepted outputs in `Snapshots`.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name,
        dependencies: ["TestSupport"] + dependencies,
        exclude: ["Fixtures", "Snapshots"],
        swiftSettings: strict
    )
}

let package = Package(
    name: "switchyard",
    products: [
        .executable(name: "switchyard", targets: ["switchyard"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "CLibGit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(
            name: "CCMark",
            pkgConfig: "libcmark-gfm",
            providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"])]
        ),
        .systemLibrary(name: "CLinux"),
        module("Locking", []),
        module("RunModel", []),
        module("Terminal", []),
        module("MarkdownPages", ["CCMark"]),
        module("ChildProcesses", ["CLinux", "Locking", subprocess, systemPackage]),
        module("Git", ["CLibGit2", "CLinux", "Locking", "ChildProcesses"]),
        module("EventLoop", ["CLinux", "Locking"]),
        module("Postgres", ["CLibPQ", "EventLoop", "Locking"]),
        module("Redis", ["CHiredis", "EventLoop", "Locking"]),
        module("Services", ["RunModel", "CLinux", "Locking", crypto, logging, metrics]),
        module("ServicesSQLite", ["Services", "Locking", grdb, sqlite]),
        module("ServicesPostgres", ["Services", "Postgres", "EventLoop", "Locking"]),
        module("ServicesRedis", ["Services", "Redis", "EventLoop", "Locking"]),
        module("Agents", ["RunModel", "Services", "ChildProcesses", "Locking"]),
        module(
            "Orchestrator",
            ["RunModel", "Terminal", "Services", "Agents", "Git", "ChildProcesses", "Locking", yams]
        ),
        module(
            "Commands",
            [
                "RunModel", "Terminal", "Services", "ServicesSQLite", "ServicesPostgres", "ServicesRedis", "Postgres",
                "Redis", "EventLoop", "Agents", "MarkdownPages", "Orchestrator", "Git", "ChildProcesses", "Locking",
                argumentParser,
                logging, metrics, yams,
            ]
        ),
        .executableTarget(name: "switchyard", dependencies: ["Commands"], path: "Sources/CLI", swiftSettings: strict),
        .target(
            name: "TestSupport",
            dependencies: ["RunModel", "ChildProcesses", "Git", "Locking", "Services"],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        tests("RunModelTests", ["RunModel"]),
        .executableTarget(
            name: "RunnerProbe",
            dependencies: ["ChildProcesses", "Locking"],
            path: "Tests/RunnerProbe",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                "Git", "RunModel", "Services", "ServicesSQLite", "ServicesPostgres", "ServicesRedis", "Postgres",
                "Redis",
                "EventLoop", "Locking", "Orchestrator", "ChildProcesses", argumentParser,
            ],
            path: "Tests/Benchmarks",
            exclude: ["Peers"],
            swiftSettings: strict
        ),
        tests("ChildProcessesTests", ["ChildProcesses", "Locking", "RunnerProbe"]),
        tests("EventLoopTests", ["EventLoop", "Locking"]),
        tests("PostgresTests", ["Postgres", "EventLoop", "Locking"]),
        tests("RedisTests", ["Redis", "EventLoop", "Locking"]),
        tests("ServicesTests", ["Services", "Locking", logging, metrics]),
        .executableTarget(
            name: "ServicesProbe",
            dependencies: ["ServicesSQLite", "Services", "Locking"],
            path: "Tests/ServicesProbe",
            swiftSettings: strict
        ),
        tests("ServicesSQLiteTests", ["ServicesSQLite", "Services", "Locking", "ServicesProbe", sqlite]),
        tests(
            "IntegrationTests",
            [
                "Services", "ServicesSQLite", "ServicesPostgres", "ServicesRedis", "Postgres", "Redis", "EventLoop",
                "Locking", "ChildProcesses",
            ]
        ),
        tests("GitTests", ["Git", "Locking"]),
        tests("AgentsTests", ["Agents", "ChildProcesses", "Locking", "RunModel", "Services"]),
        tests(
            "OrchestratorTests",
            ["Orchestrator", "RunModel", "Git", "Agents", "Services", "ChildProcesses", "Locking"]
        ),
        tests("TerminalTests", ["Terminal"]),
        tests("MarkdownPagesTests", ["MarkdownPages"]),
        tests("CommandsTests", ["Commands", "RunModel", "Orchestrator", "Terminal", "Agents", "Git", "Services"]),
        .executableTarget(
            name: "FaultRunner",
            dependencies: ["Commands", "RunModel"],
            path: "Tests/FaultRunner",
            swiftSettings: strict
        ),
        tests("EndToEndTests", ["switchyard", "FaultRunner", "RunModel", "Orchestrator", "Locking"]),
        tests("HygieneTests", ["RunModel", "switchyard"]),
    ]
)

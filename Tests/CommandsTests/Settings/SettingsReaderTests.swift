import Agents
import Foundation
import RunModel
import Terminal
import TestSupport
import Testing

@testable import Commands

@Suite("Settings")
struct SettingsReaderTests {
    static func read(
        _ text: String,
        environment: [String: String] = [:],
        flags: [String: (value: SettingValue, name: String)] = [:]
    ) throws(CommandFailure) -> RunnerSettings {
        try SettingsReader.read(
            file: SettingsReader.File(path: "switchyard.yaml", text: text),
            environment: environment,
            flags: flags
        )
    }

    @Test("Later places win, and each value remembers where it came from")
    func precedence() throws {
        let file = "max_parallel: 2\nengine: claude\nhooks:\n  setup: [npm ci]\n"
        let settings = try Self.read(
            file,
            environment: ["SWITCHYARD_MAX_PARALLEL": "3", "SWITCHYARD_GRACE": "250ms"],
            flags: ["max_parallel": (.integer(9), "--max-parallel")]
        )
        #expect(settings.maxParallel == 9)
        #expect(settings.origin(of: "max_parallel") == .flag(name: "--max-parallel"))
        #expect(settings.origin(of: "engine") == .file(path: "switchyard.yaml", line: 2))
        #expect(settings.origin(of: "grace") == .environment(name: "SWITCHYARD_GRACE"))
        #expect(settings.origin(of: "push") == .standard)
        let options = settings.runOptions()
        #expect(options.grace == .milliseconds(250))
        #expect(options.setupCommands == ["npm ci"])
        #expect(options.engine == "claude")
    }

    @Test("Without any source the defaults are those of the run options")
    func defaults() throws {
        #expect(try SettingsReader.read(file: nil).runOptions() == RunOptions())
        #expect(try Self.read("").runOptions() == RunOptions())
        #expect(try Self.read("# nothing\n").runOptions() == RunOptions())
    }

    @Test(
        "Every setting can be set in the file and by its variable, and its default reads back",
        arguments: SettingTable.entries
    )
    func everySetting(entry: SettingEntry) throws {
        guard let standard = entry.standard else {
            let sample =
                switch entry.kind {
                case .integer: "12"
                case .amount: "$2.50"
                case .databaseURL: "postgres://user@host/name"
                case .redisURL: "redis://host:6379/0"
                default: "x"
                }
            let settings = try SettingsReader.read(file: nil, environment: [entry.environmentVariable: sample])
            let value = try #require(settings.resolved[entry.key]?.value)
            #expect(value == entry.kind.value(from: sample))
            if case .text(let text) = value { #expect(text == sample) }
            return
        }
        let parts = entry.key.split(separator: ".")
        let text = parts.dropLast().map { "\($0):\n  " }.joined() + "\(parts[parts.count - 1]): \(standard.text)\n"
        let settings = try Self.read(text)
        #expect(settings.resolved[entry.key]?.value == standard)
        #expect(settings.origin(of: entry.key) == .file(path: "switchyard.yaml", line: parts.count))
        if !entry.kind.isList { #expect(entry.kind.value(from: standard.text) == standard) }
    }

    @Test("Budgets and protocols are taken from the file, and what they cannot be is refused")
    func budgets() throws {
        let options = try Self.read(
            """
            budget: {agent_tokens: 1000, agent_usd: 0.5, run_tokens: 9000, run_usd: 4}
            guard:
              allowed_git_protocols: [https, ssh]
            """
        ).runOptions()
        #expect(options.budget == RunBudget(agentTokens: 1000, agentCost: 0.5, runTokens: 9000, runCost: 4))
        #expect(options.allowedGitProtocols == ["https", "ssh"])
        for wrong in [
            "budget: {run_usd: -1}", "budget: {run_usd: much}", "budget: {run_tokens: 0}",
            "guard: {allowed_git_protocols: [ext]}", "guard: {allowed_git_protocols: 'https:ext'}",
        ] {
            #expect(throws: CommandFailure.self) { _ = try Self.read(wrong + "\n") }
        }
    }

    @Test("Engines are read with all their keys")
    func engines() throws {
        let settings = try Self.read(
            """
            engine: reviewer
            engines:
              reviewer:
                command: [my-agent, --stdin]
                environment: {MODE: careful}
                inherit: [TOKEN]
                model: large
              fast: {preset: claude, arguments: [--verbose]}
            """
        )
        #expect(
            settings.engines["reviewer"]
                == EngineSettings(
                    command: ["my-agent", "--stdin"],
                    model: "large",
                    environment: ["MODE": "careful"],
                    inherit: ["TOKEN"]
                )
        )
        #expect(settings.engines["fast"] == EngineSettings(preset: "claude", arguments: ["--verbose"]))
    }

    static let wrong: [(name: String, text: String)] = [
        (
            "many",
            """
            max_paralel: 3
            sandbox: maybe
            attempt_timeout: soon
            max_parallel: 1000
            hooks:
              setpu: [x]
            path:
              output: docs
            setup: [make]
            engines:
              mine: {comand: [x]}
              other: {preset: gpt}
              third: {command: a b c}
            engine: clade
            """
        ),
        ("syntax", "engine: script\n  push: [true\n"), ("duplicate", "engine: script\nengine: claude\n"),
        ("no-mapping", "- engine\n- push\n"), ("section-as-value", "hooks: npm ci\nengines: claude\nbase: [a, b]\n"),
        ("tabs", "paths:\n  output: docs\n\tstate: x\n"),
    ]

    @Test("All complaints come at once, with place, line, caret and hint", arguments: wrong.map(\.name))
    func complaints(name: String) throws {
        let text = try #require(Self.wrong.first { $0.name == name }).text
        let failure = try #require(throws: CommandFailure.self) { _ = try Self.read(text) }
        #expect(failure.exitStatus == .usage)
        let traits = TerminalTraits(isTerminal: false, isColoured: false, isUnicode: true)
        let rendered = FailureRenderer(traits: traits).lines(for: failure).joined(separator: "\n") + "\n"
        Snapshot.expect(rendered, matches: "\(name).txt", normalizing: .none)
    }

    @Test("A wrong variable is an error, a near miss a warning, others of the prefix are nothing")
    func variables() throws {
        let failure = try #require(throws: CommandFailure.self) {
            _ = try SettingsReader.read(
                file: nil,
                environment: ["SWITCHYARD_MAX_PARALLEL": "many", "SWITCHYARD_ENGINE": "clade"]
            )
        }
        let traits = TerminalTraits(isTerminal: false, isColoured: false, isUnicode: true)
        Snapshot.expect(
            FailureRenderer(traits: traits).lines(for: failure).joined(separator: "\n") + "\n",
            matches: "variables.txt",
            normalizing: .none
        )
        let near = try SettingsReader.read(file: nil, environment: ["SWITCHYARD_MAX_PARALEL": "3"])
        #expect(near.warnings.map(\.hint) == ["Did you mean 'SWITCHYARD_MAX_PARALLEL'?"])
        let own = [
            "SWITCHYARD_RUN_ID", "SWITCHYARD_AGENT_ID", "SWITCHYARD_TASK_FILE", "SWITCHYARD_WORKTREE",
            "SWITCHYARD_BASE",
        ]
        let others = Dictionary(uniqueKeysWithValues: own.map { ($0, "x") })
        #expect(try SettingsReader.read(file: nil, environment: others).warnings.isEmpty)
    }

    @Test(
        "Durations and sizes are read as people write them",
        arguments: [
            ("90s", Duration.seconds(90)), ("1h 30m", .seconds(5400)), ("7d", .seconds(604_800)), ("45", .seconds(45)),
            ("250ms", .milliseconds(250)), ("1h30m", .seconds(5400)),
        ]
    )
    func durations(text: String, duration: Duration) {
        #expect(QuantityReader.duration(text) == duration)
    }

    @Test(
        "What is no duration or size is refused",
        arguments: ["", "0", "-1", "soon", "5 parsecs", "h", "1.5h", "99999999999999999999s"]
    )
    func noQuantities(text: String) {
        #expect(QuantityReader.duration(text) == nil)
        #expect(QuantityReader.size(text) == nil)
    }

    @Test(
        "Sizes know both kinds of units",
        arguments: [("5MiB", 5 << 20), ("200KB", 200_000), ("1 GiB", 1 << 30), ("812", 812), ("2k", 2048)]
    )
    func sizes(text: String, size: Int) {
        #expect(QuantityReader.size(text) == size)
    }

    @Test("Durations and sizes read back what they print", arguments: 0..<50)
    func roundTrip(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let duration = Duration.seconds(Int.random(in: 1...1_000_000, using: &random))
        #expect(QuantityReader.duration(SettingValue.duration(duration).text) == duration, "seed \(seed)")
        let size = Int.random(in: 1...(1 << 40), using: &random)
        #expect(QuantityReader.size(SettingValue.sizeInBytes(size).text) == size, "seed \(seed)")
    }

    @Test(
        "A near miss is found, a far one is not",
        arguments: [("max_paralel", "max_parallel"), ("pusH", "push"), ("bsae", "base"), ("colour", nil), ("x", nil)]
    )
    func spelling(word: String, meant: String?) {
        #expect(Spelling.nearest(to: word, among: SettingTable.entries.map(\.key)) == meant)
    }
}

import ArgumentParser
import Foundation

/// Measures what Switchyard does against what others do for the same, and writes the page of results.
@main
struct Benchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmarks",
        abstract: "Measure Switchyard against git, pgbench, redis-benchmark and others; started by scripts/bench."
    )

    @Option(help: "Number of files in the generated repository; several, separated by commas, make several sections.")
    var files = "10000"

    @Option(help: "Rounds for each job.")
    var rounds = 5

    @Flag(help: "A small repository, few jobs, one round: shows that everything works, not how fast.")
    var quick = false

    @Option(help: "Only these parts, separated by commas; 'main' and 'services' are all of theirs.")
    var only = "main,services"

    @Option(help: "The release build of switchyard.")
    var switchyard = "switchyard"

    @Option(help: "Folder to work in; what is made there is removed.")
    var folder: String

    @Option(help: "The page to write; nothing is written without.")
    var page: String?

    @Option(help: "What scripts/bench was called with, for the page.")
    var calledWith = ""

    @Option(help: "Folder of the PostgreSQL server's socket and data.")
    var postgres = ""

    @Option(help: "Folder of PostgreSQL's programs.")
    var postgresPrograms = ""

    @Option(help: "Socket of the Redis server.")
    var redis = ""

    @Option(help: "Process of the Redis server.")
    var redisProcess: Int32 = 0

    @Option(help: "A Python that has the packages that are compared.")
    var python = "python3"

    @Option(help: "Folder of the scripts around them.")
    var peers = ""

    func run() async throws {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        let workplace = try Workplace(in: folder, path: path)
        defer { workplace.remove() }
        let rounds = quick ? 1 : rounds
        let named = Set(only.split(separator: ",").map(String.init))
        let main = parts(of: MainPathBenchmarks.parts, all: "main", named)
        let services = parts(of: ServiceBenchmarks.parts, all: "services", named)
        guard rounds > 0, !(main.isEmpty && services.isEmpty) else {
            throw ValidationError("'--rounds' takes a positive number, and '--only' names of parts.")
        }
        let machine = try await MachineFacts.read(for: workplace, program: main.isEmpty ? nil : switchyard)
        Self.show("\(machine.processor), \(machine.coreCount) cores; \(machine.fileSystem); \(machine.versions)")
        if !main.isEmpty {
            let lines = try await measureMainPath(main, rounds: rounds, machine, in: workplace)
            if named.contains("main") { try write(.mainPath, lines) }
        }
        if !services.isEmpty {
            let lines = try await measureServices(services, rounds: rounds, machine, in: workplace)
            if named.contains("services") { try write(.services, lines) }
        }
    }

    private func parts(of parts: [String], all: String, _ named: Set<String>) -> Set<String> {
        named.contains(all) ? Set(parts) : Set(parts).intersection(named)
    }

    private func measureMainPath(
        _ parts: Set<String>,
        rounds: Int,
        _ machine: MachineFacts,
        in workplace: Workplace
    ) async throws -> [String] {
        let counts = quick ? [300] : files.split(separator: ",").compactMap { Int($0) }
        guard !counts.isEmpty else { throw ValidationError("'--files' takes positive numbers.") }
        let benchmarks = MainPathBenchmarks(
            workplace: workplace,
            program: switchyard,
            parts: parts,
            rounds: rounds,
            isQuick: quick,
            show: Self.show
        )
        var sections: [MainPathPart.Section] = []
        for count in counts {
            Self.say("making a repository of \(count) files")
            sections.append(try await benchmarks.run(files: count))
        }
        return MainPathPart(machine: machine, rounds: rounds, arguments: calledWith, sections: sections).lines
    }

    private func measureServices(
        _ parts: Set<String>,
        rounds: Int,
        _ machine: MachineFacts,
        in workplace: Workplace
    ) async throws -> [String] {
        Self.say("measuring the services: \(ServiceBenchmarks.parts.filter(parts.contains).joined(separator: ", "))")
        let benchmarks = ServiceBenchmarks(
            workplace: workplace,
            surroundings: ServiceBenchmarks.Surroundings(
                postgres: postgres,
                postgresPrograms: postgresPrograms,
                redis: redis,
                redisProcess: redisProcess,
                python: python,
                peers: peers
            ),
            parts: parts,
            rounds: rounds,
            isQuick: quick,
            show: Self.show
        )
        let rows = try await benchmarks.run()
        return ServicesPart(
            machine: machine,
            rounds: rounds,
            arguments: calledWith,
            versions: try await benchmarks.versions(),
            rows: rows
        ).lines
    }

    private func write(_ part: ResultPage.Part, _ lines: [String]) throws {
        guard let page, !quick else { return }
        var result = try ResultPage(path: page)
        result.set(part, to: lines)
        try result.text.write(toFile: page, atomically: true, encoding: .utf8)
    }

    /// A line of results, out at once also where standard output is a file.
    private static func show(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    private static func say(_ line: String) {
        FileHandle.standardError.write(Data(("==> " + line + "\n").utf8))
    }
}

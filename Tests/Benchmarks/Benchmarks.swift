import ArgumentParser
import Foundation

/// Measures what Switchyard does against git commands that do the same, and writes the page of results.
@main
struct Benchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmarks",
        abstract: "Measure Switchyard against git; started by scripts/bench."
    )

    @Option(help: "Number of files in the generated repository; several, separated by commas, make several sections.")
    var files = "10000"

    @Option(help: "Rounds for each job.")
    var rounds = 5

    @Flag(help: "A small repository, one round, few agents: shows that everything works, not how fast.")
    var quick = false

    @Option(help: "Only these parts: worktrees, landing, runs, ledger; separated by commas.")
    var only = "worktrees,landing,runs,ledger"

    @Option(help: "The release build of switchyard.")
    var switchyard: String

    @Option(help: "Folder to work in; what is made there is removed.")
    var folder: String

    @Option(help: "The page to write; nothing is written without.")
    var page: String?

    @Option(help: "What scripts/bench was called with, for the page.")
    var calledWith = ""

    func run() async throws {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        let workplace = try Workplace(in: folder, path: path)
        defer { workplace.remove() }
        let counts = quick ? [300] : files.split(separator: ",").compactMap { Int($0) }
        let rounds = quick ? 1 : rounds
        guard !counts.isEmpty, rounds > 0 else {
            throw ValidationError("'--files' and '--rounds' take positive numbers.")
        }
        let machine = try await MachineFacts.read(for: workplace, program: switchyard)
        print("\(machine.processor), \(machine.coreCount) cores; \(machine.fileSystem); \(machine.versions)")
        var sections: [ResultPage.Section] = []
        for count in counts { sections.append(try await measure(files: count, rounds: rounds, in: workplace)) }
        guard let page else { return }
        let text = ResultPage(machine: machine, rounds: rounds, arguments: calledWith, sections: sections).text
        try text.write(toFile: page, atomically: true, encoding: .utf8)
    }

    private func measure(files: Int, rounds: Int, in workplace: Workplace) async throws -> ResultPage.Section {
        Self.say("making a repository of \(files) files")
        let branches = quick ? 16 : 64
        let repository = try await GeneratedRepository.make(in: workplace, fileCount: files, branchCount: branches)
        ResultTable.head.forEach { Self.show($0) }
        let parts = Set(only.split(separator: ",").map(String.init))
        var contests: [Contest] = []
        if parts.contains("worktrees") {
            let worktrees = WorktreeContest(workplace: workplace, repository: repository)
            contests += (quick ? [4] : [1, 4, 16]).map(worktrees.make)
        }
        if parts.contains("landing") {
            let landing = LandingContest(workplace: workplace, repository: repository)
            contests += (quick ? [16] : [16, 64]).map(landing.make)
        }
        let runs = RunContest(workplace: workplace, repository: repository, program: switchyard)
        if parts.contains("runs") { contests += (quick ? [2] : [4, 16]).map(runs.make) }
        var results: [ContestResult] = []
        for contest in contests {
            let result = try await contest.run(rounds: rounds, settling: workplace)
            ResultTable.lines(result).forEach { Self.show($0) }
            results.append(result)
        }
        var remarks: [String] = []
        if parts.contains("runs") { remarks = try await self.remarks(runs, in: workplace) }
        if parts.contains("ledger") {
            Self.say("making ledgers")
            let growth = LedgerGrowth(workplace: workplace, program: switchyard)
            remarks += try await growth.remarks(threads: quick ? [10, 20] : [250, 500, 1_000])
        }
        remarks.forEach { Self.show($0) }
        return ResultPage.Section(
            fileCount: files,
            sizeInBytes: repository.sizeInBytes,
            results: results,
            remarks: remarks
        )
    }

    private func remarks(_ runs: RunContest, in workplace: Workplace) async throws -> [String] {
        let count = quick ? 3 : 50
        let crowd = try await runs.crowd(agents: count)
        var starts = Series()
        let loop = "for i in 1 2 3 4 5 6 7 8 9 10; do '\(switchyard)' --version; done"
        for _ in 0..<(quick ? 1 : 5) {
            starts.append(try await workplace.shell(loop, in: workplace.folder).duration / 10)
        }
        return [
            "\(count) agents at once: \(ResultTable.time(seconds(crowd.duration))) for the whole run, "
                + "\(ResultTable.time(seconds(crowd.duration) / Double(count))) per agent; the runner itself had at most "
                + "\(crowd.peakInBytes >> 20) MiB resident (VmHWM).",
            "Starting the program (`switchyard --version`): \(String(format: "%.1f", starts.median * 1_000)) ms.",
        ]
    }

    private func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    /// A line of results, out at once also where standard output is a file.
    private static func show(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    private static func say(_ line: String) {
        FileHandle.standardError.write(Data(("==> " + line + "\n").utf8))
    }
}

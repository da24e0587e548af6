import Foundation

/// Worktrees, landings and whole runs, measured against git commands that do the same; and growing ledgers.
struct MainPathBenchmarks {
    static let parts = ["worktrees", "landing", "runs", "ledger"]

    let workplace: Workplace
    /// The release build of the program.
    let program: String
    let parts: Set<String>
    let rounds: Int
    let isQuick: Bool
    /// Gets every line as it comes.
    let show: (String) -> Void

    /// Measures on a generated repository of so many files.
    func run(files: Int) async throws -> MainPathPart.Section {
        let branches = isQuick ? 16 : 64
        let repository = try await GeneratedRepository.make(in: workplace, fileCount: files, branchCount: branches)
        ResultTable.head.forEach(show)
        var contests: [Contest] = []
        if parts.contains("worktrees") {
            let worktrees = WorktreeContest(workplace: workplace, repository: repository)
            contests += (isQuick ? [4] : [1, 4, 16]).map(worktrees.make)
        }
        if parts.contains("landing") {
            let landing = LandingContest(workplace: workplace, repository: repository)
            contests += (isQuick ? [16] : [16, 64]).map(landing.make)
        }
        let runs = RunContest(workplace: workplace, repository: repository, program: program)
        if parts.contains("runs") { contests += (isQuick ? [2] : [4, 16]).map(runs.make) }
        var results: [ContestResult] = []
        for contest in contests {
            let result = try await contest.run(rounds: rounds, settling: workplace)
            ResultTable.lines(result).forEach(show)
            results.append(result)
        }
        var remarks: [String] = []
        if parts.contains("runs") { remarks = try await self.remarks(runs) }
        if parts.contains("ledger") {
            let growth = LedgerGrowth(workplace: workplace, program: program)
            remarks += try await growth.remarks(threads: isQuick ? [10, 20] : [250, 500, 1_000])
        }
        remarks.forEach(show)
        return MainPathPart.Section(
            fileCount: files,
            sizeInBytes: repository.sizeInBytes,
            results: results,
            remarks: remarks
        )
    }

    private func remarks(_ runs: RunContest) async throws -> [String] {
        let count = isQuick ? 3 : 50
        let crowd = try await runs.crowd(agents: count)
        let whole = crowd.duration / .seconds(1)
        var starts = Series()
        let loop = "for i in 1 2 3 4 5 6 7 8 9 10; do '\(program)' --version; done"
        for _ in 0..<(isQuick ? 1 : 5) {
            starts.append(try await workplace.shell(loop, in: workplace.folder).duration / 10)
        }
        return [
            "\(count) agents at once: \(ResultTable.time(whole)) for the whole run, "
                + "\(ResultTable.time(whole / Double(count))) per agent; the runner itself had at most "
                + "\(crowd.peakInBytes >> 20) MiB resident (VmHWM).",
            "Starting the program (`switchyard --version`): \(String(format: "%.1f", starts.median * 1_000)) ms.",
        ]
    }
}

import Foundation

/// The lines of the page about worktrees, landings and runs.
struct MainPathPart {
    /// What was measured on one generated repository.
    struct Section {
        let fileCount: Int
        let sizeInBytes: Int
        let results: [ContestResult]
        /// Sentences on what is no contest: memory, the start of the program, many agents at once.
        let remarks: [String]
    }

    let machine: MachineFacts
    let rounds: Int
    let arguments: String
    let sections: [Section]

    var lines: [String] {
        machine.table(repeatedWith: arguments) + [
            "",
            "Each line is the median, least and greatest of \(rounds) rounds. In a round every contender does the job once, in",
            "turns, and each round another one begins. The ratio is the time of that line divided by Switchyard's (the first",
            "line of the job) in the same round, and of those the median: 3.0x means Switchyard took a third of the time.",
            "Results are checked: worktrees are clean and complete, landed trees are equal, runs merged every agent.",
        ] + sections.flatMap(Self.lines)
    }

    private static func lines(_ section: Section) -> [String] {
        let size = String(format: "%.0f MB", Double(section.sizeInBytes) / 1e6)
        var lines = ["", "### A repository of \(section.fileCount) files, \(size)", ""]
        lines += ResultTable.head
        lines += section.results.flatMap(ResultTable.lines)
        if !section.remarks.isEmpty { lines += [""] + section.remarks.map { "- \($0)" } }
        let missed = section.results.flatMap { result in
            result.names.indices.filter { result.isMet($0) == false }.map { index in
                "\(result.title): \(String(format: "%.2f", result.ratio(index)))x of `\(result.names[index])`, "
                    + "where \(String(format: "%.1f", result.targets[result.names[index]] ?? 0))x is wanted"
            }
        }
        let hasTargets = section.results.contains { !$0.targets.isEmpty }
        if hasTargets {
            lines += ["", missed.isEmpty ? "All targets are met." : "Missed: \(missed.joined(separator: "; "))."]
        }
        return lines
    }
}

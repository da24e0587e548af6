import Foundation
import RunModel

extension MarkdownReportRenderer {
    /// What the gate saw of the work that landed, and what rests on a person's review.
    var ownershipSection: String? {
        var lines: [String] = []
        let owning = report.landed.filter { agent in
            agent.checks.contains { $0.check == "ownership" && $0.status == .passed }
        }
        if !owning.isEmpty, owning.count == report.landed.count {
            lines.append("- Every path that landed was changed by an agent that owns it.")
        }
        for agent in report.participants {
            let id = MarkdownText.escape(agent.id.rawValue)
            for path in agent.owned where path.region?.kind == .prose {
                let text = path.region.map { MarkdownText.escape($0.text) } ?? ""
                let file = MarkdownText.code(path.pattern.description)
                lines.append("- \(id) may write a part of \(file) described in words (\(text)): this rests on review.")
            }
            if agent.isCommittedByRunner {
                lines.append("- \(id) left work uncommitted; the runner committed it.")
            }
            for check in agent.checks where check.status == .warned {
                lines.append("- \(id), \(MarkdownText.code(check.check)): \(MarkdownText.escape(check.summary))")
                lines += check.findings.map { "  - " + Self.line(for: $0) }
            }
            for attempt in agent.attempts where attempt.droppedBytes > 0 {
                lines.append(
                    "- \(id), attempt \(attempt.number): the log files lack \(Self.thousands(attempt.droppedBytes)) "
                        + "bytes of output over their size limit."
                )
            }
        }
        switch report.environment.sandbox {
        case "none":
            lines.append(
                "- **No sandbox:** the guard could refuse git commands and detect the rest, but not prevent it."
            )
        case let sandbox?: lines.append("- Engines ran in a sandbox (\(MarkdownText.escape(sandbox))).")
        case nil: break
        }
        return lines.isEmpty ? nil : "## Ownership and guard\n\n" + lines.joined(separator: "\n")
    }

    /// Complaints that belong to the whole run, gravest first.
    var findingsSection: String? {
        guard !report.findings.isEmpty else { return nil }
        let order: [Finding.Severity] = [.error, .warning, .note]
        let lines = order.flatMap { severity in
            report.findings.filter { $0.severity == severity }
                .map { "- **\(severity.rawValue)** " + Self.line(for: $0) }
        }
        return "## Findings\n\n" + lines.joined(separator: "\n")
    }

    /// Where the time went.
    var timingsSection: String? {
        guard !report.timings.isEmpty else { return nil }
        var table = MarkdownTable([("Phase", .left), ("Time", .right), ("Share", .right), ("Visits", .right)])
        let total = report.timings.map(\.seconds).reduce(0, +)
        for timing in report.timings {
            let share = total > 0 ? Int((timing.seconds / total * 100).rounded()) : 0
            table.add([timing.state.rawValue, DurationText.format(timing.seconds), "\(share) %", "\(timing.visits)"])
        }
        return "## Timings\n\n" + table.render()
    }

    /// Commands to go on with, each under what it is for.
    var repeatSection: String {
        let file = ShellText.quote(report.environment.taskFile)
        let open = report.unlanded.map(\.id.rawValue)
        var commands: [(purpose: String, command: String)] = []
        if report.verdict.word == .failed {
            commands.append(("go on where the run stopped", "switchyard resume \(report.run)"))
        }
        if !open.isEmpty, open.count < report.participants.count {
            let names = ShellText.quote(open.joined(separator: ","))
            commands.append(("run again what did not land", "switchyard run \(file) --only \(names)"))
        }
        commands.append(("run the whole task file again", "switchyard run \(file)"))
        commands.append(("look at every step", "switchyard runs show \(report.run)"))
        if let from = report.landing.from, let commit = report.landing.commit {
            let range = "\(from.shortCommit)..\(commit.shortCommit)"
            commands.append(("read what landed", "git log --first-parent -p \(range)"))
        }
        let lines = commands.map { "# \($0.purpose)\n\($0.command)" }
        return "## How to go on\n\n" + MarkdownText.fence(lines.joined(separator: "\n"), info: "sh")
    }

    /// What the run stood on.
    var environmentSection: String {
        let facts = report.environment
        var table = MarkdownTable([("Fact", .left), ("Value", .left)])
        table.add(["Run", MarkdownText.codeInCell(report.run.rawValue)])
        if let start = report.startedAt { table.add(["Started", start.ISO8601Format()]) }
        if let end = report.endedAt { table.add(["Ended", end.ISO8601Format()]) }
        table.add(["Program", MarkdownText.escape(facts.program)])
        table.add(["Task file", MarkdownText.codeInCell(facts.taskFile)])
        table.add(["Repository", MarkdownText.codeInCell(facts.repository)])
        if let base = report.landing.base { table.add(["Base", MarkdownText.codeInCell(base)]) }
        table.add(["Default engine", MarkdownText.escape(facts.engine)])
        table.add(["Agents at once", "\(facts.maxParallel)"])
        table.add(["Sandbox", facts.sandbox.map { MarkdownText.escape($0) } ?? "–"])
        return "## Environment\n\n" + table.render()
    }
}

import RunModel

extension MarkdownReportRenderer {
    /// What did not land: why, what stands against it, where the work is, what to do.
    var refusedSection: String? {
        let agents = report.unlanded
        guard !agents.isEmpty else { return nil }
        let heading = agents.contains { $0.result == .refused } ? "## What was refused" : "## What was not finished"
        return ([heading] + agents.map(refusal)).joined(separator: "\n\n")
    }

    private func refusal(_ agent: AgentReport) -> String {
        let reasons = agent.checks.filter { $0.status == .refused }
        let told = Set(reasons.flatMap { [$0.summary] + $0.findings.map(\.message) })
        var lines: [String] = []
        if let summary = agent.summary, !told.contains(summary) { lines += [MarkdownText.escape(summary), ""] }
        if agent.summary == nil, agent.attempts.isEmpty { lines += ["The agent was never started.", ""] }
        for check in reasons {
            lines.append("- \(MarkdownText.code(check.check)): \(MarkdownText.escape(check.summary))")
            for finding in check.findings { lines.append("  - " + Self.line(for: finding)) }
        }
        lines += whereItIs(agent)
        let heading = "### " + MarkdownText.escape("\(agent.id): \(agent.title)")
        return heading + "\n\n" + lines.joined(separator: "\n")
    }

    private func whereItIs(_ agent: AgentReport) -> [String] {
        var lines: [String] = []
        if let reference = agent.savedRef {
            lines.append("- The work is kept: " + MarkdownText.code(reference))
            if let base = agent.base {
                let command = "git diff \(base.shortCommit)...\(ShellText.quote(reference))"
                lines.append("- Read it: " + MarkdownText.code(command))
            }
        } else if let branch = agent.branch, agent.commit != nil {
            lines.append("- The work is on its branch: " + MarkdownText.code(branch))
        } else if agent.commit == nil {
            lines.append("- There is no work to keep.")
        }
        if let blocker = agent.blocker { lines.append("- Blocker: " + MarkdownText.code(blocker)) }
        for attempt in agent.attempts {
            let engine = MarkdownText.escape(attempt.engine)
            let logs = attempt.logs.isEmpty ? "" : "; logs: " + MarkdownText.code(attempt.logs)
            lines.append(
                "- Attempt \(attempt.number) (\(engine), \(DurationText.format(attempt.seconds))) "
                    + MarkdownText.escape(attempt.ending) + logs
            )
            if let said = attempt.summary { lines.append("  - The engine's last words: " + MarkdownText.escape(said)) }
        }
        return lines
    }

    /// How each agent's work met the others'.
    var mergesSection: String? {
        guard !report.merges.isEmpty else { return nil }
        var table = MarkdownTable([
            ("Order", .right), ("Agent", .left), ("Merge", .left), ("Commit", .left), ("What happened", .left),
        ])
        for (index, merge) in report.merges.enumerated() {
            table.add([
                "\(index + 1)",
                MarkdownText.escape(merge.agent.rawValue),
                merge.result == .merged ? "merged" : "**refused**",
                merge.commit.map { MarkdownText.codeInCell($0.shortCommit) } ?? "–",
                MarkdownText.escape(merge.summary),
            ])
        }
        var parts = ["## Merges", table.render()]
        parts += report.merges.flatMap { merge in merge.conflicts.map { conflict($0, of: merge) } }
        return parts.joined(separator: "\n\n")
    }

    private func conflict(_ conflict: ConflictRecord, of merge: MergeReport) -> String {
        let others =
            conflict.others.isEmpty
            ? "what is on the branch already" : "the work of " + conflict.others.map(\.rawValue).asProse
        let done = merge.result == .merged ? "It was resolved, see above." : "The later work was refused."
        let heading =
            "### Conflict in \(MarkdownText.code(conflict.path))\n\n"
            + "\(MarkdownText.escape(merge.agent.rawValue)) and \(MarkdownText.escape(others)) disagree "
            + "(\(MarkdownText.escape(conflict.kind))). \(done)"
        let hunks = conflict.hunks.map { MarkdownText.fence($0, info: "diff") }
        return ([heading] + hunks).joined(separator: "\n\n")
    }
}

extension MarkdownReportRenderer {
    /// One finding as the rest of a list item.
    static func line(for finding: Finding) -> String {
        var place = finding.file.map { MarkdownText.code(finding.line > 0 ? "\($0):\(finding.line)" : $0) + " " } ?? ""
        if finding.file == nil, finding.line > 0 { place = "line \(finding.line) " }
        let hint = finding.hint.map { " *" + MarkdownText.escape($0) + "*" } ?? ""
        return "\(place)\(MarkdownText.escape(finding.message)) (\(MarkdownText.code(finding.code)))\(hint)"
    }
}

import RunModel

/// Writes one agent's page: everything the run knows of it.
package enum AgentPageRenderer {
    /// The page's Markdown with a line feed at the end.
    package static func render(_ agent: AgentReport, of report: Report) -> String {
        var parts = ["# " + MarkdownText.escape("\(agent.id): \(agent.title)"), "**" + verdict(of: agent) + "**"]
        parts.append("Part of run \(MarkdownText.code(report.run.rawValue)): [report](../report.md).")
        if let summary = agent.summary { parts.append(MarkdownText.escape(summary)) }
        parts.append(facts(of: agent))
        if !agent.checks.isEmpty { parts.append("## Gate\n\n" + gate(of: agent)) }
        if !agent.owned.isEmpty { parts.append("## Owned paths\n\n" + owned(by: agent)) }
        if !agent.attempts.isEmpty { parts.append("## Attempts\n\n" + attempts(of: agent)) }
        return parts.joined(separator: "\n\n") + "\n"
    }

    private static func verdict(of agent: AgentReport) -> String {
        switch agent.result {
        case .landed: "Landed."
        case .refused: "Refused" + (agent.reason.map { ": " + MarkdownText.code($0.rawValue) } ?? "") + "."
        case .cancelled: "Cancelled."
        case .unfinished: "Not finished."
        case .notSelected: "Not selected."
        }
    }

    private static func facts(of agent: AgentReport) -> String {
        var table = MarkdownTable([("Fact", .left), ("Value", .left)])
        let code = { (text: String) in MarkdownText.codeInCell(text) }
        if let base = agent.base { table.add(["Base", code(base)]) }
        if let branch = agent.branch { table.add(["Branch", code(branch)]) }
        table.add(["Commit", agent.commit.map(code) ?? "none"])
        if let reference = agent.savedRef { table.add(["Kept under", code(reference)]) }
        if let blocker = agent.blocker { table.add(["Blocker", code(blocker)]) }
        if let size = agent.statistics {
            let files = MarkdownReportRenderer.count(size.files, "file")
            let commits = MarkdownReportRenderer.count(size.commits, "commit")
            table.add(["Change", "\(files), +\(size.insertions) −\(size.deletions) lines in \(commits)"])
        }
        table.add(["Time", DurationText.format(agent.seconds)])
        if let tokens = agent.usage.inputTokens {
            table.add(["Tokens in", MarkdownReportRenderer.thousands(tokens)])
        }
        if let tokens = agent.usage.outputTokens {
            table.add(["Tokens out", MarkdownReportRenderer.thousands(tokens)])
        }
        if let cost = agent.usage.cost { table.add(["Cost", MarkdownReportRenderer.money(cost)]) }
        return table.render()
    }

    private static func gate(of agent: AgentReport) -> String {
        var table = MarkdownTable([("Check", .left), ("Result", .left), ("What it saw", .left)])
        for check in agent.checks {
            let result =
                switch check.status {
                case .passed: "passed"
                case .warned: "warned"
                case .refused: "**refused**"
                case .notApplicable: "–"
                }
            table.add([MarkdownText.codeInCell(check.check), result, MarkdownText.escape(check.summary)])
        }
        let findings = agent.findings.map { "- " + MarkdownReportRenderer.line(for: $0) }
        return findings.isEmpty ? table.render() : table.render() + "\n\n" + findings.joined(separator: "\n")
    }

    private static func owned(by agent: AgentReport) -> String {
        agent.owned.map { path in
            let new = path.isNew ? " (new)" : ""
            let region = path.region.map { ": " + MarkdownText.escape($0.text) } ?? ""
            return "- " + MarkdownText.code(path.pattern.description) + new + region
        }.joined(separator: "\n")
    }

    private static func attempts(of agent: AgentReport) -> String {
        agent.attempts.map { attempt in
            var line =
                "\(attempt.number). \(MarkdownText.escape(attempt.engine)) \(MarkdownText.escape(attempt.ending)) "
                + "after \(DurationText.format(attempt.seconds)); logs: \(MarkdownText.code(attempt.logs))"
            if let session = attempt.sessionID { line += "; session \(MarkdownText.code(session))" }
            return attempt.summary.map { line + "\n\n" + MarkdownText.fence($0) } ?? line
        }.joined(separator: "\n")
    }
}

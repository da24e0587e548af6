import RunModel

/// Writes a report as Markdown: the answer first, then a table, then the detail for those who want it.
package struct MarkdownReportRenderer {
    let report: Report

    /// The report's Markdown with a line feed at the end.
    package static func render(_ report: Report) -> String {
        let renderer = MarkdownReportRenderer(report: report)
        let sections = [
            renderer.head,
            renderer.templateSection,
            renderer.agentsSection,
            renderer.refusedSection,
            renderer.mergesSection,
            renderer.verificationSection,
            renderer.landingSection,
            renderer.ownershipSection,
            renderer.findingsSection,
            renderer.timingsSection,
            renderer.repeatSection,
            renderer.environmentSection,
        ]
        return sections.compactMap { $0 }.joined(separator: "\n\n") + "\n"
    }

    private var head: String {
        var lines = ["# " + MarkdownText.escape(report.title), ""]
        lines.append("**" + report.verdictSentence(quote: MarkdownText.code) + "**")
        if report.environment.sandbox == "none" {
            lines += [
                "",
                "> **No sandbox was in use.** What an agent did outside its worktree was only looked for afterwards, not",
                "> prevented. Install `bubblewrap` to have it prevented.",
            ]
        }
        return lines.joined(separator: "\n")
    }

    private var templateSection: String? {
        guard let template = report.template else { return nil }
        let notes = template.notes.map { "- " + MarkdownText.escape($0) }
        let body = MarkdownText.fence(template.text)
        return notes.isEmpty ? body : body + "\n\nAbout the blanks:\n\n" + notes.joined(separator: "\n")
    }

    private var agentsSection: String {
        var table = MarkdownTable([
            ("Agent", .left), ("Task", .left), ("Result", .left), ("Commit", .left), ("Files", .right),
            ("Lines", .right), ("Tests", .left), ("Time", .right), ("Tokens", .right), ("Cost", .right),
        ])
        for agent in report.agents {
            table.add([
                MarkdownText.escape(agent.id.rawValue),
                MarkdownText.escape(agent.title),
                resultCell(agent),
                agent.commit.map { MarkdownText.codeInCell($0.shortCommit) } ?? "–",
                agent.statistics.map { "\($0.files)" } ?? "–",
                agent.statistics.map { "+\($0.insertions) −\($0.deletions)" } ?? "–",
                agent.tests ?? "–",
                agent.attempts.isEmpty ? "–" : DurationText.format(agent.seconds),
                Self.tokens(agent),
                agent.usage.cost.map(Self.money) ?? "–",
            ])
        }
        return "## Agents\n\n" + table.render() + "\n\n" + totals
    }

    private func resultCell(_ agent: AgentReport) -> String {
        switch agent.result {
        case .landed: "landed"
        case .refused: "**refused**" + (agent.reason.map { ": " + MarkdownText.codeInCell($0.rawValue) } ?? "")
        case .cancelled: "cancelled"
        case .unfinished: "not finished"
        case .notSelected: "not selected"
        }
    }

    /// One line that adds the table up.
    private var totals: String {
        let landed = report.landed.compactMap(\.statistics)
        let files = landed.map(\.files).reduce(0, +)
        let (added, removed) = (landed.map(\.insertions).reduce(0, +), landed.map(\.deletions).reduce(0, +))
        var parts =
            landed.isEmpty
            ? []
            : [
                "Landed: the work of \(Self.count(landed.count, "agent")), \(Self.count(files, "changed file")), "
                    + "+\(added) −\(removed) lines."
            ]
        let work = report.agents.map(\.seconds).reduce(0, +)
        parts.append(
            "The agents worked \(DurationText.format(work)) in all; the run took "
                + "\(DurationText.format(report.elapsedSeconds))."
        )
        let costs = report.agents.compactMap(\.usage.cost)
        if !costs.isEmpty { parts.append("The engines reported a cost of \(Self.money(costs.reduce(0, +))).") }
        return parts.joined(separator: " ")
    }

    /// `3 files`, `1 file`.
    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    private static func tokens(_ agent: AgentReport) -> String {
        guard agent.usage.inputTokens != nil || agent.usage.outputTokens != nil else { return "–" }
        return thousands((agent.usage.inputTokens ?? 0) + (agent.usage.outputTokens ?? 0))
    }

    /// `12,345`.
    static func thousands(_ number: Int) -> String {
        var digits = String(number)
        var groups: [Substring] = []
        while digits.count > 3 {
            groups.insert(digits.suffix(3), at: 0)
            digits = String(digits.dropLast(3))
        }
        return ([digits[...]] + groups).joined(separator: ",")
    }

    /// US dollars with cents, or with tenths of a cent below one cent.
    static func money(_ amount: Double) -> String {
        let mills = Int((amount * 1000).rounded())
        if mills == 0 { return amount == 0 ? "$0.00" : "< $0.001" }
        if mills < 10 { return "$0.00\(mills)" }
        let cents = Int((amount * 100).rounded())
        return "$\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
    }
}

import Foundation
import RunModel

/// Writes a dispatch report as Markdown and as JSON, in the shape its readers know.
package struct DispatchReportRenderer {
    let report: DispatchReport

    /// `dispatch-report-20261121T084500Z.md`.
    package static func fileName(_ report: DispatchReport, ending: String) -> String {
        "dispatch-report-\(LedgerStamp.fileName(report.startedAt)).\(ending)"
    }

    /// The report's JSON with a line feed at the end.
    package static func json(_ report: DispatchReport) throws -> String {
        struct Document: Encodable {
            var verdict: String
            var startedAt: Date
            var endedAt: Date
            var session: String
            var isDryRun: Bool
            var engine: String?
            var statistics: DispatchReport.Statistics
            var forPeople: [String]
            var sections: [DispatchSection]
            var notes: [String]
        }
        let document = Document(
            verdict: report.verdict,
            startedAt: report.startedAt,
            endedAt: report.endedAt,
            session: report.session,
            isDryRun: report.isDryRun,
            engine: report.engine,
            statistics: report.statistics,
            forPeople: report.forPeople,
            sections: report.sections,
            notes: report.notes
        )
        return String(decoding: try JSONText.encode(document, isPretty: true), as: UTF8.self) + "\n"
    }

    /// The report's Markdown with a line feed at the end.
    package static func markdown(_ report: DispatchReport) -> String {
        let renderer = DispatchReportRenderer(report: report)
        let parts =
            [renderer.head, renderer.summary] + report.sections.map(renderer.section)
            + [renderer.keyFindings, renderer.recommendations, renderer.statistics, renderer.next, renderer.notes]
        return parts.compactMap(\.self).joined(separator: "\n\n") + "\n"
    }

    private func text(_ text: String) -> String { MarkdownText.escape(text) }

    private var head: String {
        """
        # Dispatch report \(LedgerStamp.day(report.startedAt))\(report.isDryRun ? " (dry run: nothing was written)" : "")

        | | |
        |---|---|
        | Run | \(LedgerStamp.text(report.startedAt)) |
        | Session | \(text(report.session)) |
        | Engine for answers | \(report.engine.map(text) ?? "none") |
        | Took | \(Self.duration(report.endedAt.timeIntervalSince(report.startedAt))) |
        """
    }

    private var summary: String {
        var table = MarkdownTable([("Step", .left), ("Status", .left), ("In short", .left)])
        for section in report.sections {
            table.add([
                "\(section.step.rawValue). \(section.step.title)", Self.word(section.status), text(section.found),
            ])
        }
        return "## Executive summary\n\n**\(text(report.verdict))**\n\n" + table.render()
    }

    private func section(_ section: DispatchSection) -> String {
        var parts = [
            "## \(section.step.rawValue). \(section.step.title)", "**Status:** \(Self.word(section.status))",
            text(section.found),
        ]
        if !section.rows.isEmpty {
            var table = MarkdownTable(section.columns.map { ($0, .left) })
            for row in section.rows.prefix(Self.mostRows) { table.add(row.map(cell)) }
            parts.append(table.render())
            if section.rows.count > Self.mostRows {
                parts.append("\(section.rows.count - Self.mostRows) more are in the report's JSON form.")
            }
        }
        parts.append("**Action taken:** \(text(section.action))")
        return parts.joined(separator: "\n\n")
    }

    /// Most rows of a table on the page; the JSON form holds all.
    private static let mostRows = 100

    /// An empty cell says that there is nothing, and does not look forgotten.
    private func cell(_ value: String) -> String { value.isEmpty ? "–" : text(value) }

    private var keyFindings: String? {
        let findings = report.sections.filter { $0.status != .quiet }.map { "- \($0.step.title): \(text($0.action))" }
        return "## Key findings\n\n"
            + (findings.isEmpty ? "Nothing happened that is worth knowing." : findings.joined(separator: "\n"))
    }

    private var recommendations: String {
        let list = report.forPeople
        guard !list.isEmpty else { return "## Recommendations\n\nNothing is left for a person." }
        let items = list.prefix(Self.mostRows).map { "- [ ] \(text($0))" }.joined(separator: "\n")
        let more =
            list.count > Self.mostRows ? "\n\n\(list.count - Self.mostRows) more are in the report's JSON form." : ""
        return "## Recommendations\n\n\(items)\(more)"
    }

    private var statistics: String {
        let numbers = report.statistics
        var table = MarkdownTable([("What", .left), ("Number", .right)])
        for (name, number) in [
            ("Blockers processed", numbers.blockersProcessed), ("Questions answered", numbers.questionsAnswered),
            ("Tickets created", numbers.ticketsCreated), ("Tickets put back", numbers.ticketsRequeued),
            ("Threads updated", numbers.threadsUpdated), ("Findings triaged", numbers.findingsTriaged),
        ] {
            table.add([name, "\(number)"])
        }
        return "## Statistics\n\n" + table.render()
    }

    private var next: String {
        var watch: [String] = []
        let waiting = report.count(.requeue, "waiting")
        if waiting > 0 {
            watch.append("\(counted(waiting, "ticket")) that \(waiting == 1 ? "waits" : "wait") for tooling to land")
        }
        let left = report.count(.questions, "left_to_people")
        if left > 0 { watch.append("\(counted(left, "question")) that people have to answer") }
        let back = report.count(.tickets, "given_back")
        if back > 0 { watch.append("\(counted(back, "decision")) that people have to complete") }
        let staged = report.count(.questions, "staged")
        if staged > 0 {
            watch.append("\(counted(staged, "staged finding")) that \(staged == 1 ? "waits" : "wait") for room")
        }
        let list = watch.isEmpty ? "Nothing in particular." : watch.map { "- \($0)" }.joined(separator: "\n")
        return "## Next run\n\nWhat to watch:\n\n\(list)"
    }

    private var notes: String? {
        var notes = report.notes
        let done = Set(report.sections.map(\.step))
        let left = DispatchStep.allCases.filter { !done.contains($0) }
        if !left.isEmpty {
            notes.append(
                "Left out as asked: \(left.map { "\($0.rawValue). \($0.title.lowercased())" }.joined(separator: ", "))."
            )
        }
        if report.engine == nil, done.contains(.questions) {
            notes.append(
                "No engine answers questions here: those of people wait for people. One is set with '--engine'."
            )
        }
        return notes.isEmpty ? nil : "## Notes\n\n" + notes.map { "- \(text($0))" }.joined(separator: "\n")
    }

    private static func word(_ status: DispatchSection.Status) -> String {
        switch status {
        case .done: "done"
        case .quiet: "nothing to do"
        case .attention: "needs a person"
        case .failed: "failed"
        }
    }

    private static func duration(_ seconds: TimeInterval) -> String {
        if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
        return seconds < 100 ? "\((seconds * 10).rounded() / 10) s" : "\(Int(seconds / 60)) min \(Int(seconds) % 60) s"
    }
}

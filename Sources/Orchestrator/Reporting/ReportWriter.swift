package import RunModel

/// Writes a run's report files into the repository's working tree.
///
/// Writing again replaces the files whole, so a run that was cut off here writes the same report twice and no more.
package struct ReportWriter: Sendable {
    /// Folder for reports, relative to the repository.
    package static let folder = "docs/agent-output/runs"

    private let repository: String

    /// Writes below that absolute path.
    package init(repository: String) {
        self.repository = repository
    }

    /// Writes `report.md`, `report.json` and `agents/<id>.md`, and returns the paths for the journal.
    ///
    /// Blocks on the disk: call it from a lane of its own.
    package func write(_ report: Report) throws(ReportingError) -> ReportWritten {
        let base = "\(Self.folder)/\(report.run)"
        let json: String
        do { json = try JSONReportRenderer.render(report) } catch {
            throw .cannotEncode("\(base)/report.json", why: "\(error)")
        }
        for agent in report.participants {
            let page = AgentPageRenderer.render(agent, of: report)
            try AtomicFile.write(page, to: "\(repository)/\(base)/agents/\(agent.id.slug).md")
        }
        try AtomicFile.write(json, to: "\(repository)/\(base)/report.json")
        try AtomicFile.write(MarkdownReportRenderer.render(report), to: "\(repository)/\(base)/report.md")
        return ReportWritten(markdown: "\(base)/report.md", json: "\(base)/report.json")
    }
}

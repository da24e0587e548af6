package import RunModel

/// Writes a run's report files into the repository's working tree.
///
/// Writing again replaces the files whole, so a run that was cut off here writes the same report twice and no more.
package struct ReportWriter: Sendable {
    private let repository: String
    private let folder: String

    /// Writes below a folder of the repository.
    ///
    /// - Parameters:
    ///   - repository: absolute path of the repository's root.
    ///   - output: the folder for what runs write, relative to the root or absolute; default `docs/agent-output`.
    package init(repository: String, output: String = RunOptions().outputFolder) {
        self.repository = repository
        folder = output + "/runs"
    }

    /// Writes `report.md`, `report.json` and `agents/<id>.md`, and returns the paths for the journal.
    ///
    /// Blocks on the disk: call it from a lane of its own.
    package func write(_ report: Report) throws(ReportingError) -> ReportWritten {
        let base = "\(folder)/\(report.run)"
        let place = OutputPath.resolve(base, in: repository)
        let json: String
        do { json = try JSONReportRenderer.render(report) } catch {
            throw .cannotEncode("\(base)/report.json", why: "\(error)")
        }
        for agent in report.participants {
            let page = AgentPageRenderer.render(agent, of: report)
            try AtomicFile.write(page, to: "\(place)/agents/\(agent.id.slug).md")
        }
        try AtomicFile.write(json, to: "\(place)/report.json")
        try AtomicFile.write(MarkdownReportRenderer.render(report), to: "\(place)/report.md")
        return ReportWritten(markdown: "\(base)/report.md", json: "\(base)/report.json")
    }
}

import Foundation
import RunModel
import TestSupport
import Testing

@testable import Orchestrator

@Suite("Markdown report")
struct MarkdownReportRendererTests {
    @Test("A run where everything landed is told in a line, a table and its numbers")
    func allLanded() {
        Snapshot.expect(ReportStory.allLanded.markdown, matches: "all-landed.md", normalizing: .none)
    }

    @Test("A refused agent is named with the reason, the place, the kept work and the blocker")
    func oneRefused() {
        Snapshot.expect(ReportStory.oneRefused.markdown, matches: "one-refused.md", normalizing: .none)
    }

    @Test("A conflict shows both sides in a fence that the hunk cannot close")
    func conflict() {
        Snapshot.expect(ReportStory.conflict.markdown, matches: "conflict.md", normalizing: .none)
    }

    @Test("A bisection names the culprit and what it broke")
    func bisected() {
        Snapshot.expect(ReportStory.bisected.markdown, matches: "bisected.md", normalizing: .none)
    }

    @Test("A run where nothing landed says that the branch is unchanged")
    func nothingLanded() {
        Snapshot.expect(ReportStory.nothingLanded.markdown, matches: "nothing-landed.md", normalizing: .none)
    }

    @Test("A cancelled run says who stopped it and what is kept")
    func cancelled() {
        Snapshot.expect(ReportStory.cancelled.markdown, matches: "cancelled.md", normalizing: .none)
    }

    @Test("A failed push says where the work is and how to push it")
    func pushFailed() {
        Snapshot.expect(ReportStory.pushFailed.markdown, matches: "push-failed.md", normalizing: .none)
    }

    @Test("Hostile titles, summaries and templates stay inside their places")
    func hostile() {
        Snapshot.expect(ReportStory.hostile.markdown, matches: "hostile.md", normalizing: .none)
    }

    @Test("An agent's page holds its facts, its gate and its attempts")
    func agentPage() throws {
        let report = ReportStory.oneRefused.report
        let page = AgentPageRenderer.render(try #require(report[AgentID("C")]), of: report)
        Snapshot.expect(page, matches: "agent-page.md", normalizing: .none)
    }

    @Test("The JSON holds the same facts under snake_case keys")
    func json() throws {
        let json = try JSONReportRenderer.render(ReportStory.oneRefused.report)
        Snapshot.expect(json, matches: "one-refused.json", normalizing: .none)
        #expect(try JSONText.decode(Report.self, from: .init(json.utf8)) == ReportStory.oneRefused.report)
    }

    @Test("An empty journal gives a report that claims nothing")
    func empty() {
        let report = Report(RunRecord())
        #expect(report.verdict.word == .failed)
        #expect(report.verdict.sentence == "Nothing landed, no branch was changed.")
        #expect(MarkdownReportRenderer.render(report).hasPrefix("# Run without a plan\n\n**Nothing landed"))
    }
}

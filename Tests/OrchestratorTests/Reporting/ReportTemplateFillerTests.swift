import RunModel
import TestSupport
import Testing

@testable import Orchestrator

@Suite("Report templates")
struct ReportTemplateFillerTests {
    private func fill(_ template: String, from story: ReportStory = .oneRefused) -> FilledTemplate {
        ReportTemplateFiller.fill(template, from: story.report)
    }

    @Test(
        "A line is matched to its agent by id or by title",
        arguments: [
            ("A: Frost: [PASS/FAIL]", "A: Frost: PASS"),
            ("- **Agent C**: [PASS/FAIL] (why)", "- **Agent C**: FAIL (ownership_violation) (why)"),
            ("  * C) [pass/fail]", "  * C) FAIL (ownership_violation)"),
            ("Weekly report ... [PASS / FAIL]", "Weekly report ... FAIL (ownership_violation)"),
            ("The watering schedule: [PASS/FAIL]", "The watering schedule: PASS"),
            ("Nobody: [PASS/FAIL]", "Nobody: n/a"),
            ("Merge validation: [PASS/FAIL]", "Merge validation: PASS"),
        ]
    )
    func results(template: String, filled: String) {
        #expect(fill(template).text == filled)
    }

    @Test(
        "A count is filled from what was measured, and nothing else is made up",
        arguments: [
            ("Files changed: [N]", "Files changed: 6"),
            ("[N] commits, [N] insertions", "3 commits, 3 insertions"),
            ("Agents landed: [N]", "Agents landed: 3"),
            ("Scenarios: [N] across 3 files", "Scenarios: n/a across 3 files"),
            ("lint: [N/5], tests: [N new]", "lint: n/a, tests: n/a"),
            ("Sprint 90 · 4 agents · X/4 PASS", "Sprint 90 · 4 agents · 3/4 PASS"),
            ("TAX/4 PASS", "TAX/4 PASS"),
        ]
    )
    func counts(template: String, filled: String) {
        #expect(fill(template).text == filled)
    }

    @Test("A line about pushing takes the commit only when it was pushed")
    func commits() {
        let template = "Pushed: [commit hash]\nLanded: <commit>"
        #expect(fill(template).text == "Pushed: ccccccc\nLanded: ccccccc")
        let failed = fill(template, from: .pushFailed).text
        #expect(failed == "Pushed: not pushed, landed locally as ccccccc\nLanded: ccccccc")
        let nothing = fill(template, from: .nothingLanded).text
        #expect(nothing == "Pushed: none, nothing landed\nLanded: none, nothing landed")
    }

    @Test("COMPLETE stays where everything landed and is corrected where not")
    func completion() {
        #expect(
            fill("T3 (Scaling) COMPLETE", from: .allLanded) == FilledTemplate(text: "T3 (Scaling) COMPLETE", notes: [])
        )
        #expect(fill("T3 (Scaling) COMPLETE").text == "T3 (Scaling) NOT COMPLETE (3 of 4)")
        #expect(fill("T3 (Scaling) COMPLETE").notes == ["the template says COMPLETE, but 3 of 4 agents landed"])
    }

    @Test("Text without blanks comes back as it went in", arguments: SeededRandom.seeds(50))
    func otherTextIsKept(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let pieces = ["\n", " ", "[", "]", "PASS", "FAIL", "- [ ] ", "N", "|", "`", "é", "→", "\t", "<b>", "A:", "/"]
        let text = (0..<random.int(in: 0...60)).map { _ in random.pick(pieces) }.joined()
        guard !text.contains("[PASS/FAIL]"), !text.contains("[N") else { return }
        #expect(fill(text, from: .allLanded).text == text)
    }
}

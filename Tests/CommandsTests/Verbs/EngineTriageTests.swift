import Foundation
import RunModel
import TestSupport
import Testing

@testable import Commands

/// A real child process plays the model that looks at blockers.
@Suite("Doubtful blockers and an engine", .timeLimit(.minutes(10)))
struct EngineTriageTests {
    /// Says so little that the rules are in doubt.
    private static let doubtful =
        #"{"ticket_id": "TKT-007", "note": "It went sideways near src/upload.txt, see there."}"#
    private static let plain = """
        {"ticket_id": "TKT-008", "blocker_type": "qa_failure", "summary": "AC1 does not hold",
         "failures": ["AC1 - nothing shows"], "recommendation": "Fill src/upload.txt"}
        """

    /// Triages both blockers with a model that is this shell script.
    private func triage(
        _ script: String,
        _ words: [String] = ["triage", "--engine", "model", "--json"],
        body: (LedgerRepository, CommandHarness.Result) throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let settings = """
                engines:
                  model:
                    command: ["sh", "-c", "sh \\"$SWITCHYARD_WORKTREE/agents/model.sh\\""]
                """
            let blocked = "docs/agent-output/blocked"
            let scene = try LedgerRepository(
                in: folder,
                files: [
                    "switchyard.yaml": settings, "agents/model.sh": script, "src/upload.txt": "40 MB a day\n",
                    "\(blocked)/BLOCKED-TKT-007-20261118.json": Self.doubtful,
                    "\(blocked)/QA-TKT-008-FAILED-20261118.json": Self.plain,
                ]
            )
            let result = await scene.run(words)
            #expect(result.status == .success, "\(result.talk)")
            try body(scene, result)
        }
    }

    private static let answer = """
        echo 'I have looked at it.'
        echo 'class: missing_tooling'
        echo 'sure: 85'
        echo 'needs a person: no'
        echo 'evidence: src/upload.txt has no way to delete'
        echo 'next: a command that deletes old uploads'
        """

    @Test("It decides what the rules leave in doubt, is asked of nothing else, and is part of the evidence")
    func decides() async throws {
        // The prompt has the blocker and the file it names, and no other blocker.
        let script = """
            prompt=$(cat)
            case "$prompt" in *TKT-008*) exit 9 ;; esac
            case "$prompt" in *'went sideways'*'40 MB a day'*) ;; *) exit 8 ;; esac
            """
        try await triage(script + "\n" + Self.answer) { scene, result in
            let blockers = try Self.blockers(result)
            #expect(blockers["TKT-007"]?["class"] == "missing_tooling", "\(result.output)")
            #expect(blockers["TKT-007"]?["needs_human"] == false)
            let evidence = blockers["TKT-007"]?["evidence"]?.elements.map(\.summary) ?? []
            #expect(
                evidence.contains("engine 'model': missing tooling, 85 % sure: src/upload.txt has no way to delete")
            )
            #expect(blockers["TKT-008"]?["class"] == "qa_failure")
            #expect(try scene.entries("requeue").count == 1)
        }
    }

    @Test(
        "What it may not decide, or does not know, changes nothing",
        arguments: [
            "class: false_positive\nsure: 99\nneeds a person: no\nevidence: all is well\nnext: nothing",
            "class: missing_tooling\nsure: 40\nneeds a person: no\nevidence: a feeling\nnext: look",
        ]
    )
    func weighed(answer: String) async throws {
        try await triage("cat > /dev/null; cat <<'END'\n\(answer)\nEND") { _, result in
            let blocker = try #require(try Self.blockers(result)["TKT-007"])
            #expect(blocker["class"] == "clarification" && blocker["needs_human"] == true, "\(result.output)")
            #expect(blocker["evidence"]?.elements.contains { $0.summary.hasPrefix("engine 'model'") } == true)
        }
    }

    @Test(
        "An answer that cannot be used is told, and triage goes on without it",
        arguments: [
            ("echo 'it is broken'", "named no class"), ("echo 'class: gremlins'", "'gremlins', which is none"),
            ("echo 'class: environment'", "how sure"), ("echo 'class: environment'; echo 'sure: 90'", "no evidence"),
            ("exit 3", "the engine 'model' failed"),
        ]
    )
    func unusable(script: String, why: String) async throws {
        try await triage("cat > /dev/null; \(script)") { scene, result in
            let blocker = try Self.blockers(result)["TKT-007"]
            #expect(blocker?["class"] == "clarification")
            #expect(result.output.contains(why), "\(result.output)")
            let left = try scene.names("docs/agent-output/blocked")
            #expect(left.isEmpty)
        }
    }

    @Test("A dispatch with an engine asks it as well")
    func dispatched() async throws {
        let words = ["dispatch", "--only", "1", "--engine", "model"]
        try await triage("cat > /dev/null\n" + Self.answer, words) { scene, result in
            let waiting = try scene.entries("requeue")
            #expect(waiting.count == 1, "\(result.output)")
        }
    }

    private static func blockers(_ result: CommandHarness.Result) throws -> [String: LedgerValue] {
        let root = try LedgerDocument(parsing: Array(result.output.utf8)).root
        let entries = (root["blockers"]?.elements ?? []).map { ($0["ticket_id"]?.text ?? "", $0) }
        return Dictionary(entries) { first, _ in first }
    }
}

import Foundation
import TestSupport
import Testing

@testable import Commands

@Suite("Triage and blockers", .timeLimit(.minutes(10)))
struct TriageCommandTests {
    private static let blocker = """
        {"ticket_id": "TKT-007", "blocker_type": "qa_failure", "failures": ["Badge is grey"], "recommendation": "Use red"}
        """

    @Test("Files are classified outside of a repository, one JSON object each, and nothing is changed")
    func classify() async throws {
        try await withTemporaryFolder { folder in
            try folder.write(Self.blocker, to: "QA-TKT-007-FAILED.json")
            try folder.write("", to: "CI-TKT-008.json")
            let harness = CommandHarness(in: folder.path)
            let result = await harness.run(
                "triage",
                "--classify",
                "QA-TKT-007-FAILED.json",
                "CI-TKT-008.json",
                "--json"
            )
            #expect(result.status == .success)
            let lines = result.output.split(separator: "\n").map(String.init)
            try #require(lines.count == 2)
            let first = try #require(
                try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any]
            )
            #expect(
                Set(first.keys) == [
                    "file", "ticket_id", "class", "confidence", "needs_human", "action", "evidence", "findings",
                ]
            )
            #expect(first["class"] as? String == "qa_failure" && first["needs_human"] as? Bool == false)
            #expect(lines[1].contains("\"class\":\"unreadable\"") && lines[1].contains("\"ticket_id\":\"TKT-008\""))
            let left = try folder.list()
            #expect(left == ["CI-TKT-008.json", "QA-TKT-007-FAILED.json"])
        }
    }

    @Test("A file that is missing is told, and the others are answered")
    func missingFile() async throws {
        try await withTemporaryFolder { folder in
            try folder.write(Self.blocker, to: "a.json")
            let result = await CommandHarness(in: folder.path).run(
                "triage",
                "--classify",
                "a.json",
                "none.json",
                "--json"
            )
            #expect(
                result.status == .usage && result.talk.contains("none.json") && result.output.contains("qa_failure")
            )
        }
    }

    @Test("A dry run tells what would be done and leaves the repository as it was")
    func dryRun() async throws {
        try await withTemporaryRepository { repository in
            try repository.commit("first", files: ["docs/agent-output/blocked/QA-TKT-007-FAILED.json": Self.blocker])
            let result = await CommandHarness(in: repository.path).run("triage", "--dry-run")
            #expect(result.status == .success && result.output.contains("TKT-007") && result.talk.contains("dry run"))
            #expect(try repository.status() == "")
        }
    }

    @Test("A blocker written by the verb is listed, shown, and taken by triage")
    func writing() async throws {
        try await withTemporaryRepository { repository in
            try repository.commit("first", files: ["a.txt": "1\n"])
            let harness = CommandHarness(in: repository.path)
            let written = await harness.run(
                "blockers",
                "new",
                "--ticket",
                "TKT-007",
                "--type",
                "missing_tooling",
                "--summary",
                "No way to create a suspended member"
            )
            #expect(written.status == .success, "\(written.talk)")
            #expect(written.output.hasPrefix("docs/agent-output/blocked/BLOCKED-TKT-007-"))
            let list = await harness.run("blockers", "list", "--json")
            #expect(list.output.contains("\"class\":\"missing_tooling\""))
            let shown = await harness.run("blockers", "show", "BLOCKED-TKT-007")
            #expect(shown.status == .success && shown.output.contains("missing tooling"))
            #expect(await harness.run("blockers", "show", "nothing").status == .negative)
            let triage = await harness.run("triage")
            #expect(triage.status == .success && triage.talk.contains("Report: docs/agent-output/triage-report-"))
            #expect(await harness.run("blockers").talk.contains("No blocker waits."))
        }
    }

    @Test("Wrong words on the command line are refused before anything is read")
    func usage() async throws {
        try await withTemporaryFolder { folder in
            let harness = CommandHarness(in: folder.path)
            for arguments in [
                ["triage", "--classify"], ["triage", "a.json"], ["triage", "--classify", "--dry-run", "a.json"],
                ["blockers", "new", "--ticket", "TKT-1", "--type", "nonsense", "--summary", "x"],
                ["blockers", "new", "--ticket", "unknown", "--type", "qa_failure", "--summary", "x"],
            ] {
                #expect(await harness.run(arguments).status == .usage, "\(arguments)")
            }
        }
    }
}

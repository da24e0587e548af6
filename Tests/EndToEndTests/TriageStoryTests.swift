import Foundation
import RunModel
import TestSupport
import Testing

@Suite("Triage and the run after it", .timeLimit(.minutes(10)))
struct TriageStoryTests {
    /// Plays an agent that understands a continuation.
    private static let settings = """
        engine: fixer
        engines:
          fixer:
            command: ["sh", "-c", "grep -q 'Use the red token' && echo red > src/badge.txt && git commit -qam 'fix: red badge'"]
        """

    private static let blocker = """
        {"ticket_id": "TKT-001", "blocker_type": "qa_failure", "branch": "agent/tkt-001", "summary": "Badge is grey",
         "failures": ["Badge is grey instead of red"], "recommendation": "Use the red token",
         "dispatch_action": "create_continuation_ticket"}
        """

    @Test("A refused work becomes a prompt, and running the prompt lands the fix on the branch it belongs to")
    func continuation() async throws {
        try await withScenario { scenario in
            let repository = scenario.repository
            let tickets = """
                {
                  "tickets": [
                    {
                      "id": "TKT-001",
                      "title": "Red badge",
                      "status": "qa_pending",
                      "files_to_modify": ["src/badge.txt"],
                      "dev_checks": ["grep -q red src/badge.txt"]
                    }
                  ]
                }

                """
            try repository.commit("tickets", files: ["data/tickets.json": tickets, "switchyard.yaml": Self.settings])
            try repository.branch("agent/tkt-001", files: ["src/badge.txt": "grey\n"])
            try repository.write(Self.blocker, to: "docs/agent-output/blocked/QA-TKT-001-FAILED-20260101.json")

            let triage = try await scenario.call("triage", "--json")
            #expect(triage.status == 0, "\(triage.standardError)")
            #expect(triage.standardOutput.contains("\"class\":\"qa_failure\""))
            let changed = try repository.read("data/tickets.json")
            #expect(changed.contains("\"status\": \"qa_failed\",") && changed.contains("\"title\": \"Red badge\","))
            let folder = repository.path + "/prompts/active"
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            let name = try #require(names.first)

            let plan = try await scenario.call("plan", "prompts/active/" + name, "--json")
            #expect(plan.status == 0, "\(plan.standardOutput)")
            let run = try await scenario.call("run", "prompts/active/" + name, "--display", "plain")
            #expect(run.status == 0, "\(run.standardError)")
            #expect(try repository.text(of: "src/badge.txt", at: "agent/tkt-001") == "red\n")
        }
    }

    @Test("What a run refuses is a blocker that triage reads and turns into the next attempt")
    func refusedRun() async throws {
        try await withScenario { scenario in
            let task = ScriptTaskFile(
                agents: [ScriptAgent("A", owns: ["`a.txt` (NEW)"], script: "echo a > a.txt; echo b > b.txt")]
            )
            _ = try await scenario.run(task)
            let triage = try await scenario.call("triage", "--json")
            #expect(triage.standardOutput.contains("\"class\":\"ownership_violation\""), "\(triage.standardOutput)")
            let folder = scenario.repository.path + "/prompts/active"
            let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
            let text = try scenario.repository.read("prompts/active/" + name)
            #expect(text.contains("| A | `a.txt` |") && text.contains("echo a > a.txt") && text.contains("b.txt"))
            let plan = try await scenario.call("plan", "prompts/active/" + name, "--json")
            #expect(plan.status == 0, "\(plan.standardOutput)")
        }
    }

    @Test("The next attempt owns the same parts of files as the refused one")
    func partsAreKept() async throws {
        let files = [
            "README.md": "# Scratch\n", "log.md": "one\n", "app.py": "def index():\n    return 1\n",
            "notes.md": "# Notes\n\n## Limits\n\nnone\n",
        ]
        try await withScenario(files: files) { scenario in
            let owned = [
                "`log.md` (APPEND a line)", "`app.py` (`index()` only)", "`notes.md` (the section Limits ONLY)",
            ]
            let task = ScriptTaskFile(agents: [ScriptAgent("A", owns: owned, script: "echo x > elsewhere.txt")])
            let run = try await scenario.run(task)
            #expect(run.refused["A"] == .ownershipViolation, "\(run.talk)")
            #expect(try await scenario.call("triage").status == 0)
            let folder = scenario.repository.path + "/prompts/active"
            let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
            let before = try await scenario.ownedParts(of: scenario.repository.folder.appending("task.md"))
            let after = try await scenario.ownedParts(of: "prompts/active/" + name)
            #expect(before.count == 3)
            #expect(after == before)
        }
    }

    @Test("Two triagers at once make everything once")
    func twoAtOnce() async throws {
        try await withScenario { scenario in
            for number in 1...12 {
                let text = Self.blocker.replacing("TKT-001", with: "TKT-1\(number)").replacing(
                    "-001",
                    with: "-1\(number)"
                )
                try scenario.repository.write(text, to: "docs/agent-output/blocked/QA-TKT-1\(number)-FAILED.json")
            }
            let outputs = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<2 { group.addTask { try await scenario.call("triage", "--json").standardOutput } }
                return try await group.reduce(into: [String]()) { $0.append($1) }
            }
            #expect(
                outputs.count { $0.contains("\"triaged\":12") } == 1
                    && outputs.count { $0.contains("\"triaged\":0") } == 1
            )
            let prompts = try FileManager.default.contentsOfDirectory(
                atPath: scenario.repository.path + "/prompts/active"
            )
            #expect(prompts.count == 12)
        }
    }
}

extension Scenario {
    /// Kind and symbols of the region of each path that a task file's plan owns in part.
    fileprivate func ownedParts(of taskFile: String) async throws -> [String: [String]] {
        struct Plan: Decodable {
            struct Agent: Decodable { var owns: [Owned] }
            struct Owned: Decodable {
                var path: String
                var region: Region?
            }
            struct Region: Decodable {
                var kind: String
                var symbols: [String]
            }
            var agents: [Agent]
        }
        let output = try await call("plan", taskFile, "--json").standardOutput
        let plan = try JSONDecoder().decode(Plan.self, from: Data(output.utf8))
        let owned = plan.agents.flatMap(\.owns)
        return Dictionary(uniqueKeysWithValues: owned.map { ($0.path, $0.region.map { [$0.kind] + $0.symbols } ?? []) })
    }
}

import Foundation
import RunModel
import TestSupport
import Testing

/// The loop from refused work to landed work, over three days of runs, triage and dispatch.
@Suite("The ledger's loop", .timeLimit(.minutes(10)))
struct LedgerStoryTests {
    /// Writes one of the data files.
    private func write(_ list: String, _ entries: LedgerValue, to file: String, in scenario: Scenario) throws {
        let document = LedgerDocument(.object([(list, entries)]))
        let path = "\(scenario.repository.path)/data/\(file)"
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true
        )
        try Data(document.bytes).write(to: URL(filePath: path))
    }

    private func entries(_ list: String, of file: String, in scenario: Scenario) throws -> [LedgerValue] {
        let data = try Data(contentsOf: URL(filePath: "\(scenario.repository.path)/data/\(file)"))
        return try LedgerDocument(parsing: Array(data)).entries(in: list)
    }

    private func ticket(_ id: String, _ status: String) -> LedgerValue {
        [
            "id": .text(id), "title": .text("Work of \(id)"), "status": .text(status), "issue": "An issue.",
            "files_to_modify": [.text("src/\(id).txt")], "acceptance_criteria": ["AC1 - it shows"],
            "fix_required": ["Do it"],
        ]
    }

    @Test("A gap that blocks several tickets gives one tooling ticket; when it lands, all of them go back")
    func tooling() async throws {
        try await withScenario { scenario in
            let names = ["TKT-011", "TKT-012", "TKT-013"]
            try write("tickets", .list(names.map { ticket($0, "qa_pending") }), to: "tickets.json", in: scenario)
            // Day one: testers find that a tool is missing, each in its own words.
            for name in names {
                let blocker = """
                    {"ticket_id": "\(name)", "blocker_type": "missing_tooling", "branch": "agent/\(name)",
                     "summary": "Cannot check AC1 of \(name): there is no way to make a user with the guest role",
                     "blocked_criteria": ["AC1 - it shows"], "dispatch_action": "create_tooling_ticket",
                     "tooling_gap": {"needed_behavior": "An endpoint that makes a user with the guest role", "file": "tools/users.txt"},
                     "suggested_fix": {"title": "Make users with the guest role", "acceptance_criteria": ["a guest user can be made"]}}
                    """
                let path =
                    "\(scenario.repository.path)/docs/agent-output/blocked/QA-\(name)-TOOLING-20261120T080000.json"
                try FileManager.default.createDirectory(
                    atPath: (path as NSString).deletingLastPathComponent,
                    withIntermediateDirectories: true
                )
                try blocker.write(toFile: path, atomically: true, encoding: .utf8)
            }
            let first = try await scenario.call("dispatch", "--json")
            #expect(first.status == 0, "\(first.standardError)")
            let tickets = try entries("tickets", of: "tickets.json", in: scenario)
            let tools = tickets.compactMap { $0["id"]?.text }.filter { !names.contains($0) }
            #expect(tools.count == 1, "\(tools)")
            let tool = try #require(tools.first)
            #expect(
                try entries("entries", of: "requeue.json", in: scenario).map { $0["status"] } == [
                    "waiting", "waiting", "waiting",
                ]
            )
            for index in 0..<3 { #expect(tickets[index]["status"] == "blocked_tooling") }

            // Day two: nothing has landed, so nothing goes back; the second dispatch makes nothing twice.
            let second = try await scenario.call("dispatch", "--json")
            #expect(second.status == 0)
            #expect(try entries("tickets", of: "tickets.json", in: scenario).count == 4)
            #expect(try entries("entries", of: "requeue.json", in: scenario).count == 3)

            // The tool is made by an agent of a run, whose landed commit names the ticket.
            let agent = ScriptAgent(
                "A",
                title: "\(tool) make users with the guest role",
                owns: ["`tools/users.txt` (NEW)"],
                message: "feat: users with the guest role (\(tool))",
                script:
                    "mkdir -p tools && echo guest > tools/users.txt && git add -A && git commit -q -m 'feat: users with the guest role (\(tool))'"
            )
            let run = try await scenario.run(ScriptTaskFile(agents: [agent]))
            #expect(run.status == 0, "\(run.talk)")

            // Day three: all three go back, each with a prompt that can be planned.
            let third = try await scenario.call("dispatch")
            #expect(third.status == 0, "\(third.standardError)")
            let after = try entries("tickets", of: "tickets.json", in: scenario)
            for index in 0..<3 { #expect(after[index]["status"] == "qa_pending") }
            #expect(try entries("entries", of: "requeue.json", in: scenario).allSatisfy { $0["status"] == "requeued" })
            let prompts = try FileManager.default.contentsOfDirectory(
                atPath: "\(scenario.repository.path)/prompts/active"
            )
            .filter { $0.hasPrefix("retest-") }
            #expect(prompts.count == 3)
            for prompt in prompts {
                let plan = try await scenario.call("plan", "prompts/active/\(prompt)", "--json")
                #expect(plan.status == 0, "\(prompt): \(plan.standardError)")
            }
            let history = try await scenario.call("jobs", "history", "dispatch", "--json")
            #expect(history.standardOutput.split(separator: "\n").count == 3)
        }
    }

    @Test("Of two dispatchers at once one works, and the other says so and changes nothing")
    func two() async throws {
        try await withScenario { scenario in
            try write("tickets", .list((1...50).map { ticket("TKT-\($0)", "ready") }), to: "tickets.json", in: scenario)
            // The lease is held by another holder for as long as the command runs.
            let held = try await scenario.call("lock", "run", "dispatch", "--", scenario.tool, "dispatch")
            #expect(held.status == 75)
            #expect(held.standardError.contains("Another dispatch is at work"))
            #expect(!FileManager.default.fileExists(atPath: "\(scenario.repository.path)/docs/agent-output"))
            let free = try await scenario.call("dispatch")
            #expect(free.status == 0, "\(free.standardError)")
        }
    }

    @Test("Dispatchers that start together make everything once", arguments: 1...3)
    func together(round: Int) async throws {
        try await withScenario { scenario in
            let names = (1...20).map { "TKT-\(100 + $0)" }
            try write("tickets", .list(names.map { ticket($0, "qa_pending") }), to: "tickets.json", in: scenario)
            for name in names {
                let blocker = """
                    {"ticket_id": "\(name)", "blocker_type": "qa_failure", "summary": "src/\(name).txt is empty",
                     "failures": ["AC1 - nothing shows"], "recommendation": "Fill it"}
                    """
                try scenario.repository.write(blocker, to: "docs/agent-output/blocked/QA-\(name)-FAILED-1.json")
            }
            let calls = try await withThrowingTaskGroup(of: Scenario.Call.self) { group in
                for _ in 0..<4 { group.addTask { try await scenario.call("dispatch") } }
                return try await group.reduce(into: [Scenario.Call]()) { $0.append($1) }
            }
            #expect(calls.contains { $0.status == 0 })
            #expect(calls.allSatisfy { $0.status == 0 || $0.status == 75 }, "\(calls.map(\.standardError))")
            let prompts = try FileManager.default.contentsOfDirectory(
                atPath: scenario.repository.path + "/prompts/active"
            )
            #expect(prompts.count == 20)
            #expect(try entries("tickets", of: "tickets.json", in: scenario).allSatisfy { $0["status"] == "qa_failed" })
            let history = try await scenario.call("jobs", "history", "dispatch", "--json")
            #expect(history.standardOutput.split(separator: "\n").count == calls.count { $0.status == 0 })
        }
    }

    @Test("A person's words in a thread become a ticket, and the ticket's state moves by verbs")
    func people() async throws {
        try await withScenario(files: ["README.md": "# Scratch\n", "src/upload.txt": "x\n"]) { scenario in
            let finding: LedgerValue = [
                "id": "F-31", "title": "Uploads are kept forever", "severity": "high", "location": "src/upload.txt",
                "issue": "Nothing in src/upload.txt deletes old uploads.",
                "suggested_fix": "Delete uploads after 30 days in src/upload.txt.",
                "status": "pending",
            ]
            try write("findings", [finding], to: "findings.json", in: scenario)
            try write(
                "threads",
                [["finding_id": "F-31", "status": "pending", "messages": [], "decision": .null]],
                to: "decisions.json",
                in: scenario
            )
            #expect(
                try await scenario.call("threads", "list", "--json").standardOutput.contains("\"need\":\"summary\"")
            )
            #expect(try await scenario.call("dispatch", "--only", "2").status == 0)
            let asked = try await scenario.call("threads", "answer", "F-31", "--human", "what does it cost?")
            #expect(asked.standardError.contains("question"))
            let open = try await scenario.call("dispatch")
            #expect(open.standardOutput.contains("Answer the question in thread F-31"))
            #expect(try await scenario.call("threads", "answer", "F-31", "Nothing. Option 1 or option 2?").status == 0)
            #expect(try await scenario.call("threads", "decide", "F-31", "--option", "1").status == 0)
            #expect(try await scenario.call("dispatch", "--only", "3").status == 0)
            let shown = try await scenario.call("tickets", "show", "TKT-001", "--json")
            #expect(shown.standardOutput.contains("src/upload.txt"), "\(shown.standardError)")
            #expect(try await scenario.call("tickets", "move", "TKT-001", "in_progress").status == 0)
            #expect(try await scenario.call("tickets", "move", "TKT-001", "draft").status == 2)
            #expect(try await scenario.call("tickets", "move", "TKT-001", "merged").status == 0)
            #expect(try await scenario.call("threads", "list").standardError.contains("No thread waits"))
            #expect(try await scenario.call("report", "html", "dispatch").standardOutput.contains("<h1 id="))
        }
    }
}

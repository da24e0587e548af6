import Foundation
import Orchestrator
import RunModel
import TestSupport
import Testing

@Suite("Files in hand", .timeLimit(.minutes(10)))
struct ReservationTests {
    @Test("A run whose file another run has in hand waits for it, and builds on what it landed")
    func waits() async throws {
        try await withScenario { scenario in
            let meeting = try Rendezvous(scenario, "first")
            let first = try await startHolder(scenario, at: meeting)
            let second = try LiveRun(
                scenario,
                ScriptTaskFile(agents: [ScriptAgent("B", owns: ["`a.txt`"], script: "echo two >> a.txt")]),
                named: "second"
            )
            // The run that waits says so in its log of leases: it looks again and again, and begins nothing.
            #expect(await eventually { scenario.store.list().count == 2 })
            let waiting = try #require(scenario.store.list().first { $0 != firstRun(scenario) })
            #expect(try scenario.store.load(waiting).preflight == nil)
            try await meeting.release()
            let one = try await first.finish()
            #expect(one.status == 0, "\(one.call.standardError)")
            let two = try await second.finish()
            #expect(two.status == 0, "\(two.call.standardError)")
            #expect(two.call.standardError.contains("has 'a.txt' in hand"), "\(two.call.standardError)")
            #expect(try scenario.repository.text(of: "a.txt") == "one\ntwo\n")
        }
    }

    @Test(
        "A 'started' file keeps others off its files for a while, and not the agent of its own ticket",
        arguments: [("TKT-009", true), ("TKT-003", false)]
    )
    func started(ticket: String, isWarned: Bool) async throws {
        try await withScenario { scenario in
            let started = """
                {"ticket_id": "TKT-003", "branch": "agent/TKT-003", "started_at": "\(Date.now.ISO8601Format())",
                 "files_locking": ["src/a.txt"]}
                """
            try scenario.repository.write(started, to: "docs/agent-output/started/TKT-003.json")
            try scenario.repository.write("reservation_wait: 100ms\n", to: "switchyard.yaml")
            let run = try await scenario.run(
                ScriptTaskFile(
                    agents: [
                        ScriptAgent(
                            "A",
                            title: "\(ticket) change a",
                            owns: ["`src/**` (NEW)"],
                            script: "mkdir -p src; echo a > src/a.txt"
                        )
                    ]
                )
            )
            #expect(run.status == 0, "\(run.call.standardError)")
            let warnings = run.record.notes.filter { $0.code == "files-in-hand" }
            #expect(warnings.count == (isWarned ? 1 : 0))
            if isWarned { #expect(warnings[0].message.contains("TKT-003 ('TKT-003.json') had 'src/a.txt' in hand")) }
        }
    }

    @Test("A run that is killed keeps nobody waiting for long, and one that waits can be cancelled")
    func killedAndCancelled() async throws {
        try await withScenario { scenario in
            let meeting = try Rendezvous(scenario, "first")
            let first = try await startHolder(scenario, at: meeting)
            let waiting = try LiveRun(
                scenario,
                ScriptTaskFile(agents: [ScriptAgent("B", owns: ["`a.txt` (NEW)"], script: "echo two > a.txt")]),
                named: "second"
            )
            #expect(await eventually { scenario.store.list().count == 2 })
            let second = try #require(scenario.store.list().first { $0 != firstRun(scenario) })
            #expect(await eventually { (try? scenario.store.load(second).notes.isEmpty) == false })
            #expect(try await scenario.call("cancel", second.rawValue).status == 0)
            _ = try await waiting.finish()
            let cancelled = try scenario.store.load(second)
            #expect(cancelled.cancellation != nil && cancelled.finished != nil && cancelled.landed == nil)
            #expect(cancelled.agents.values.allSatisfy { $0.attempts.isEmpty }, "no agent was started")
            #expect(cancelled.notes.map(\.code) == ["files-waited-for"], "it never began with files of others")

            try await first.signal("KILL")
            _ = try await first.finish()
            try meeting.open()
            let third = try await scenario.run(
                ScriptTaskFile(agents: [ScriptAgent("C", owns: ["`a.txt` (NEW)"], script: "echo three > a.txt")])
            )
            #expect(third.status == 0, "\(third.call.standardError)")
            #expect(try scenario.repository.text(of: "a.txt") == "three\n")
            #expect(third.record.notes.filter { $0.code == "files-in-hand" }.isEmpty, "its leases ended with it")
        }
    }

    /// Starts a run whose agent has `a.txt` in hand and stays at the meeting.
    private func startHolder(_ scenario: Scenario, at meeting: Rendezvous) async throws -> LiveRun {
        let script = "\(meeting.script); echo one > a.txt"
        let task = ScriptTaskFile(agents: [ScriptAgent("A", owns: ["`a.txt` (NEW)"], script: script)])
        let run = try LiveRun(scenario, task, named: "first")
        try await meeting.awaitAgent()
        return run
    }

    /// The run whose agent is at work.
    private func firstRun(_ scenario: Scenario) -> RunID? {
        scenario.store.list().first { (try? scenario.store.load($0))?.preflight != nil }
    }
}

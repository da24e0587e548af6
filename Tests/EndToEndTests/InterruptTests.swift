import Foundation
import Orchestrator
import RunModel
import TestSupport
import Testing

/// A person stops a run, for a while or for good.
@Suite("Interrupts")
struct InterruptTests {
    /// A ends at once; B writes half of its work and waits for the test.
    private func task(_ place: Rendezvous, ignoring: String = "") -> ScriptTaskFile {
        ScriptTaskFile(agents: [
            ScriptAgent("A", owns: ["`a.txt` (NEW)"], script: "echo A > a.txt"),
            ScriptAgent(
                "B",
                owns: ["`b.txt` (NEW)"],
                script: "\(ignoring)\necho half > b.txt\n\(place.script)\necho whole > b.txt"
            ),
        ])
    }

    @Test(
        "A signal stops a run in order, says how to go on, and resume ends it",
        .timeLimit(.minutes(10)),
        arguments: ["INT", "TERM"]
    )
    func stopsAndGoesOn(signal: String) async throws {
        try await withScenario { scenario in
            let place = try Rendezvous(scenario, "b")
            let live = try LiveRun(scenario, task(place))
            try await place.awaitAgent()
            try await live.signal(signal)
            let stopped = try await live.finish()
            #expect(stopped.status == 130, "\(stopped.call.standardError)")
            let run = try #require(scenario.store.list().first)
            #expect(stopped.call.standardError.contains("switchyard resume \(run)"))
            #expect(stopped.call.standardError.contains("switchyard cancel \(run)"))
            #expect(stopped.record.finished == nil)
            #expect(try scenario.processes().isEmpty, "the agents were ended")
            #expect(try scenario.repository.files() == ["CHANGELOG.md", "README.md"], "nothing landed")

            try place.open()
            let resumed = try await scenario.call("resume")
            #expect(resumed.status == 0, "\(resumed.standardError)")
            let record = RunRecord(try scenario.latestEntries())
            #expect(record.agents[AgentID("B")]?.attempts.count == 2)
            #expect(try scenario.repository.read("b.txt") == "whole\n")
            let rescued = try scenario.refs("refs/switchyard/rescued/")
            #expect(rescued.count >= 1, "the cut-off attempt's work is kept")
            let kept = try rescued.map { try scenario.repository.text(of: "b.txt", at: $0) }
            #expect(kept.contains("half\n"))
            #expect(try scenario.merges() == ["A", "B"])
            #expect(try scenario.merges(in: scenario.remote) == ["A", "B"])
            try scenario.expectSound()
        }
    }

    @Test("A second Ctrl-C ends at once, and the run can still be resumed", .timeLimit(.minutes(10)))
    func endsAtOnce() async throws {
        try await withScenario { scenario in
            let place = try Rendezvous(scenario, "b")
            let asked = try Rendezvous(scenario, "asked")
            // The agent does not end when it is asked to; it only says that it was, and waits on.
            let stubborn = """
                trap 'echo asked > "\(asked.door)"' TERM
                if ! test -e "\(place.openSign)"; then
                    echo half > b.txt
                    echo here > "\(place.door)"
                    while :; do sleep 1; done
                fi
                """
            let task = task(place, ignoring: stubborn)
            let live = try LiveRun(scenario, task)
            try await place.awaitAgent()
            try await live.signal("INT")
            try await asked.awaitAgent()
            try await live.signal("INT")
            let stopped = try await live.finish()
            #expect(stopped.status == 130, "\(stopped.call.standardError)")
            #expect(stopped.record.finished == nil)

            try place.open()
            let resumed = try await scenario.call("resume")
            #expect(resumed.status == 0, "\(resumed.standardError)")
            #expect(try scenario.repository.read("b.txt") == "whole\n")
            #expect(try scenario.merges() == ["A", "B"])
            try scenario.expectSound()
        }
    }

    @Test("Cancelling a run that goes on ends it for good and keeps what agents had done", .timeLimit(.minutes(10)))
    func cancelsLive() async throws {
        try await withScenario { scenario in
            let before = try scenario.repository.commitID("main")
            let place = try Rendezvous(scenario, "b")
            let live = try LiveRun(scenario, task(place))
            try await place.awaitAgent()
            let cancelled = try await scenario.call("cancel", "latest")
            #expect(cancelled.status == 0, "\(cancelled.standardError)")
            let ended = try await live.finish()
            #expect(ended.status == 1, "\(ended.call.standardError)")
            try await expectCancelled(scenario, before: before)
        }
    }

    @Test("Cancelling a run whose runner was killed closes it here", .timeLimit(.minutes(10)))
    func cancelsDead() async throws {
        try await withScenario { scenario in
            let before = try scenario.repository.commitID("main")
            let place = try Rendezvous(scenario, "b")
            let live = try LiveRun(scenario, task(place))
            try await place.awaitAgent()
            try await live.signal("KILL")
            #expect(try await live.finish().status == 137)
            let cancelled = try await scenario.call("cancel", "latest")
            #expect(cancelled.status == 0, "\(cancelled.standardError)")
            try await expectCancelled(scenario, before: before)
        }
    }

    private func expectCancelled(_ scenario: Scenario, before: String) async throws {
        let repository = scenario.repository
        let record = RunRecord(try scenario.latestEntries())
        #expect(record.finished == RunFinished(state: .cancelled, exitStatus: 1))
        #expect(try repository.commitID("main") == before)
        #expect(try scenario.remoteCommit() == before)
        #expect(try scenario.report().lowercased().contains("cancelled"))
        let half = try #require(record.agents[AgentID("B")]?.saved)
        #expect(try repository.text(of: "b.txt", at: half.ref) == "half\n", "unfinished work is kept")
        #expect(record.agents[AgentID("B")]?.refusal?.reason == .cancelled)
        // A may have ended or not when the run was cancelled; what it had done is kept either way.
        if let work = record.agents[AgentID("A")]?.work, work.commit != before {
            #expect(record.agents[AgentID("A")]?.saved?.commit == work.commit)
        }
        try scenario.expectSound()

        let again = try await scenario.call("resume", record.created?.run.rawValue ?? "")
        #expect(again.status == 2)
        #expect(again.standardError.contains("has ended (cancelled)"), "\(again.standardError)")
        let twice = try await scenario.call("cancel", "latest")
        #expect(twice.status == 2)
        #expect(twice.standardError.contains("nothing to cancel"))
    }

    @Test(
        "A run that has ended cannot be resumed, and without a name there is nothing to resume",
        .timeLimit(.minutes(10))
    )
    func endedRun() async throws {
        try await withScenario { scenario in
            let run = try await scenario.run(
                ScriptTaskFile(agents: [ScriptAgent("A", owns: ["`a.txt` (NEW)"], script: "echo A > a.txt")])
            )
            #expect(run.status == 0, "\(run.call.standardError)")
            let named = try await scenario.call("resume", "latest")
            #expect(named.status == 2)
            #expect(named.standardError.contains("has ended (done); there is nothing to resume"))
            let unnamed = try await scenario.call("resume")
            #expect(unnamed.status == 2)
            #expect(unnamed.standardError.contains("There is no run to resume"), "\(unnamed.standardError)")
            try scenario.expectSound()
        }
    }
}

import Foundation
import Orchestrator
import RunModel
import TestSupport
import Testing

/// The runner is killed with SIGKILL right after each of its journal entries; the real program goes on.
@Suite("Killed runs")
struct KilledRunTests {
    /// More entries than the story's journal has.
    static let entries = 1...62

    /// Two agents whose work is merged, appended and collected, one that is refused; verified and pushed.
    private static let task = ScriptTaskFile(
        agents: ["A", "B"].map { id in
            ScriptAgent(
                id,
                owns: ["`\(id).txt` (NEW)", "`out/\(id).md` (NEW)", "`CHANGELOG.md` (APPEND)"],
                outputs: ["out/\(id).md"],
                script: """
                    mkdir -p out
                    echo \(id) > \(id).txt
                    echo \(id) > out/\(id).md
                    echo '- \(id)' >> CHANGELOG.md
                    """ + (id == "A" ? "\ngit add -A\ngit commit -q -m 'feat: own commit'" : "")
            )
        } + [ScriptAgent("C", owns: ["`C.txt` (NEW)"], script: "echo C > C.txt\necho mine > README.md")],
        verify: ["test -f README.md && test ! -f C.txt"],
        append: ["CHANGELOG.md"],
        collect: ["cat out/*.md >> ALL.md"]
    )

    /// Expects the end that the story has when nobody kills anything.
    private func expectStory(_ scenario: Scenario) throws {
        let repository = scenario.repository
        let record = RunRecord(try scenario.latestEntries())
        #expect(record.finished == RunFinished(state: .done, exitStatus: 1))
        #expect(
            try repository.files(at: "main") == [
                "A.txt", "ALL.md", "B.txt", "CHANGELOG.md", "README.md", "out/A.md", "out/B.md",
            ]
        )
        #expect(try repository.read("CHANGELOG.md") == "# Changelog\n- A\n- B\n")
        #expect(try repository.read("ALL.md") == "A\nB\n")
        #expect(try scenario.merges() == ["A", "B"], "each agent landed once")
        #expect(try scenario.merges(in: scenario.remote) == ["A", "B"], "and was pushed once")
        #expect(try scenario.remoteCommit() == repository.commitID("main"))
        #expect(record.agents[AgentID("C")]?.refusal?.reason == .ownershipViolation)
        let saved = try #require(record.agents[AgentID("C")]?.saved)
        #expect(try repository.text(of: "README.md", at: saved.ref) == "mine\n", "refused work is kept")
        #expect(try repository.text(of: "C.txt", at: saved.ref) == "C\n")
        let blocker = try #require(record.agents[AgentID("C")]?.refusal?.blocker)
        #expect(try repository.read(blocker).contains("README.md"))
        let blockers = try repository.folder.list("main/docs/agent-output/blocked")
        #expect(blockers.count == 1, "one blocker is written")
        #expect(try repository.folder.list("main/docs/agent-output/runs").count == 1)
        #expect(scenario.store.list().count == 1)
        try scenario.expectSound()
    }

    /// Kills the story at each of the entries in turn, then lets the real program end it.
    private func play(killingAt entries: [Int]) async throws {
        try await withScenario { scenario in
            let file = try scenario.repository.folder.write(Self.task.text, to: "task.md")
            var arguments = ["run", file, "--display", "plain"]
            for entry in entries {
                let call = try await scenario.callFaulty(at: String(entry), arguments)
                let written = RunRecord(try scenario.latestEntries())
                if call.status != 137 {
                    #expect(written.finished != nil, "not killed, so it ended: \(call.standardError)")
                    #expect(written.lastSequence < entry)
                } else {
                    #expect(written.lastSequence >= entry)
                }
                arguments = ["resume", "--display", "plain"]
            }
            let isEnded = RunRecord(try scenario.latestEntries()).finished != nil
            let resumed = try await scenario.call("resume", "--display", "plain")
            #expect(resumed.status == (isEnded ? 2 : 1), "\(resumed.standardError)")
            try expectStory(scenario)
        }
    }

    @Test(
        "A run killed after any journal entry and resumed ends as if nothing had happened",
        .timeLimit(.minutes(10)),
        arguments: entries
    )
    func killedOnce(entry: Int) async throws {
        try await play(killingAt: [entry])
    }

    @Test("A run killed twice ends as if nothing had happened", .timeLimit(.minutes(10)), arguments: SeededPairs.pairs)
    func killedTwice(entries: [Int]) async throws {
        try await play(killingAt: entries)
    }

    @Test("The story's journal is not longer than the entries it is killed at", .timeLimit(.minutes(10)))
    func coversAll() async throws {
        try await withScenario { scenario in
            let run = try await scenario.run(Self.task)
            #expect(run.status == 1, "\(run.call.standardError)")
            #expect(run.record.lastSequence < Self.entries.upperBound)
            try expectStory(scenario)
        }
    }
}

/// Pairs of entries, the second after what a resumed run writes; the seed is fixed, so that a failure can be repeated.
private enum SeededPairs {
    static let pairs: [[Int]] = {
        var random = SeededRandom(seed: 20_261_121)
        return (0..<8).map { _ in
            let first = Int.random(in: 3...40, using: &random)
            return [first, first + Int.random(in: 1...14, using: &random)]
        }
    }()
}

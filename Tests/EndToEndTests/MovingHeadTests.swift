import Foundation
import Orchestrator
import RunModel
import TestSupport
import Testing

/// The branch or the remote moves while a run goes on.
@Suite("Moving heads")
struct MovingHeadTests {
    /// A writes a file, waits for the test, and appends to the changelog.
    private func task(_ place: Rendezvous? = nil, verify: [String] = ["test -f a.txt"]) -> ScriptTaskFile {
        ScriptTaskFile(
            agents: [
                ScriptAgent(
                    "A",
                    owns: ["`a.txt` (NEW)", "`CHANGELOG.md`"],
                    script: "echo A > a.txt\n\(place?.script ?? "")\necho '- A' >> CHANGELOG.md"
                )
            ],
            verify: verify
        )
    }

    @Test(
        "A commit the user makes on the branch while agents work is kept, and theirs land on it",
        .timeLimit(.minutes(10))
    )
    func userCommits() async throws {
        try await withScenario { scenario in
            let place = try Rendezvous(scenario, "a")
            let live = try LiveRun(scenario, task(place))
            try await place.awaitAgent()
            let mine = try scenario.repository.commit("mine", files: ["mine.txt": "mine\n"])
            try await place.release()
            let run = try await live.finish()
            #expect(run.status == 0, "\(run.call.standardError)")
            let head = try scenario.repository.commitID("main")
            #expect(run.record.landed?.from == mine)
            #expect(run.record.landed?.to == head)
            #expect(try scenario.remoteCommit() == head)
            #expect(try scenario.repository.read("mine.txt") == "mine\n")
            #expect(try scenario.repository.read("a.txt") == "A\n")
            #expect(try scenario.merges() == ["A"])
            try scenario.expectSound()
        }
    }

    @Test(
        "A commit of the user that conflicts wins; the agent's work is kept and nothing of hers is pushed",
        .timeLimit(.minutes(10))
    )
    func userCommitConflicts() async throws {
        try await withScenario { scenario in
            let before = try scenario.remoteCommit()
            let place = try Rendezvous(scenario, "a")
            let live = try LiveRun(scenario, task(place))
            try await place.awaitAgent()
            let mine = try scenario.repository.commit("mine", files: ["CHANGELOG.md": "# Changelog\n- mine\n"])
            try await place.release()
            let run = try await live.finish()
            #expect(run.status == 1, "\(run.call.standardError)")
            #expect(run.refused == ["A": .mergeConflict])
            #expect(try scenario.repository.commitID("main") == mine)
            #expect(try scenario.remoteCommit() == before, "what only the user made is not the run's to push")
            let saved = try #require(run.agent("A").saved)
            #expect(try scenario.repository.text(of: "CHANGELOG.md", at: saved.ref) == "# Changelog\n- A\n")
            try scenario.expectSound()
        }
    }

    @Test("A remote that moves while agents work is followed before the landing", .timeLimit(.minutes(10)))
    func remoteMovesBefore() async throws {
        try await withScenario { scenario in
            let place = try Rendezvous(scenario, "a")
            let live = try LiveRun(scenario, task(place))
            try await place.awaitAgent()
            let theirs = try scenario.moveRemote(["theirs.txt": "theirs\n"])
            try await place.release()
            let run = try await live.finish()
            #expect(run.status == 0, "\(run.call.standardError)")
            let head = try scenario.repository.commitID("main")
            #expect(try scenario.remoteCommit() == head)
            #expect(try scenario.repository.git("merge-base", head, theirs) == theirs)
            #expect(try scenario.repository.read("theirs.txt") == "theirs\n")
            #expect(run.record.pushes.map(\.result) == [.pushed])
            try scenario.expectSound()
        }
    }

    @Test("A remote that moves after the landing is joined, tested again and pushed", .timeLimit(.minutes(10)))
    func remoteMovesAfter() async throws {
        try await withScenario { scenario in
            let file = try scenario.repository.folder.write(task().text, to: "task.md")
            let killed = try await scenario.callFaulty(at: "landed", ["run", file, "--display", "plain"])
            #expect(killed.status == 137, "\(killed.standardError)")
            let landed = try scenario.repository.commitID("main")
            let theirs = try scenario.moveRemote(["theirs.txt": "theirs\n"])
            let resumed = try await scenario.call("resume")
            #expect(resumed.status == 0, "\(resumed.standardError)")
            let head = try scenario.repository.commitID("main")
            #expect(try scenario.remoteCommit() == head)
            for part in [landed, theirs] {
                #expect(try scenario.repository.git("merge-base", head, part) == part)
            }
            let record = RunRecord(try scenario.latestEntries())
            #expect(record.pushes.map(\.result) == [.remoteMoved, .pushed])
            #expect(record.verifications.last { $0.isPassed }?.commit == head)
            #expect(try scenario.merges() == ["A"])
            try scenario.expectSound()
        }
    }

    @Test(
        "A remote that moved after the landing and conflicts leaves the work landed here and not pushed",
        .timeLimit(.minutes(10))
    )
    func remoteConflictsAfter() async throws {
        try await withScenario { scenario in
            let file = try scenario.repository.folder.write(task().text, to: "task.md")
            _ = try await scenario.callFaulty(at: "landed", ["run", file, "--display", "plain"])
            let landed = try scenario.repository.commitID("main")
            let theirs = try scenario.moveRemote(["CHANGELOG.md": "# Changelog\n- theirs\n"])
            let resumed = try await scenario.call("resume")
            #expect(resumed.status == 1, "\(resumed.standardError)")
            #expect(try scenario.repository.commitID("main") == landed)
            #expect(try scenario.remoteCommit() == theirs)
            let record = RunRecord(try scenario.latestEntries())
            #expect(record.notes.contains { $0.code == "remote-conflict" })
            #expect(try scenario.report().contains("CHANGELOG.md"))
            try scenario.expectSound()
        }
    }

    @Test(
        "A landing that was cut off among the files of the working tree is completed",
        .timeLimit(.minutes(10)),
        arguments: [["a.txt"], ["CHANGELOG.md"], ["a.txt", "CHANGELOG.md"]]
    )
    func landingCutOff(written: [String]) async throws {
        try await withScenario { scenario in
            let repository = scenario.repository
            let file = try repository.folder.write(task().text, to: "task.md")
            _ = try await scenario.callFaulty(at: "landing_started", ["run", file, "--display", "plain"])
            let target = try #require(RunRecord(try scenario.latestEntries()).landingStarted?.to)
            // As the working tree is when the runner dies before the index and the branch follow the files.
            for path in written { try repository.write(repository.text(of: path, at: target), to: path) }
            let resumed = try await scenario.call("resume")
            #expect(resumed.status == 0, "\(resumed.standardError)")
            #expect(try repository.commitID("main") == target)
            #expect(try scenario.remoteCommit() == target)
            try scenario.expectSound()
        }
    }

    @Test("A server that refuses the push is quoted; the work stays landed here", .timeLimit(.minutes(10)))
    func serverHook() async throws {
        try await withScenario { scenario in
            try scenario.repository.folder.write(
                "#!/bin/sh\necho 'no pushes on Fridays' >&2\nexit 1\n",
                to: "origin.git/hooks/pre-receive",
                isExecutable: true
            )
            let before = try scenario.remoteCommit()
            let run = try await scenario.run(task())
            #expect(run.status == 1, "\(run.call.standardError)")
            #expect(run.landed == ["A"])
            #expect(run.record.pushes.map(\.result) == [.rejected])
            #expect(try scenario.remoteCommit() == before)
            #expect(run.call.standardError.contains("no pushes on Fridays"))
            #expect(try scenario.report().contains("no pushes on Fridays"))
            try scenario.expectSound()
        }
    }

    @Test("Two runs at once on one repository both land and push", .timeLimit(.minutes(10)))
    func twoRuns() async throws {
        try await withScenario { scenario in
            let places = try ["one", "two"].map { try Rendezvous(scenario, $0) }
            let runs = try zip(["X", "Y"], places).map { id, place in
                let task = ScriptTaskFile(
                    title: "Sprint \(id): a story",
                    agents: [
                        ScriptAgent(
                            id,
                            owns: ["`\(id).txt` (NEW)", "`CHANGELOG.md` (APPEND)"],
                            script: "echo \(id) > \(id).txt\necho '- \(id)' >> CHANGELOG.md\n\(place.script)"
                        )
                    ],
                    verify: ["test -f README.md"],
                    append: ["CHANGELOG.md"]
                )
                return try LiveRun(scenario, task, named: id)
            }
            for place in places { try await place.awaitAgent() }
            for place in places { try await place.release() }
            for run in runs {
                let ended = try await run.finish()
                #expect(ended.status == 0, "\(ended.call.standardError)")
            }
            #expect(try scenario.merges() == ["X", "Y"])
            #expect(try scenario.remoteCommit() == scenario.repository.commitID("main"))
            let log = try scenario.repository.read("CHANGELOG.md").split(separator: "\n").sorted()
            #expect(log == ["# Changelog", "- X", "- Y"])
            #expect(scenario.store.list().count == 2)
            try scenario.expectSound()
        }
    }
}

import Foundation
import Orchestrator
import RunModel
import TestSupport
import Testing

/// The disk that holds the state folder is full, or a limit on file sizes acts the same way.
@Suite("Full disk", .serialized)
struct FullDiskTests {
    private var task: ScriptTaskFile {
        ScriptTaskFile(
            agents: ["A", "B"].map { id in
                ScriptAgent(id, owns: ["`\(id).txt` (NEW)"], script: "echo \(id) > \(id).txt")
            },
            verify: ["test -f README.md"]
        )
    }

    /// Whether this machine lets the tests mount: they are skipped by nothing, but then play the limit below instead.
    private func withSmallDisk(
        _ scenario: Scenario,
        megabytes: Int,
        _ body: () async throws -> Void
    ) async throws -> Bool {
        let state = scenario.store.state
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
        let mounted = try SpawnedCommand.run(
            ["mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", state],
            environment: scenario.environment
        )
        guard mounted.status == 0 else { return false }
        defer { _ = try? SpawnedCommand.run(["umount", "-l", state], environment: scenario.environment) }
        try await body()
        return true
    }

    @Test("A disk too small for the worktrees ends the run before anything is created", .timeLimit(.minutes(10)))
    func tooSmall() async throws {
        try await withScenario { scenario in
            let before = try scenario.repository.refs()
            let isMounted = try await withSmallDisk(scenario, megabytes: 2) {
                let run = try await scenario.run(task)
                #expect(run.status == 3)
                #expect(run.call.standardError.contains("worktrees need about"), "\(run.call.standardError)")
                #expect(run.call.standardError.contains("switchyard clean"))
            }
            guard isMounted else { return try await playLimit(scenario) }
            #expect(try scenario.repository.refs() == before)
        }
    }

    @Test(
        "A disk that fills up during a run stops it with a clear error; with room again it goes on",
        .timeLimit(.minutes(10))
    )
    func fillsUp() async throws {
        try await withScenario { scenario in
            let before = try scenario.repository.commitID("main")
            let isMounted = try await withSmallDisk(scenario, megabytes: 100) {
                let place = try Rendezvous(scenario, "a")
                var task = task
                task.agents[0].script = "\(place.script)\necho A > A.txt"
                let live = try LiveRun(scenario, task)
                try await place.awaitAgent()
                let ballast = scenario.store.state + "/ballast"
                let fill = ["sh", "-c", "cat /dev/zero > \"$0\"; true", ballast]
                _ = try await SpawnedCommand.result(of: fill, environment: scenario.environment)
                try await place.release()
                let stopped = try await live.finish()
                #expect(stopped.status == 3, "\(stopped.call.standardError)")
                #expect(
                    stopped.call.standardError.contains("is full. It showed like this:"),
                    "\(stopped.call.standardError)"
                )
                #expect(stopped.call.standardError.contains("switchyard resume"))
                #expect(stopped.record.finished == nil)
                #expect(try scenario.repository.commitID("main") == before)

                try FileManager.default.removeItem(atPath: ballast)
                let resumed = try await scenario.call("resume")
                #expect(resumed.status == 0, "\(resumed.standardError)")
                #expect(try scenario.merges() == ["A", "B"])
                #expect(try scenario.repository.read("A.txt") == "A\n")
                try scenario.expectSound()
            }
            if !isMounted { try await playLimit(scenario) }
        }
    }

    @Test("A limit on file sizes stops a run with a clear error; without it the run goes on", .timeLimit(.minutes(10)))
    func fileSizeLimit() async throws {
        try await withScenario { try await playLimit($0) }
    }

    /// Lets the journal of a run grow no further while its agents work, and resumes without the limit.
    private func playLimit(_ scenario: Scenario) async throws {
        let place = try Rendezvous(scenario, "a")
        var task = task
        task.agents[0].script = "\(place.script)\necho A > A.txt"
        let live = try LiveRun(scenario, task)
        try await place.awaitAgent()
        let run = try #require(scenario.store.list().first)
        let journal = try FileManager.default.attributesOfItem(atPath: scenario.store.folder(run).journal)
        try await live.limitFileSize(try #require(journal[.size] as? Int) + 16)
        try await place.release()
        let stopped = try await live.finish()
        #expect(stopped.status == 3, "\(stopped.call.standardError)")
        #expect(stopped.call.standardError.contains("File too large"), "\(stopped.call.standardError)")
        #expect(stopped.record.finished == nil)
        let resumed = try await scenario.call("resume")
        #expect(resumed.status == 0, "\(resumed.standardError)")
        #expect(try scenario.merges() == ["A", "B"])
        try scenario.expectSound()
    }
}

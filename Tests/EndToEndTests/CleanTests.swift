import Foundation
import Orchestrator
import RunModel
import TestSupport
import Testing

/// `switchyard clean` removes what a run that nobody goes on with left, and loses no work.
@Suite("Clean", .timeLimit(.minutes(10)))
struct CleanTests {
    /// A run killed when its agents' work was there and nothing of it had landed.
    private func abandon(_ scenario: Scenario) async throws -> RunFolder {
        let agents = ["A", "B"].map { ScriptAgent($0, owns: ["`\($0).txt` (NEW)"], script: "echo \($0) > \($0).txt") }
        let file = try scenario.repository.folder.write(ScriptTaskFile(agents: agents).text, to: "task.md")
        _ = try await scenario.callFaulty(at: "candidate_built", ["run", file, "--display", "plain"])
        let run = try #require(scenario.store.list().first)
        return scenario.store.folder(run)
    }

    @Test("Work that is in a worktree and nowhere else is kept under a ref, and goes with the logs when it is old")
    func savesWork() async throws {
        try await withScenario { scenario in
            let folder = try await abandon(scenario)
            let agent = AgentID("A")
            try Data("late\n".utf8).write(to: URL(filePath: folder.worktree(agent) + "/late.txt"))

            let young = try await scenario.call("clean")
            #expect(young.status == 0 && young.standardOutput == "", "used a moment ago: \(young.standardOutput)")
            let dry = try await scenario.call("clean", "--older-than", "0", "--dry-run")
            #expect(dry.standardOutput.contains("would remove  worktree"), "\(dry.standardOutput)")
            #expect(FileManager.default.fileExists(atPath: folder.worktree(agent) + "/late.txt"))

            let clean = try await scenario.call("clean", "--older-than", "0")
            #expect(clean.status == 0, "\(clean.standardOutput)\(clean.standardError)")
            #expect(clean.standardOutput.contains("work of its run was saved just now"), "\(clean.standardOutput)")
            #expect(try scenario.repository.folder.list("main/.switchyard/worktrees") == [])
            #expect(try scenario.refs("refs/heads") == ["refs/heads/main"])
            #expect(try scenario.repository.git("worktree", "list").split(separator: "\n").count == 1)
            let record = try scenario.store.load(folder.run)
            for (id, files) in [("A", ["A.txt", "late.txt"]), ("B", ["B.txt"])] {
                let saved = try #require(record.agents[AgentID(id)]?.saved, "\(clean.standardOutput)")
                for file in files { #expect(try scenario.repository.files(at: saved.ref).contains(file)) }
            }

            let last = try await scenario.call("clean", "--older-than", "0")
            #expect(last.status == 0, "\(last.standardOutput)")
            #expect(!FileManager.default.fileExists(atPath: folder.path), "\(last.standardOutput)")
            #expect(try scenario.refs("refs/switchyard") == [])
        }
    }

    @Test("A worktree whose work nobody can save stays, with its run's logs, and clean says why")
    func keepsUnsaved() async throws {
        try await withScenario { scenario in
            let folder = try await abandon(scenario)
            let (linked, unlisted) = (folder.worktree(AgentID("A")), folder.worktree(AgentID("B")))
            // One that was made a repository of its own, one that git was told to forget.
            _ = try await scenario.execute(["sh", "-c", "rm '\(linked)/.git' && git init -q '\(linked)'"])
            let names = try scenario.repository.folder.list("main/.git/worktrees").filter { $0.hasSuffix("-b") }
            for name in names {
                try FileManager.default.removeItem(atPath: scenario.repository.path + "/.git/worktrees/\(name)")
            }

            let clean = try await scenario.call("clean", "--older-than", "0")
            #expect(clean.status == 1, "\(clean.standardOutput)")
            #expect(
                clean.standardOutput.components(separatedBy: "it is no worktree of this repository any more").count == 3
            )
            #expect(clean.standardOutput.contains("something else of its run stays"), "\(clean.standardOutput)")
            for (path, file) in [(linked, "A.txt"), (unlisted, "B.txt")] {
                #expect(FileManager.default.fileExists(atPath: "\(path)/\(file)"), "\(clean.standardOutput)")
            }

            try FileManager.default.removeItem(atPath: linked)
            try FileManager.default.removeItem(atPath: unlisted)
            for _ in 0..<2 {
                let again = try await scenario.call("clean", "--older-than", "0")
                #expect(again.status == 0, "\(again.standardOutput)")
            }
            #expect(!FileManager.default.fileExists(atPath: folder.path))
        }
    }
}

import Foundation
import Orchestrator
import RunModel
import TestSupport
import Testing

/// `switchyard clean` removes what a run that nobody goes on with left, and loses no work.
@Suite("Clean", .timeLimit(.minutes(10)))
struct CleanTests {
    /// A run killed when its agents' work was there and nothing of it had landed.
    private func abandon(_ scenario: Scenario, at fact: String = "candidate_built") async throws -> RunFolder {
        let agents = ["A", "B"].map { ScriptAgent($0, owns: ["`\($0).txt` (NEW)"], script: "echo \($0) > \($0).txt") }
        let file = try scenario.repository.folder.write(ScriptTaskFile(agents: agents).text, to: "task.md")
        _ = try await scenario.callFaulty(at: fact, ["run", file, "--display", "plain"])
        let run = try #require(scenario.store.list().first)
        return scenario.store.folder(run)
    }

    /// Expects the run's journal to name refs that are there and hold the files of each agent.
    private func expectSaved(_ files: [String: [String]], _ folder: RunFolder, _ scenario: Scenario) throws {
        let record = try scenario.store.load(folder.run)
        for (id, files) in files {
            let saved = try #require(record.agents[AgentID(id)]?.saved)
            #expect(try scenario.repository.commitID(saved.ref) == saved.commit)
            let kept = try scenario.repository.files(at: saved.ref)
            #expect(Set(files).isSubset(of: kept), "\(id): \(kept)")
        }
    }

    private func clean(_ scenario: Scenario) async throws -> Scenario.Call {
        try await scenario.call("clean", "--older-than", "0")
    }

    @Test("Work that only what goes as well holds is kept, such as that of a train that never landed")
    func keepsTrain() async throws {
        try await withScenario { scenario in
            let folder = try await abandon(scenario, at: "landing_started")
            #expect(try scenario.refs("refs/switchyard/runs").contains { $0.hasSuffix("/train") })
            let call = try await clean(scenario)
            #expect(call.status == 0, "\(call.standardOutput)")
            try expectSaved(["A": ["A.txt"], "B": ["B.txt"]], folder, scenario)
        }
    }

    @Test("What is saved now is not deleted for standing where older work stood; diverged branches are all kept")
    func keepsNewest() async throws {
        try await withScenario { scenario in
            let folder = try await abandon(scenario)
            _ = try await clean(scenario)
            // The same agent at work once more, as after a resume.
            let worktree = folder.worktree(AgentID("A"))
            let branch = String(folder.branch(AgentID("A")).dropFirst("refs/heads/".count))
            try scenario.repository.git("worktree", "add", "-q", "-b", branch, worktree, "main")
            try Data("newer\n".utf8).write(to: URL(filePath: worktree + "/newer.txt"))
            var tips: [String] = []
            for name in ["one", "two"] {
                let tip = try scenario.repository.git("commit-tree", "-p", "main", "-m", name, "main^{tree}")
                try scenario.repository.git("update-ref", folder.refFolder(AgentID("A")) + name, tip)
                tips.append(tip)
            }

            let call = try await clean(scenario)
            #expect(call.status == 0, "\(call.standardOutput)")
            let kept = try scenario.refs("refs/switchyard/rescued").map { try scenario.repository.commitID($0) }
            #expect(Set(tips).isSubset(of: kept), "\(call.standardOutput)")
            let refs = try scenario.refs("refs/switchyard/rescued")
            #expect(try refs.contains { try scenario.repository.files(at: $0).contains("newer.txt") }, "\(refs)")
            #expect(try scenario.refs("refs/heads") == ["refs/heads/main"])
        }
    }

    @Test("In a repository that was moved, and for work on no branch, nothing is deleted", arguments: [true, false])
    func keepsUnclear(isMoved: Bool) async throws {
        try await withScenario { scenario in
            let folder = try await abandon(scenario)
            var worktree = folder.worktree(AgentID("A"))
            var place = scenario.repository.path
            if isMoved {
                place += "-moved"
                try FileManager.default.moveItem(atPath: scenario.repository.path, toPath: place)
                worktree = worktree.replacing(scenario.repository.path, with: place)
            } else {
                try scenario.repository.git(in: worktree, "checkout", "-q", "--detach")
            }
            try Data("late\n".utf8).write(to: URL(filePath: worktree + "/late.txt"))
            let command = [scenario.tool, "clean", "--older-than", "0"]
            let call = try await scenario.execute(command, in: place)
            #expect(call.status == 1, "\(call.standardOutput)")
            #expect(FileManager.default.fileExists(atPath: worktree + "/late.txt"), "\(call.standardOutput)")
            guard isMoved else { return }
            try FileManager.default.moveItem(atPath: place, toPath: scenario.repository.path)
            let list = try scenario.repository.git("worktree", "list")
            #expect(list.contains(folder.worktree(AgentID("A"))), "moved back, it is a worktree again: \(list)")
        }
    }

    @Test(
        "A worktree that holds a repository of its own, or uncommitted work on the user's branch, stays",
        arguments: [
            "git init -q n\necho x > n/x\ngit -C n add x\ngit -C n -c user.name=a -c user.email=a@b commit -qm x",
            "git -c core.hooksPath=/dev/null checkout -q -b mine\necho x >> README.md",
        ]
    )
    func keepsForeign(script: String) async throws {
        try await withScenario { scenario in
            let folder = try await abandon(scenario)
            let worktree = folder.worktree(AgentID("A"))
            _ = try await scenario.execute(["sh", "-c", script], in: worktree)
            let mine = try? scenario.repository.commitID("mine")
            let call = try await clean(scenario)
            #expect(call.status == 1, "\(call.standardOutput)")
            #expect(FileManager.default.fileExists(atPath: worktree + "/README.md"), "\(call.standardOutput)")
            #expect(try mine == nil || scenario.repository.commitID("mine") == mine)
        }
    }

    @Test("A pipe among the refs, and commits on no branch: neither is in the way, and the commits are kept")
    func keepsDetached() async throws {
        try await withScenario { scenario in
            let folder = try await abandon(scenario)
            let worktree = folder.worktree(AgentID("A"))
            let commits =
                "git checkout -q --detach\necho x > d.txt\ngit add d.txt\ngit -c user.name=a -c user.email=a@b commit -qm d"
            _ = try await scenario.execute(["sh", "-c", commits], in: worktree)
            let tip = try scenario.repository.git(in: worktree, "rev-parse", "HEAD")
            #expect(mkfifo(scenario.repository.path + "/.git/" + folder.refFolder(AgentID("A")) + "x", 0o600) == 0)
            let call = try await clean(scenario)
            #expect(call.status == 0, "\(call.standardOutput)")
            let kept = try scenario.refs("refs/switchyard/rescued").map { try scenario.repository.commitID($0) }
            #expect(kept.contains(tip), "\(call.standardOutput)")
        }
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
            try expectSaved(["A": ["A.txt", "late.txt"], "B": ["B.txt"]], folder, scenario)

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

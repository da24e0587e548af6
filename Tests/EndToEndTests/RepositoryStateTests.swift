import Foundation
import RunModel
import TestSupport
import Testing

/// Repositories as people have them: with uncommitted work, other branches, no remote.
@Suite("Repository states")
struct RepositoryStateTests {
    private func task(pushes: Bool = true, frontMatter: [String] = []) -> ScriptTaskFile {
        ScriptTaskFile(
            agents: [
                ScriptAgent(
                    "A",
                    owns: ["`a.txt` (NEW)", "`CHANGELOG.md`"],
                    script: "echo A > a.txt\necho '- A' >> CHANGELOG.md"
                )
            ],
            verify: ["test -f a.txt"],
            frontMatter: frontMatter,
            pushes: pushes
        )
    }

    @Test("Uncommitted and staged work beside the landing stays as it is", .timeLimit(.minutes(10)))
    func unrelatedDirt() async throws {
        try await withScenario { scenario in
            let repository = scenario.repository
            try repository.write("# Scratch\nmy half-done change\n", to: "README.md")
            try repository.write("staged\n", to: "staged.txt")
            try repository.git("add", "staged.txt")
            try repository.write("untracked\n", to: "untracked.txt")
            let run = try await scenario.run(task())
            #expect(run.status == 0, "\(run.call.standardError)")
            #expect(try repository.read("README.md") == "# Scratch\nmy half-done change\n")
            #expect(try repository.read("CHANGELOG.md") == "# Changelog\n- A\n")
            #expect(try repository.git("diff", "--cached", "--name-only") == "staged.txt")
            #expect(try repository.files(at: "main") == ["CHANGELOG.md", "README.md", "a.txt"])
            #expect(run.record.preflight?.findings.contains { $0.code == "dirty-worktree" } == true)
            try scenario.expectSound(status: [" M README.md", "A  staged.txt", "?? docs/", "?? untracked.txt"])
        }
    }

    @Test("A push to another branch than the one that is landed on is told before it happens", .timeLimit(.minutes(10)))
    func pushesElsewhere() async throws {
        try await withScenario { scenario in
            try scenario.repository.git("branch", "develop")
            let run = try await scenario.run(task(frontMatter: ["base: develop"]))
            #expect(run.status == 0, "\(run.call.standardError)")
            let finding = run.record.preflight?.findings.first { $0.code == "push-other-branch" }
            #expect(finding?.message.contains("'develop' and pushes that to 'origin/main'") == true, "\(run.talk)")
            #expect(try scenario.remoteCommit() == scenario.repository.commitID("develop"))
        }
    }

    @Test(
        "Uncommitted work in the way blocks the landing: it is named, nothing changes, the result is kept",
        .timeLimit(.minutes(10)),
        arguments: ["CHANGELOG.md", "a.txt"]
    )
    func dirtInTheWay(path: String) async throws {
        try await withScenario { scenario in
            let repository = scenario.repository
            let before = try repository.commitID("main")
            try repository.write("mine\n", to: path)
            let run = try await scenario.run(task())
            #expect(run.status == 1, "\(run.call.standardError)")
            #expect(try repository.read(path) == "mine\n")
            #expect(try repository.commitID("main") == before)
            #expect(try scenario.remoteCommit() == before)
            #expect(run.record.workdir?.blockedPaths == [path])
            #expect(run.call.standardError.contains("'\(path)'"))
            #expect(try scenario.report().contains(path))
            let result = try #require(try scenario.refs("refs/switchyard/runs/").first)
            #expect(try repository.text(of: "a.txt", at: result) == "A\n")
            #expect(try repository.git("merge-base", "main", result) == before, "it can be taken over by a merge")
            try scenario.expectSound(
                status: path == "a.txt" ? ["?? a.txt", "?? docs/"] : [" M CHANGELOG.md", "?? docs/"],
                keepsResult: true
            )
        }
    }

    @Test("With a detached HEAD the work lands on main, and the checkout stays where it is", .timeLimit(.minutes(10)))
    func detachedHead() async throws {
        try await withScenario { scenario in
            let repository = scenario.repository
            let before = try repository.commitID("HEAD")
            try repository.git("checkout", "--quiet", "--detach")
            let run = try await scenario.run(task())
            #expect(run.status == 0, "\(run.call.standardError)")
            #expect(try repository.commitID("HEAD") == before)
            #expect(try repository.files(at: "main") == ["CHANGELOG.md", "README.md", "a.txt"])
            #expect(try scenario.remoteCommit() == repository.commitID("main"))
            try scenario.expectSound()
        }
    }

    @Test("A base that is not checked out moves alone; the branch that is stays as it is", .timeLimit(.minutes(10)))
    func otherBranch() async throws {
        try await withScenario { scenario in
            let repository = scenario.repository
            try repository.git("checkout", "--quiet", "-b", "topic")
            try repository.commit("topic work", files: ["topic.txt": "t\n"])
            try repository.write("half\n", to: "CHANGELOG.md")
            let run = try await scenario.run(task(frontMatter: ["base: main"]))
            #expect(run.status == 0, "\(run.call.standardError)")
            #expect(try repository.git("symbolic-ref", "--short", "HEAD") == "topic")
            #expect(try repository.read("CHANGELOG.md") == "half\n")
            #expect(try repository.files(at: "topic") == ["CHANGELOG.md", "README.md", "topic.txt"])
            #expect(try repository.files(at: "main") == ["CHANGELOG.md", "README.md", "a.txt"])
            try scenario.expectSound(status: [" M CHANGELOG.md", "?? docs/"])
        }
    }

    @Test("Without a remote the work lands, and the missing push is told", .timeLimit(.minutes(10)))
    func noRemote() async throws {
        try await withScenario { scenario in
            try scenario.repository.git("remote", "remove", "origin")
            let run = try await scenario.run(task())
            #expect(run.landed == ["A"])
            #expect(run.status == 1, "the push that was asked for did not happen")
            #expect(try scenario.report().contains("no such remote"))
            try scenario.expectSound()
        }
    }

    @Test("A task without a push pushes nothing", .timeLimit(.minutes(10)))
    func noPush() async throws {
        try await withScenario { scenario in
            let before = try scenario.remoteCommit()
            let run = try await scenario.run(task(pushes: false))
            #expect(run.status == 0, "\(run.call.standardError)")
            #expect(run.landed == ["A"])
            #expect(run.record.pushes.isEmpty)
            #expect(try scenario.remoteCommit() == before)
            try scenario.expectSound()
        }
    }

    @Test("A branch without a commit is refused before anything is created", .timeLimit(.minutes(10)))
    func unbornBase() async throws {
        try await withScenario { scenario in
            let repository = scenario.repository
            try FileManager.default.removeItem(atPath: repository.path)
            try FileManager.default.createDirectory(atPath: repository.path, withIntermediateDirectories: true)
            try repository.git("init", "--quiet", "-b", "main")
            let run = try await scenario.run(
                ScriptTaskFile(agents: [ScriptAgent("A", owns: ["`a.txt` (NEW)"], script: "echo A > a.txt")])
            )
            #expect(run.status == 3)
            #expect(run.call.standardError.contains("The base branch 'main' has no commit yet."))
            #expect(try repository.git("for-each-ref").isEmpty)
            try scenario.expectSound(status: [])
        }
    }

    @Test("In a bare repository the work lands on the branch", .timeLimit(.minutes(10)))
    func bareRepository() async throws {
        try await withScenario { scenario in
            let repository = scenario.repository
            let bare = repository.folder.appending("bare.git")
            try repository.git("clone", "--quiet", "--bare", scenario.remote, bare)
            let file = try repository.folder.write(task().text, to: "task.md")
            let output = try await scenario.execute([scenario.tool, "run", file, "--display", "plain"], in: bare)
            #expect(output.status == 0, "\(output.standardError)")
            let head = try repository.git(in: bare, "rev-parse", "main")
            #expect(try scenario.remoteCommit() == head)
            #expect(try repository.git(in: bare, "ls-tree", "-r", "--name-only", "main").contains("a.txt"))
            #expect(try scenario.merges(in: bare) == ["A"])
            #expect(
                try repository.git(in: bare, "for-each-ref", "--format=%(refname)", "refs/heads") == "refs/heads/main"
            )
            #expect(try repository.git(in: bare, "fsck", "--no-dangling", "--no-progress").isEmpty)
            #expect(try repository.git(in: bare, "worktree", "list").split(separator: "\n").count == 1)
        }
    }
}

extension RepositoryStateTests {
    @Test(
        "Pre-flight commands run on the base when they are asked for, and one that fails ends the run",
        .timeLimit(.minutes(10))
    )
    func preflightCommands() async throws {
        try await withScenario { scenario in
            let agent = ScriptAgent("A", owns: ["`a.txt` (NEW)"], script: "echo a > a.txt")
            var task = ScriptTaskFile(agents: [agent])
            task.preflight = ["cp README.md ../seen", "exit 7"]
            let failed = try await scenario.run(task, options: ["--sandbox", "off", "--run-preflight"])
            #expect(failed.status == 3, "\(failed.talk)")
            #expect(failed.call.standardError.contains("`exit 7` failed: exit status 7"), "\(failed.talk)")
            #expect(failed.landed == [])
            task.preflight = ["test -f README.md && echo ready"]
            let asked = try await scenario.run(task, options: ["--run-preflight"])
            #expect(asked.landed == ["A"], "\(asked.talk)")
            #expect(asked.record.preflight?.findings.contains { $0.code == "preflight-skipped" } == false)
        }
    }
}

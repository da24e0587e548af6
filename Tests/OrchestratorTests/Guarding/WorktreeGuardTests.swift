import ChildProcesses
import Foundation
import RunModel
import TestSupport
import Testing

@testable import Orchestrator

// Serial: each case starts dozens of git processes, and all at once they starve each other past the time limit.
@Suite("The guard is put up and taken down without a trace", .serialized)
struct WorktreeGuardTests {
    @Test("The repository's settings are byte for byte as before when the last guard is gone", .timeLimit(.minutes(10)))
    func release() async throws {
        try await withTemporaryFolder { folder in
            let main = try TemporaryRepository(in: folder)
            try main.commit("base", files: ["a.txt": "a\n"])
            let before = try main.read(".git/config")
            let first = try await GuardedRepository.make(of: main, agent: "A")
            let second = try await GuardedRepository.make(of: main, agent: "B")
            #expect(try main.git("config", "extensions.worktreeConfig") == "true")
            await first.guarding.remove(tools: first.tools)
            try await WorktreeGuard.release(commonFolder: first.site.commonFolder, tools: first.tools)
            #expect(try main.git("config", "extensions.worktreeConfig") == "true")
            await second.guarding.remove(tools: first.tools)
            try await WorktreeGuard.release(commonFolder: first.site.commonFolder, tools: first.tools)
            #expect(try main.read(".git/config") == before)
            #expect(!FileManager.default.fileExists(atPath: first.site.commonFolder + "/switchyard"))
        }
    }

    @Test("Settings edited in between keep the edit and lose only the guard's line", .timeLimit(.minutes(10)))
    func releaseAfterEdit() async throws {
        try await withGuardedRepository { repository in
            try repository.main.git("config", "user.nickname", "ada")
            await repository.guarding.remove(tools: repository.tools)
            try await WorktreeGuard.release(commonFolder: repository.site.commonFolder, tools: repository.tools)
            #expect(try repository.main.git("config", "user.nickname") == "ada")
            #expect(try repository.main.tryGit("config", "extensions.worktreeConfig").status != 0)
        }
    }

    @Test("A setting the user made stays", .timeLimit(.minutes(10)))
    func ownSetting() async throws {
        try await withTemporaryFolder { folder in
            let main = try TemporaryRepository(in: folder)
            try main.commit("base")
            try main.git("config", "extensions.worktreeConfig", "true")
            let repository = try await GuardedRepository.make(of: main)
            await repository.guarding.remove(tools: repository.tools)
            try await WorktreeGuard.release(commonFolder: repository.site.commonFolder, tools: repository.tools)
            #expect(try main.git("config", "extensions.worktreeConfig") == "true")
        }
    }

    @Test("Main and other worktrees are not affected", .timeLimit(.minutes(10)))
    func others() async throws {
        try await withGuardedRepository { repository in
            try repository.main.git("tag", "v1")
            try repository.main.git("merge", "--no-ff", "-m", "merged", "feature")
            try repository.main.git("push", "--quiet", "origin", "main")
            #expect(try repository.main.tryGit("config", "core.hooksPath").status != 0)
        }
    }

    @Test("The hooks hold without the launch environment", .timeLimit(.minutes(10)))
    func withoutEnvironment() async throws {
        try await withGuardedRepository { repository in
            let fixture = repository.main.gitFixture
            for arguments in [
                ["tag", "v1"], ["branch", "x"], ["push", "origin", "HEAD"],
                ["merge", "--no-ff", "-m", "m", "feature"],
            ] {
                let output = try fixture.run(arguments, in: repository.site.worktree)
                #expect(output.status != 0, "\(arguments)")
            }
            try fixture(["merge", "--abort"], in: repository.site.worktree)
            #expect(try fixture.run(["commit", "--allow-empty", "-m", "x"], in: repository.site.worktree).status == 0)
        }
    }

    @Test("The project's own hooks still run, from the hook folder and from core.hooksPath", .timeLimit(.minutes(10)))
    func forwarding() async throws {
        for isRelative in [false, true] {
            try await withTemporaryFolder { folder in
                let main = try TemporaryRepository(in: folder)
                let hook = "#!/bin/sh\necho \"$0 $1\" >> \"$(git rev-parse --show-toplevel)/ran\"\n"
                try main.write(hook, to: isRelative ? ".husky/commit-msg" : ".git/hooks/commit-msg", isExecutable: true)
                try main.write(
                    "#!/bin/sh\nexit 1\n",
                    to: isRelative ? ".husky/pre-commit" : ".git/hooks/pre-commit",
                    isExecutable: true
                )
                try main.git("add", "--all")
                try main.git("commit", "--quiet", "--allow-empty", "--no-verify", "-m", "base")
                if isRelative { try main.git("config", "core.hooksPath", ".husky") }
                let repository = try await GuardedRepository.make(of: main)
                #expect(try await repository.shell("git commit --allow-empty -m x").ending == .exited(1))
                #expect(try await repository.shell("git commit --allow-empty --no-verify -m x").ending == .exited(0))
                if !isRelative { try FileManager.default.removeItem(atPath: main.path + "/.git/hooks/pre-commit") }
                let script =
                    isRelative
                    ? "rm .husky/pre-commit; git commit --allow-empty -m x; cat ran"
                    : "git commit --allow-empty -m x; cat ran"
                #expect(try await repository.shell(script).outputText.contains("commit-msg"))
            }
        }
    }

    @Test("A repository whose path needs quoting is guarded as well", .timeLimit(.minutes(10)))
    func quoting() async throws {
        try await withTemporaryFolder { folder in
            let main = try TemporaryRepository(in: folder, named: "it's [a] \"repo\" *")
            try main.commit("base")
            let repository = try await GuardedRepository.make(of: main)
            #expect(try await repository.shell("git commit -q --allow-empty -m x").ending == .exited(0))
            for script in ["git tag v1", "git -C \"$MAIN\" tag v1", "GIT_DIR=\"$COMMON\" git branch x"] {
                #expect(try await repository.shell(script).ending != .exited(0), "\(script)")
            }
        }
    }

    @Test("A repository without any identity lets the agent commit", .timeLimit(.minutes(10)))
    func identity() async throws {
        try await withTemporaryFolder { folder in
            let main = try TemporaryRepository(in: folder)
            try main.commit("base")
            try main.git("config", "--unset", "user.name")
            try main.git("config", "--unset", "user.email")
            var environment = main.gitFixture.environment
            for name in environment.keys where name.hasPrefix("GIT_AUTHOR") || name.hasPrefix("GIT_COMMITTER") {
                environment[name] = nil
            }
            let made = try await GuardedRepository.make(of: main)
            let tools = GuardTools(lane: made.tools.lane, runner: made.tools.runner, environment: environment)
            let guarding = try await WorktreeGuard.install(made.site, tools: tools)
            let repository = GuardedRepository(main: main, tools: tools, site: made.site, guarding: guarding)
            #expect(try await repository.shell("git commit --allow-empty -m x").ending == .exited(0))
            #expect(
                try main.git("log", "-1", "--format=%an <%ae> %cn", repository.site.branch)
                    == "Switchyard <switchyard@localhost> Switchyard \(repository.site.mark)"
            )
        }
    }

    @Test("A bare repository is guarded through the environment alone, and says so", .timeLimit(.minutes(10)))
    func bare() async throws {
        try await withTemporaryFolder { folder in
            let main = try TemporaryRepository(in: folder)
            try main.commit("base")
            let bare = folder.appending("bare.git")
            try main.git("clone", "--quiet", "--bare", main.path, bare)
            let worktree = folder.appending("worktrees/a")
            try main.git(in: bare, "worktree", "add", "--quiet", "-b", "switchyard/r/a/work", worktree, "main")
            let made = try await GuardedRepository.make(of: main, agent: "X")
            let site = GuardSite(
                run: GuardedRepository.run,
                agent: AgentID("A"),
                commonFolder: bare,
                worktree: worktree,
                worktreeGitFolder: bare + "/worktrees/a",
                branch: "refs/heads/switchyard/r/a/work",
                base: try main.commitID()
            )
            let config = try folder.read("bare.git/config")
            #expect(try await WorktreeGuard.prepare(commonFolder: bare, tools: made.tools) == false)
            let guarding = try await WorktreeGuard.install(site, tools: made.tools)
            #expect(guarding.findings.map(\.code) == ["guard-environment-only"])
            let repository = GuardedRepository(main: main, tools: made.tools, site: site, guarding: guarding)
            #expect(try await repository.shell("git tag v1").ending != .exited(0))
            #expect(try await repository.shell("git commit --allow-empty -m x").ending == .exited(0))
            #expect(try folder.read("bare.git/config") == config)
        }
    }

    @Test("A worktree that is not what it should be stops the engine", .timeLimit(.minutes(10)))
    func isolation() async throws {
        try await withGuardedRepository { repository in
            let check = IsolationCheck(site: repository.site)
            let runner = repository.tools.runner
            try await check.require(environment: repository.environment, sandbox: nil, runner: runner)
            var texts: [String] = []
            func expectBroken(_ environment: [String: String]) async {
                do {
                    try await check.require(environment: environment, sandbox: nil, runner: runner)
                    Issue.record("isolation should be broken")
                } catch { texts.append(error.description) }
            }
            await expectBroken(repository.environment.merging(["GIT_DIR": repository.main.path + "/.git"]) { $1 })
            await expectBroken(repository.environment.merging(["PATH": "/nowhere"]) { $1 })
            try repository.main.git(
                in: repository.site.worktree,
                "-c",
                "core.hooksPath=",
                "checkout",
                "--quiet",
                "--detach"
            )
            await expectBroken(repository.environment)
            Snapshot.expect(texts.joined(separator: "\n") + "\n", matches: "isolation.txt")
        }
    }

    @Test("The sandbox opens what commits need and closes the rest")
    func sandboxPlan() throws {
        let site = GuardSite(
            run: RunID("r"),
            agent: AgentID("A"),
            commonFolder: "/p/.git",
            worktree: "/p/.switchyard/worktrees/r/a",
            worktreeGitFolder: "/p/.git/worktrees/a",
            branch: "refs/heads/switchyard/r/a/work",
            base: "0"
        )
        let plan = SandboxPlan(
            site: site,
            repository: "/p",
            worktrees: "/p/.switchyard/worktrees",
            remotes: [
                "/srv/r.git", "file:///srv/f.git", "../up.git", "git@example.org:x/y.git", "https://example.org/x", "",
            ]
        )
        let policy = try #require(plan.policy(kind: .bubblewrap, extraWritable: ["/home/u/.claude"]))
        #expect(
            policy.writablePaths == [
                "/p/.switchyard/worktrees/r/a", "/p/.git/objects", "/p/.git/worktrees/a",
                "/p/.git/refs/heads/switchyard/r/a",
                "/p/.git/logs/refs/heads/switchyard/r/a", "/p/.git/switchyard/r/a/refusals", "/home/u/.claude",
            ]
        )
        #expect(
            policy.readOnlyPaths == [
                "/p", "/p/.git", "/p/.switchyard/worktrees", "/srv/r.git", "/srv/f.git", "/up.git",
            ]
        )
        #expect(plan.policy(kind: .none) == nil)
    }
}

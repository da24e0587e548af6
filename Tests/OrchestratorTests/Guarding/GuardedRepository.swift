import ChildProcesses
import Foundation
import Git
import RunModel
import TestSupport

@testable import Orchestrator

/// A real repository with a guarded worktree, and an agent's shell in it.
struct GuardedRepository: Sendable {
    let main: TemporaryRepository
    let tools: GuardTools
    let site: GuardSite
    let guarding: WorktreeGuard

    static let run = RunID("20260102-0304-test-0001")

    /// Makes the repository: a commit on `main`, a branch `feature` with one more, a bare remote, and a worktree.
    static func make(in folder: TemporaryFolder, agent: String = "A") async throws -> GuardedRepository {
        let main = try TemporaryRepository(in: folder)
        try main.commit("base", files: ["a.txt": "one\ntwo\n", "src/b.txt": "b\n"])
        try main.branch("feature", files: ["feature.txt": "f\n"])
        try main.addBareRemote()
        return try await make(of: main, agent: agent)
    }

    /// Adds a guarded worktree for an agent to a repository that exists.
    static func make(of main: TemporaryRepository, agent: String = "A") async throws -> GuardedRepository {
        let tools = GuardTools(lane: GitLane(), runner: ChildRunner(), environment: main.gitFixture.environment)
        let id = AgentID(agent)
        let worktree = main.folder.appending("worktrees/\(id.slug)")
        let branch = "switchyard/\(run)/\(id.slug)/work"
        try main.git("worktree", "add", "--quiet", "--no-track", "-b", branch, worktree, "main")
        let common = main.path + "/.git"
        let site = GuardSite(
            run: run,
            agent: id,
            commonFolder: common,
            worktree: worktree,
            worktreeGitFolder: "\(common)/worktrees/\(id.slug)",
            branch: "refs/heads/" + branch,
            base: try main.commitID("main")
        )
        _ = try await WorktreeGuard.prepare(commonFolder: common, tools: tools)
        let guarding = try await WorktreeGuard.install(site, tools: tools)
        return GuardedRepository(main: main, tools: tools, site: site, guarding: guarding)
    }

    /// What the agent's processes see.
    var environment: [String: String] {
        var environment = main.gitFixture.environment
        for name in environment.keys where name.hasPrefix("GIT_AUTHOR") || name.hasPrefix("GIT_COMMITTER") {
            environment[name] = nil
        }
        environment["PATH"] = site.programs + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
        environment["MAIN"] = main.path
        environment["COMMON"] = site.commonFolder
        environment["GUARD"] = site.folder
        return environment.merging(guarding.environment) { $1 }
    }

    /// Runs a script as the agent would, in its worktree.
    @discardableResult
    func shell(_ script: String, sandbox: SandboxPolicy? = nil) async throws -> CollectedOutput {
        try await tools.runner.collect(
            ChildCommand(
                arguments: ["/bin/sh", "-c", script],
                environment: environment,
                workingDirectory: site.worktree
            ),
            limits: ChildLimits(wallClock: .seconds(50)),
            sandbox: sandbox
        )
    }

    /// What an agent's inspection compares with: the watch of its wave, and its own guard.
    struct Before {
        var watch: GuardWatch
        var own: GuardSnapshot
    }

    /// Begins a watch unless there is one, and lets the agent begin.
    func snapshot(
        in watch: GuardWatch? = nil,
        sandbox: SandboxKind = .none,
        remotes: [String] = []
    ) async throws -> Before {
        let begun: GuardWatch
        if let watch {
            begun = watch
        } else {
            begun = try await GuardWatch.begin(
                commonFolder: site.commonFolder,
                sandbox: sandbox,
                landingBranch: "refs/heads/main",
                tools: tools
            )
        }
        begun.admit(site)
        let own = await GuardSnapshot.take(
            site,
            remotes: remotes,
            command: GitCommand(environment: tools.environment),
            tools: tools
        )
        return Before(watch: begun, own: own)
    }

    func inspect(
        since before: Before,
        neighbours: [GuardSite] = [],
        command: GitCommand? = nil
    ) async throws -> GuardInspection {
        try await before.watch.inspect(
            site,
            since: before.own,
            neighbours: neighbours,
            command: command,
            tools: tools
        )
    }

    func collect(_ assignment: Assignment? = nil) async throws -> CollectedWork {
        let assignment = assignment ?? Assignment(id: site.agent, title: "Work of A", commitMessage: "a: do it")
        let signature = Signature(name: "Runner", email: "runner@example.org", time: 1_767_323_045)
        return try await WorkCollector(site: site, assignment: assignment).collect(by: signature, tools: tools)
    }

    /// Everything an agent must not change: foreign refs, the main `HEAD`, settings, hooks, and info.
    func protectedState() throws -> String {
        let refs = try main.refs().split(separator: "\n").filter {
            !$0.contains(" refs/switchyard/") && !$0.contains(site.refFolder)
        }
        var state = refs.joined(separator: "\n") + "\n"
        for name in ["HEAD", "config", "info/exclude"] {
            state += "\(name): \(GuardFiles.text("\(site.commonFolder)/\(name)") ?? "none")\n"
        }
        for folder in ["\(site.commonFolder)/hooks", site.hooks] {
            for name in GuardFiles.files(below: folder) where !name.hasSuffix(".sample") {
                state += "\(folder)/\(name): \(GuardFiles.text("\(folder)/\(name)") ?? "")\n"
            }
        }
        return state + (GuardFiles.text(site.worktreeGitFolder + "/config.worktree") ?? "none")
    }
}

func withGuardedRepository(_ body: (GuardedRepository) async throws -> Void) async throws {
    try await withTemporaryFolder { folder in try await body(GuardedRepository.make(in: folder)) }
}

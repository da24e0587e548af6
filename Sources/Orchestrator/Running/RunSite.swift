import ChildProcesses
import Foundation
import Git
import RunModel

/// What all agents of a run share: the git folder, the remotes, the guard's tools.
struct RunSite: Sendable {
    let commonFolder: String
    /// URLs of the remotes.
    let remotes: [String]
    /// Names of the remotes that answered in the pre-flight: they can be asked for pushes of an agent's.
    let reachable: [String]
    let tools: GuardTools
    /// What guards are made from; read once, before the first agent could change it.
    let facts: GuardFacts
    /// What the agents of the wave share, from before the first of them begins.
    let watch: GuardWatch
    /// Ignored files to copy into new worktrees.
    let include: WorktreeInclude?

    /// Reads the repository and turns per-worktree settings on.
    static func prepare(_ active: ActiveRun) async throws -> RunSite {
        let environment = active.environment
        let (common, remotes) = try await active.git { repository throws(GitError) in
            (repository.commonDirectory, try repository.remotes())
        }
        let isOffline = active.record.preflight?.findings.contains { $0.code == "fetch-failed" } ?? true
        let commonFolder = URL(fileURLWithPath: common).resolvingSymlinksInPath().path
        let tools = GuardTools(
            lane: GitLane(name: "guard"),
            runner: environment.runner,
            environment: environment.gitVariables
        )
        let isBound = try await WorktreeGuard.prepare(commonFolder: commonFolder, tools: tools)
        let facts = try await GuardFacts.load(commonFolder: commonFolder, isBound: isBound, tools: tools)
        let preflight = active.record.preflight
        let watch = try await GuardWatch.begin(
            commonFolder: commonFolder,
            sandbox: preflight.flatMap { SandboxKind(rawValue: $0.sandbox) } ?? .none,
            landingBranch: preflight.map { "refs/heads/" + $0.baseBranch },
            tools: tools
        )
        return RunSite(
            commonFolder: commonFolder,
            remotes: remotes.map(\.url),
            reachable: isOffline ? [] : remotes.map(\.name),
            tools: tools,
            facts: facts,
            watch: watch,
            include: try await AgentWorktrees(active).include()
        )
    }

    /// Where an agent of the run works.
    func guardSite(_ agent: AgentID, in active: ActiveRun) -> GuardSite? {
        guard let worktree = active.record.agents[agent]?.worktree else { return nil }
        let name = AgentWorktrees(active).name(agent)
        return GuardSite(
            run: active.run,
            agent: agent,
            commonFolder: commonFolder,
            worktree: URL(fileURLWithPath: worktree.path).resolvingSymlinksInPath().path,
            worktreeGitFolder: "\(commonFolder)/worktrees/\(name)",
            branch: worktree.branch,
            base: worktree.base
        )
    }
}

extension RunEnvironment {
    /// The environment of the runner's own git commands and of test commands: what a login shell has, nothing of git's.
    var gitVariables: [String: String] {
        var variables = variables.filter {
            ["PATH", "HOME", "LANG", "TERM", "TZ", "USER", "XDG_CONFIG_HOME"].contains($0.key)
                || $0.key.hasPrefix("LC_")
        }
        for name in ["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"] {
            variables[name] = self.variables[name]
        }
        variables["GIT_TERMINAL_PROMPT"] = "0"
        return variables
    }
}

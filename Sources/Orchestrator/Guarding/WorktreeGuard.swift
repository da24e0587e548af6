import ChildProcesses
import Foundation
package import RunModel

/// Keeps one agent's git commands on its own branch: hooks and settings for its worktree, and a launch environment.
///
/// The guard has three layers. Hooks refuse with a good message; ``SandboxPlan`` makes writing elsewhere impossible
/// where the machine has a sandbox; ``GuardSnapshot`` finds what got through and puts it back.
package struct WorktreeGuard: Sendable {
    package struct Options: Sendable, Hashable {
        /// Transports git may use inside the agent (`GIT_ALLOW_PROTOCOL`).
        ///
        /// Default none, which also stops fetches, submodules and package managers that run git; their plain downloads
        /// still work.
        package var allowedProtocols: [String]
        /// Who commits when the repository and the user have no identity.
        package var fallbackName: String
        package var fallbackEmail: String

        package init(
            allowedProtocols: [String] = [],
            fallbackName: String = "Switchyard",
            fallbackEmail: String = "switchyard@localhost"
        ) {
            self.allowedProtocols = allowedProtocols
            self.fallbackName = fallbackName
            self.fallbackEmail = fallbackEmail
        }
    }

    package let site: GuardSite
    /// Variables every process of the agent must have, besides a search path that begins with ``GuardSite/programs``.
    package let environment: [String: String]
    /// Notes for the report: layers that could not be put up, and why.
    package let findings: [Finding]

    /// Turns on per-worktree settings in the repository; call once per run, before ``install(_:options:facts:tools:)``.
    ///
    /// - Returns: whether hooks can be bound to a worktree. They cannot where `core.bare` or `core.worktree` would have
    ///   to move to another file first; then only the launch environment carries them.
    package static func prepare(commonFolder: String, tools: GuardTools) async throws(OrchestratorError) -> Bool {
        try await WorktreeSettings(commonFolder: commonFolder).enable(tools: tools)
    }

    /// Writes hooks and settings for the worktree, which must exist already.
    ///
    /// `facts` are what a run has read once for all its agents; without them they are read now.
    package static func install(
        _ site: GuardSite,
        options: Options = Options(),
        facts known: GuardFacts? = nil,
        tools: GuardTools
    ) async throws(OrchestratorError) -> WorktreeGuard {
        let facts: GuardFacts
        if let known {
            facts = known
        } else {
            facts = try await GuardFacts.load(commonFolder: site.commonFolder, tools: tools)
        }
        let isBound = facts.isBound
        let projectHooks = facts.projectHooks == site.hooks ? site.commonFolder + "/hooks" : facts.projectHooks
        let identity = identity(site, facts: facts, options: options, tools: tools)
        try await write(site, projectHooks: projectHooks, isBound: isBound, tools: tools)
        var environment = GuardSettings(site: site).environment.merging(identity) { $1 }
        // The guard's own transport only refuses, and says so where an agent can read it.
        environment["GIT_ALLOW_PROTOCOL"] = (options.allowedProtocols + [GuardSettings.refusedTransport])
            .joined(separator: ":")
        environment["GIT_TERMINAL_PROMPT"] = "0"
        var findings: [Finding] = []
        if !isBound {
            findings.append(
                Finding(
                    .note,
                    "guard-environment-only",
                    "Hooks are not bound to the worktree of agent \(site.agent), because the repository sets `core.bare` "
                        + "or `core.worktree`; the launch environment carries them.",
                    hint: "A sandbox (bubblewrap) holds without them."
                )
            )
        }
        return WorktreeGuard(site: site, environment: environment, findings: findings)
    }

    /// Removes hooks and settings; call when the worktree is removed.
    ///
    /// What was rescued stays until the run is cleaned.
    package func remove(tools: GuardTools) async { await Self.remove(site, tools: tools) }

    /// As ``remove(tools:)``, for a guard that an earlier process put up; a missing one is fine.
    package static func remove(_ site: GuardSite, tools: GuardTools) async {
        await tools.blocking {
            for path in [site.hooks, site.programs, site.refusals] { try? FileManager.default.removeItem(atPath: path) }
            unlink(site.settings)
            unlink(site.worktreeGitFolder + "/config.worktree")
            // Only succeed when empty: rescued files and other agents of the run keep the folders.
            rmdir(site.folder)
            rmdir((site.folder as NSString).deletingLastPathComponent)
        }
    }

    /// Puts the repository's settings back as they were before the first run, once no guarded worktree is left.
    package static func release(commonFolder: String, tools: GuardTools) async throws(OrchestratorError) {
        try await WorktreeSettings(commonFolder: commonFolder).restore(tools: tools)
    }

    private static func write(
        _ site: GuardSite,
        projectHooks: String,
        isBound: Bool,
        tools: GuardTools
    ) async throws(OrchestratorError) {
        let hooks = GuardHooks(site: site, projectHooks: projectHooks)
        let seen = projectHooks.hasPrefix("/") ? projectHooks : "\(site.worktree)/\(projectHooks)"
        let failure: (any Error)? = await tools.blocking { () -> (any Error)? in
            do {
                try? FileManager.default.removeItem(atPath: site.hooks)
                let scripts = hooks.scripts { GuardFiles.isExecutable("\(seen)/\($0)") }
                for (name, text) in scripts {
                    try GuardFiles.write(text, to: "\(site.hooks)/\(name)", isExecutable: true)
                }
                try? FileManager.default.removeItem(atPath: site.programs)
                for (name, text) in hooks.programs {
                    try GuardFiles.write(text, to: "\(site.programs)/\(name)", isExecutable: true)
                }
                try GuardFiles.createFolder(site.refusals)
                let settings = GuardSettings(site: site).text
                try GuardFiles.write(settings, to: site.settings)
                if isBound { try GuardFiles.write(settings, to: site.worktreeGitFolder + "/config.worktree") }
                return nil
            } catch {
                return error
            }
        }
        guard let failure else { return }
        if let known = failure as? OrchestratorError { throw known }
        throw OrchestratorError(
            .isolationBroken,
            "Cannot put up the guard in '\(site.folder)': \(failure.localizedDescription).",
            hint: "Check free space and who owns the folder."
        )
    }

    /// The user's own identity, with a mark behind the committer's name that reflogs keep.
    private static func identity(
        _ site: GuardSite,
        facts: GuardFacts,
        options: Options,
        tools: GuardTools
    ) -> [String: String] {
        let name = [tools.environment["GIT_COMMITTER_NAME"] ?? "", facts.name].first { !$0.isEmpty }
        let email = [tools.environment["GIT_COMMITTER_EMAIL"] ?? "", facts.email].first { !$0.isEmpty }
        var variables = [
            "GIT_COMMITTER_NAME": "\(name ?? options.fallbackName) \(site.mark)",
            "GIT_COMMITTER_EMAIL": email ?? options.fallbackEmail,
        ]
        for key in ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"] {
            if let value = tools.environment[key] { variables[key] = value }
        }
        if name == nil, variables["GIT_AUTHOR_NAME"] == nil { variables["GIT_AUTHOR_NAME"] = options.fallbackName }
        if email == nil, variables["GIT_AUTHOR_EMAIL"] == nil { variables["GIT_AUTHOR_EMAIL"] = options.fallbackEmail }
        return variables
    }
}

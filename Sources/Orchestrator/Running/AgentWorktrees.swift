import ChildProcesses
import Foundation
import Git
import RunModel

/// The worktrees of one run: created together, saved before anything is removed, removed by renaming.
struct AgentWorktrees {
    private let active: ActiveRun

    init(_ active: ActiveRun) {
        self.active = active
    }

    var trash: String { active.environment.state + "/trash" }

    /// Name below `.git/worktrees`.
    func name(_ agent: AgentID) -> String { active.folder.worktreeName(agent.slug) }

    /// The ignored files that new worktrees get.
    func include() async throws -> WorktreeInclude? {
        try await WorktreeInclude.load(
            repository: active.environment.repository,
            state: active.environment.state,
            options: WorktreeInclude.Options(mostBytes: active.options.includeLimitInBytes),
            command: active.environment.git,
            lane: active.lane
        )
    }

    /// The runner's own worktree, in which commands are tried on commits that no agent works on.
    ///
    /// Its folder and its name hold a dot, which no agent's slug does.
    var verify: VerifyWorktree {
        VerifyWorktree(
            repository: active.environment.repository,
            path: active.folder.verifyWorktree,
            name: active.folder.worktreeName(".verify"),
            lane: active.lane,
            command: active.environment.git
        ) { [active] path in
            guard let include = try await AgentWorktrees(active).include() else { return }
            for finding in try await include.copy(to: path, lane: active.lane) { try active.note(finding) }
        }
    }

    /// What commands in the runner's own worktree may write: its files and its index, and nothing else of the repository.
    ///
    /// `nil` without a sandbox.
    func verifySandbox(_ kind: SandboxKind) -> SandboxPolicy? {
        guard kind != .none else { return nil }
        let repository = active.environment.repository
        let common = FileManager.default.fileExists(atPath: repository + "/.git") ? repository + "/.git" : repository
        return SandboxPolicy(
            kind: kind,
            writablePaths: [verify.path, "\(common)/worktrees/\(verify.name)"],
            readOnlyPaths: [repository, common, active.environment.state + "/worktrees"],
            hiddenPaths: []
        )
    }

    /// Removes the runner's own worktree.
    func removeVerify() async throws {
        let list = WorktreeList(repository: active.environment.repository)
        let worktree = Worktree(name: verify.name, path: verify.path, branch: nil, head: nil)
        let trash = trash
        do throws(GitError) {
            try await active.lane.run { () throws(GitError) in
                guard try list.all().contains(where: { $0.name == worktree.name }) else { return }
                try list.remove(worktree, trash: trash, deletingBranchAt: nil)
            }
        } catch {
            throw OrchestratorError.gitFailed(error)
        }
    }

    /// Creates a worktree and a branch for each agent, at the commit.
    ///
    /// What an earlier try left under these names is saved and removed first.
    func create(_ agents: [AgentID], at base: OID) async throws {
        guard !agents.isEmpty else { return }
        for agent in agents { try await clear(agent, base: base) }
        let fanOut = WorktreeFanOut(repository: active.environment.repository, command: active.environment.git)
        let requests = agents.map {
            WorktreeRequest(name: name($0), path: active.folder.worktree($0), branch: active.folder.branch($0))
        }
        let made: [Worktree]
        do throws(GitError) {
            made = try await fanOut.create(requests, at: base, lane: active.lane)
        } catch {
            throw OrchestratorError.gitFailed(error)
        }
        for (agent, worktree) in zip(agents, made) {
            guard worktree.head == base, worktree.branch == active.folder.branch(agent) else {
                throw OrchestratorError(
                    .isolationBroken,
                    "The worktree '\(worktree.path)' of agent '\(agent)' is not on its branch at \(base.short).",
                    hint: "Nothing was started in it. Run 'switchyard clean', then 'switchyard resume \(active.run)'."
                )
            }
            try active.note(
                .worktreeCreated(
                    WorktreeCreated(
                        agent: agent,
                        path: worktree.path,
                        branch: active.folder.branch(agent),
                        base: base.hex
                    )
                )
            )
        }
    }

    /// Saves what lies under the agent's worktree and branch under a ref of its own, then removes both.
    private func clear(_ agent: AgentID, base: OID) async throws {
        let branch = active.folder.branch(agent)
        let path = active.folder.worktree(agent)
        let number = active.record.agents[agent]?.attempts.count ?? 0
        let isSaved = try await saveUncommitted(agent, path: path)
        let tip = try await active.git { repository throws(GitError) in try repository.reference(branch) }
        if let tip, tip != base {
            let ref = active.folder.rescuedRef(agent, attempt: number)
            try await active.git { repository throws(GitError) in
                try repository.setReference(
                    ref,
                    expecting: repository.reference(ref),
                    to: tip,
                    message: "switchyard: interrupted attempt"
                )
            }
            try active.note(.workSaved(WorkSaved(agent: agent, ref: ref, commit: tip.hex)))
        }
        try await remove(agent, branchAt: tip, into: isSaved ? trash : unsaved)
        let left = try await active.git { repository throws(GitError) in try repository.reference(branch) }
        if let left {
            try await active.git { repository throws(GitError) in
                try repository.deleteReference(branch, expecting: left)
            }
        }
    }

    /// Where worktrees go that could not be committed: with the run's logs, which stay for long.
    var unsaved: String { active.folder.path + "/unsaved" }

    private func link(_ agent: AgentID) async throws -> WorktreeLink {
        let common = try await active.git { repository throws(GitError) in repository.commonDirectory }
        return WorktreeLink(
            worktree: active.folder.worktree(agent),
            gitFolder: "\(common)/worktrees/\(name(agent))",
            commonFolder: common
        )
    }

    /// Keeps the commit a worktree stands at where no ref holds it, such as one that a test made on a detached HEAD.
    func keepHead(_ agent: AgentID) async throws {
        let path = active.folder.worktree(agent)
        guard !Self.isEmpty(path), try await link(agent).isWhole else { return }
        try await GitObstacles(active).clear(agent)
        let rescued = "refs/switchyard/rescued/\(active.run)/\(agent.slug)/"
        // Where HEAD cannot be read, the worktree itself is kept.
        _ = try? await active.lane.run(at: path) { worktree throws(GitError) in
            guard let head = try worktree.head().commit else { return }
            for held in try worktree.references().values {
                if held == head { return }
                if try worktree.isAncestor(head, of: held) { return }
            }
            _ = try worktree.keep(head, below: rescued, message: "switchyard: where a worktree stood")
        }
    }

    /// Why an agent's worktree holds something that no ref keeps; `nil` when everything is kept.
    ///
    /// Ignored files are nobody's work.
    func unsavedWork(_ agent: AgentID, base: String) async throws -> String? {
        let path = active.folder.worktree(agent)
        if Self.isEmpty(path) { return nil }
        guard try await link(agent).isWhole else { return Self.unlinked }
        // The gate's tests may have put something there since the agent ended.
        try await GitObstacles(active).clear(agent)
        let branch = active.folder.branch(agent)
        do throws(GitError) {
            return try await active.lane.run(at: path) { worktree throws(GitError) in
                if let dirty = try worktree.dirtyPaths().first { return "'\(dirty.path)' is not committed" }
                guard let tip = try worktree.reference(branch) else { return "its branch is gone" }
                return try worktree.nestedRepository(from: OID(hex: base), to: tip, in: path).map {
                    "'\($0)' is a repository of its own, whose commits are nowhere else"
                }
            }
        } catch {
            return error.message
        }
    }

    /// Commits what is uncommitted in the worktree; `false` when it holds something all the same that no ref keeps.
    private func saveUncommitted(_ agent: AgentID, path: String) async throws -> Bool {
        // Nobody has worked in one whose making was cut off.
        guard let base = active.record.agents[agent]?.worktree?.base, !Self.isEmpty(path) else { return true }
        var failure: String?
        if try await link(agent).isWhole {
            do throws(GitError) {
                try await commitUncommitted(agent, path: path)
            } catch {
                failure = error.message
            }
            try await keepHead(agent)
        }
        let unsaved = try await unsavedWork(agent, base: base)
        guard let why = failure ?? unsaved else { return true }
        try noteUnsaved(agent, why: why)
        return false
    }

    /// Commits on the agent's own branch; what stands on another is left, which may be the user's.
    private func commitUncommitted(_ agent: AgentID, path: String) async throws(GitError) {
        let time = Int64(active.environment.now().timeIntervalSince1970)
        let (lane, branch) = (active.lane, active.folder.branch(agent))
        let author = try await lane.run(at: path) { worktree throws(GitError) -> Signature? in
            guard try worktree.head().branch == branch else { return nil }
            return try worktree.signature(
                time: time,
                fallbackName: "Switchyard",
                fallbackEmail: "switchyard@localhost"
            )
        }
        guard let author else { return }
        _ = try await active.environment.git.commitWorktree(
            path,
            author: author,
            message: "work of an interrupted attempt",
            lane: lane
        )
    }

    private static let unlinked = "it is no worktree of this repository any more"

    private static func isEmpty(_ folder: String) -> Bool {
        (try? FileManager.default.contentsOfDirectory(atPath: folder))?.isEmpty ?? true
    }

    /// Says where the worktree of an agent is kept whose work no ref holds as a whole.
    func noteUnsaved(_ agent: AgentID, why: String) throws {
        try active.note(
            Finding(
                .warning,
                "work-unsaved",
                "The worktree of agent \(agent) holds work that could not be saved: \(why).",
                hint:
                    "It is kept as it is below '\(active.environment.relative(unsaved))'; take what you need from there."
            )
        )
    }

    private func removeBranch(of agent: AgentID, at commit: OID?) async throws(GitError) {
        guard let commit else { return }
        let branch = active.folder.branch(agent)
        try await active.lane.run(at: active.environment.repository) { repository throws(GitError) in
            guard try repository.reference(branch) == commit else { return }
            try repository.deleteReference(branch, expecting: commit)
        }
    }

    /// Removes the agent's worktree; its branch too, when it stands at that commit.
    ///
    /// The folder is renamed into the trash, or into another folder.
    func remove(_ agent: AgentID, branchAt commit: OID?, into folder: String? = nil) async throws {
        let list = WorktreeList(repository: active.environment.repository)
        let path = active.folder.worktree(agent)
        let worktree = Worktree(name: name(agent), path: path, branch: active.folder.branch(agent), head: nil)
        let trash = folder ?? trash
        let lane = active.lane
        do throws(GitError) {
            let known = try await lane.run { () throws(GitError) in try list.all() }
            guard known.contains(where: { $0.name == worktree.name }) || FileManager.default.fileExists(atPath: path)
            else {
                // A removal that was cut off between the worktree and its branch.
                return try await removeBranch(of: agent, at: commit)
            }
            _ = try await lane.run { () throws(GitError) in
                try list.remove(worktree, trash: trash, deletingBranchAt: commit)
            }
        } catch {
            throw OrchestratorError.gitFailed(error)
        }
    }
}

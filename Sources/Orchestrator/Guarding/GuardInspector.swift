package import ChildProcesses
package import Git
import RunModel

/// Compares the repository with the snapshot taken before an attempt, decides who did what, and puts it back.
///
/// What other people and programs do in the repository during a run is theirs: a ref whose mover nothing tells is
/// reported and left alone. The traces that count are in ``RefAttribution``.
package struct GuardInspector: Sendable {
    package let site: GuardSite
    /// Other agents whose attempts overlapped this one.
    package let others: [GuardSite]
    /// What kept this agent in, and the others: all agents of a run have the same.
    package let sandbox: SandboxKind
    /// Refs the runner itself moved meanwhile: full names, or folders with their last slash.
    package let ownMoves: Set<String>
    /// Full name of the branch the run lands on; it and the `HEAD` that names it are put back when they are changed past
    /// git.
    package let landingBranch: String?

    package init(
        site: GuardSite,
        others: [GuardSite] = [],
        sandbox: SandboxKind,
        ownMoves: Set<String> = [],
        landingBranch: String? = nil
    ) {
        self.site = site
        self.others = others
        self.sandbox = sandbox
        self.ownMoves = ownMoves
        self.landingBranch = landingBranch
    }

    var isSandboxed: Bool { sandbox != .none }
    var hasOtherSuspects: Bool { !isSandboxed && !others.isEmpty }

    /// Finds violations and undoes what can be undone; nothing is lost, see ``GuardViolation/kept``.
    ///
    /// - `command`: asks the snapshot's remotes again, to find pushes; `nil` leaves them out.
    package func inspect(
        since before: GuardSnapshot,
        command: GitCommand? = nil,
        tools: GuardTools
    ) async throws(OrchestratorError) -> GuardInspection {
        var violations = try await tools.withRepository(
            site.commonFolder,
            doing: "look for what agent \(site.agent) touched"
        ) {
            repository throws(GitError) in
            let after = try RefSnapshot.take(of: repository)
            let own = try ownCommits(repository)
            var violations = attempts(since: before)
            for difference in before.references.differences(to: after) {
                switch difference {
                case .reference(let name, let old, let new):
                    if let found = try reference(name, old, new, before: before, own: own, in: repository) {
                        violations.append(found)
                    }
                case .head(let worktree, let old, let new):
                    if let found = try head(worktree, old, new, before: before, in: repository) {
                        violations.append(found)
                    }
                case .file: break
                }
            }
            return violations + files(before: before, after: after)
        }
        if let command {
            violations += try await pushes(since: before, command: command, tools: tools)
        }
        return GuardInspection(agent: site.agent, violations: violations, sandbox: sandbox.rawValue)
    }

    /// What the guard's own hooks refused during the attempt, each thing once.
    private func attempts(since before: GuardSnapshot) -> [GuardViolation] {
        let text = GuardFiles.text(site.refusalLog, from: before.refusalLogSize) ?? ""
        var seen: Set<String> = []
        return text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 4, seen.insert(fields[0] + fields[1]).inserted else { return nil }
            return GuardViolation(
                kind: .attempt,
                subject: fields[0] == "ref" ? fields[1] : fields[0],
                before: fields[2],
                after: fields[3],
                attribution: .proved,
                evidence: "the hook of its worktree refused it",
                remedy: .notNeeded
            )
        }
    }

    /// Commits this agent made, as far as git knows: on its branch, and by the log of its worktree's `HEAD`.
    private func ownCommits(_ repository: borrowing Repository) throws(GitError) -> Set<String> {
        var own: Set<String> = []
        let log = Reflog.load(site.worktreeGitFolder + "/logs/HEAD", after: 0)
        for entry in log.entries where entry.isCreation { own.insert(entry.new) }
        if let tip = try repository.reference(site.branch) {
            for commit in try repository.commits(from: OID(hex: site.base), to: tip) { own.insert(commit.hex) }
        }
        // What another agent made may have been fast-forwarded to; it stays the other's.
        for other in others {
            guard let tip = try repository.reference(other.branch) else { continue }
            for commit in try repository.commits(from: OID(hex: other.base), to: tip) { own.remove(commit.hex) }
        }
        own.remove(site.base)
        return own
    }

    private func reference(
        _ name: String,
        _ old: ReferenceValue?,
        _ new: ReferenceValue?,
        before: GuardSnapshot,
        own: Set<String>,
        in repository: borrowing Repository
    ) throws(GitError) -> GuardViolation? {
        if name.hasPrefix(site.refFolder) { return nil }
        let log = "logs/\(name)"
        let entries = Reflog.load("\(site.commonFolder)/\(log)", after: before.logSizes[log] ?? 0).entries
        let decision = RefAttribution(
            mark: site.mark,
            entries: entries,
            after: new?.commit?.hex,
            ownCommit: try gained(old?.commit, new?.commit, own: own, in: repository),
            isLogged: name.hasPrefix("refs/heads/") && new?.commit != nil,
            isRunnerMove: isRunnerMove(name),
            isOtherAgentsBranch: others.contains { name.hasPrefix($0.refFolder) },
            isSandboxed: isSandboxed,
            hasOtherSuspects: hasOtherSuspects,
            isLandingBranch: name == landingBranch
        ).decide()
        guard case .violation(let attribution, let evidence, let isUndone) = decision else { return nil }
        let kind: GuardViolation.Kind = old == nil ? .refCreated : new == nil ? .refDeleted : .refMoved
        var violation = GuardViolation(
            kind: kind,
            subject: name,
            before: old?.text ?? "",
            after: new?.text ?? "",
            attribution: attribution,
            evidence: evidence
        )
        try undo(&violation, old, new, isWanted: isUndone, in: repository)
        return violation
    }

    /// The runner's own refs, what it says it moved, and branches of agents that are not at work.
    private func isRunnerMove(_ name: String) -> Bool {
        if name.hasPrefix("refs/switchyard/") { return true }
        if ownMoves.contains(where: { $0.hasSuffix("/") ? name.hasPrefix($0) : name == $0 }) { return true }
        return name.hasPrefix("refs/heads/switchyard/") && !others.contains { name.hasPrefix($0.refFolder) }
    }

    /// A commit of the agent's among those the ref has now and had not before.
    private func gained(
        _ old: OID?,
        _ new: OID?,
        own: Set<String>,
        in repository: borrowing Repository
    ) throws(GitError) -> String? {
        guard let new, !own.isEmpty else { return nil }
        if own.contains(new.hex) { return new.hex }
        // A ref without history before is compared with the agent's base, so that the walk stays short.
        let start: OID = if let old { old } else { try OID(hex: site.base) }
        let target = try repository.find("\(new.hex)^{commit}")
        guard let target, try repository.find("\(start.hex)^{commit}") != nil else { return nil }
        return try repository.commits(from: start, to: target).first { own.contains($0.hex) }?.hex
    }
}

extension ReferenceValue {
    var commit: OID? {
        if case .direct(let oid) = self { oid } else { nil }
    }

    var text: String {
        switch self {
        case .direct(let oid): oid.hex
        case .symbolic(let name): "ref: \(name)"
        }
    }
}

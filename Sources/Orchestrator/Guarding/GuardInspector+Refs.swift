import Git
import RunModel

extension GuardInspector {
    func reference(
        _ name: String,
        _ old: ReferenceValue?,
        _ new: ReferenceValue?,
        before: SharedState,
        owners: inout CommitOwners?,
        look: inout Look,
        in repository: borrowing Repository
    ) throws(GitError) {
        let log = "logs/\(name)"
        let entries = Reflog.load("\(commonFolder)/\(log)", after: before.logSizes[log] ?? 0).entries
        let owner = owner(of: name)
        var makers: [String: (agent: AgentID, commit: String)] = [:]
        if owner == nil, let base = atWork.first?.base {
            let known = if let owners { owners } else { try CommitOwners.load(wave, in: repository) }
            owners = known
            let logged = entries.suffix(Self.judgedEntries).flatMap { [$0.old, $0.new] }
            for value in Set(logged + [new?.commit?.hex].compactMap(\.self)) {
                guard value.contains(where: { $0 != "0" }) else { continue }
                makers[value] = try known.maker(of: value, over: old?.commit, base: base, in: repository)
            }
        }
        let decision = RefAttribution(
            suspects: suspects,
            owner: owner,
            entries: entries,
            before: old?.commit?.hex,
            after: new?.commit?.hex,
            makers: makers,
            isLogged: name.hasPrefix("refs/heads/") && new?.commit != nil,
            isRunnerMove: isRunnerMove(name),
            isSandboxed: isSandboxed,
            isLandingBranch: name == landingBranch,
            isUnsettled: before.unsettled.contains(name)
        ).decide()
        guard case .incident(let accused, let remedy) = decision, let first = accused.first?.agent else { return }
        var violation = GuardViolation(
            kind: old == nil ? .refCreated : new == nil ? .refDeleted : .refMoved,
            subject: name,
            before: old?.text ?? "",
            after: new?.text ?? "",
            attribution: .unknown,
            evidence: ""
        )
        let target: ReferenceValue?
        switch remedy {
        case .leave:
            if new == nil, let lost = old?.commit { violation.kept = try rescue(lost, from: first, in: repository) }
            return look.add(violation, accused)
        case .toBefore: target = old
        case .toLogged(let value):
            target = value.contains { $0 != "0" } ? .direct(try OID(hex: value)) : nil
        }
        // The value that would otherwise be reachable from nowhere: the foreign one, or the one that was deleted.
        if let lost = new?.commit ?? old?.commit { violation.kept = try rescue(lost, from: first, in: repository) }
        look.state.references.references[name] = target
        do throws(GitError) {
            let message = "switchyard: undo what \(Self.doer(accused)) did"
            try repository.restore(name, to: target, from: new, message: message)
            violation.remedy = .undone
            look.add(violation, accused)
        } catch {
            // The next look tries again: with these traces, and those of whoever moved it meanwhile.
            look.state.references.references[name] = old
            look.state.logSizes[log] = before.logSizes[log]
            look.state.unsettled.insert(name)
            look.add(violation, accused, note: "; it could not be put back: \(error.message)")
        }
    }

    /// Entries of one log whose commits are looked for among the agents' own; the latest count.
    private static var judgedEntries: Int { 32 }

    private static func doer(_ accused: [RefAttribution.Accusation]) -> String {
        accused.count == 1 ? "agent \(accused[0].agent)" : "an agent"
    }

    /// Makes the next free ref below the agent's rescue folder; the same commit is kept once.
    private func rescue(
        _ commit: OID,
        from agent: AgentID,
        in repository: borrowing Repository
    ) throws(GitError) -> String {
        try repository.keep(
            commit,
            below: "refs/switchyard/rescued/\(run)/\(agent.slug)/",
            message: "switchyard: keep what agent \(agent) moved"
        )
    }

    /// `HEAD` of another worktree, judged by that worktree's own log.
    func head(
        _ worktree: String,
        _ old: ReferenceValue?,
        _ new: ReferenceValue?,
        before: SharedState,
        look: inout Look,
        in repository: borrowing Repository
    ) throws(GitError) {
        // A worktree that comes or goes is the runner's or the user's doing.
        guard let old, let new else { return }
        let folder = worktree.isEmpty ? "" : "worktrees/\(worktree)/"
        let owner = wave.first { $0.worktreeGitFolder + "/" == "\(commonFolder)/\(folder)" }?.agent
        let log = "\(folder)logs/HEAD"
        let entries = Reflog.load("\(commonFolder)/\(log)", after: before.logSizes[log] ?? 0).entries
        let doers = entries.map { entry in suspects.first { $0.mark == entry.mark && $0.agent != owner }?.agent }
        let proved = Set(doers.compactMap(\.self)).sorted { $0.rawValue < $1.rawValue }
        let accused: [RefAttribution.Accusation]
        if !proved.isEmpty {
            accused = proved.map {
                .init(agent: $0, attribution: .proved, evidence: "its mark stands in the log of that HEAD")
            }
        } else {
            // A checkout, as a user's, says so in the log of `HEAD`; `symbolic-ref` and an editor do not. Only the `HEAD`
            // that the landing moves along is worth a guess.
            guard worktree.isEmpty, !isSandboxed, !entries.contains(where: \.isCheckout), before.logSizes[log] != nil,
                old == landingBranch.map(ReferenceValue.symbolic)
            else { return }
            accused = RefAttribution.suspicion("HEAD was written past its log", of: atWork.map(\.agent))
        }
        var violation = GuardViolation(
            kind: .headMoved,
            subject: worktree.isEmpty ? "HEAD of the main worktree" : "HEAD of worktree '\(worktree)'",
            before: old.text,
            after: new.text,
            attribution: .unknown,
            evidence: ""
        )
        // Whoever moved it later, and left no agent's mark, may go on from there.
        guard proved.isEmpty || doers.last != .some(nil) else { return look.add(violation, accused) }
        look.state.references.heads[worktree] = old
        do throws(GitError) {
            try repository.restoreHead(ofWorktree: worktree, to: old, from: new)
            violation.remedy = .undone
            look.add(violation, accused)
        } catch {
            look.state.logSizes[log] = before.logSizes[log]
            look.add(violation, accused, note: "; it could not be put back: \(error.message)")
        }
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
        case .unreadable(let line): line
        }
    }
}

import ChildProcesses
import Git
import RunModel

/// Compares what agents share with the last look, decides who did what, and puts it back; blocking.
///
/// What other people and programs do in the repository during a run is theirs: a ref whose mover nothing tells is
/// reported and left alone. The traces that count are in ``RefAttribution``.
struct GuardInspector: Sendable {
    let commonFolder: String
    let run: RunID
    /// Agents that may have done what is found, in order of name; at least one.
    let atWork: [GuardSite]
    /// All agents of the wave, whose branches are theirs.
    let neighbours: [GuardSite]
    let sandbox: SandboxKind
    /// Refs the runner itself moved meanwhile: full names, or folders with their last slash.
    let ownMoves: Set<String>
    let landingBranch: String?

    /// What one look found.
    struct Look: Sendable {
        var violations: [AgentID: [GuardViolation]] = [:]
        /// What the next look compares with: everything as it is now, but what should have been put back and could not.
        var state: SharedState

        /// Tells each accused agent its own version of what was found.
        mutating func add(_ violation: GuardViolation, _ accused: [RefAttribution.Accusation], note: String = "") {
            for accusation in accused {
                var own = violation
                own.attribution = accusation.attribution
                own.evidence = accusation.evidence + note
                violations[accusation.agent, default: []].append(own)
            }
        }
    }

    var isSandboxed: Bool { sandbox != .none }

    /// All agents of the wave, each once.
    var wave: [GuardSite] {
        atWork + neighbours.filter { neighbour in !atWork.contains { $0.agent == neighbour.agent } }
    }

    var suspects: [RefAttribution.Suspect] {
        atWork.map { RefAttribution.Suspect(agent: $0.agent, mark: $0.mark) }
    }

    func look(since before: SharedState, in repository: borrowing Repository) throws(GitError) -> Look {
        var look = Look(state: try SharedState.take(repository, commonFolder: commonFolder))
        var owners: CommitOwners?
        let differences = before.references.differences(to: look.state.references)
        // Refs that are new go first: one that lies where another was (`main/x`) keeps that from being put back.
        for difference in differences.filter(\.isCreation) + differences.filter({ !$0.isCreation }) {
            switch difference {
            case .reference(let name, let old, let new):
                try reference(name, old, new, before: before, owners: &owners, look: &look, in: repository)
            case .head(let worktree, let old, let new):
                try head(worktree, old, new, before: before, look: &look, in: repository)
            case .file: break
            }
        }
        files(before: before, look: &look)
        return look
    }

    /// Settings, hooks and `info`.
    private func files(before: SharedState, look: inout Look) {
        guard !isSandboxed else { return }
        let now = look.state.files
        for path in Set(before.files.keys).union(now.keys).sorted() where before.files[path] != now[path] {
            let (old, new) = (before.files[path], now[path])
            if path == "config", let old, let new, SettingsDifference.isHarmless(old.bytes, new.bytes) { continue }
            var violation = GuardViolation(changed: path, old: old, new: new)
            let accused = RefAttribution.suspicion("the file was changed", of: atWork.map(\.agent))
            guard let site = atWork.first else { continue }
            _ = violation.restore(old, over: new, in: site)
            // Also when it could not be put back: the next look tries again.
            look.state.files[path] = old
            look.add(violation, accused, note: violation.evidence)
        }
    }

    /// The agent whose branch folder the ref lies in.
    func owner(of name: String) -> AgentID? {
        wave.first { name.hasPrefix($0.refFolder) }?.agent
    }

    /// The runner's own refs, what it says it moved, and branches of agents of other waves.
    func isRunnerMove(_ name: String) -> Bool {
        if name.hasPrefix("refs/switchyard/") { return true }
        if ownMoves.contains(where: { $0.hasSuffix("/") ? name.hasPrefix($0) : name == $0 }) { return true }
        return name.hasPrefix("refs/heads/switchyard/") && owner(of: name) == nil
    }
}

extension RefSnapshot.Difference {
    fileprivate var isCreation: Bool {
        if case .reference(_, nil, _) = self { true } else { false }
    }
}

import RunModel

/// Decides from the traces of one ref's move which agents answer for it, and where the ref goes back to.
///
/// Pure, so that every case can be tested.
struct RefAttribution: Sendable {
    /// An agent that was at work since the last look and whose processes could write there.
    struct Suspect: Hashable, Sendable {
        var agent: AgentID
        /// Ends the committer's name in the log entries its processes make.
        var mark: String
    }

    struct Accusation: Hashable, Sendable {
        var agent: AgentID
        var attribution: GuardViolation.Attribution
        var evidence: String
    }

    enum Remedy: Hashable, Sendable {
        case leave
        /// To the value of the last look.
        case toBefore
        /// To a value that somebody else gave the ref since the last look (hex); zeros for none.
        case toLogged(String)
    }

    enum Decision: Hashable, Sendable {
        /// Nothing that an agent answers for.
        case ignored
        case incident([Accusation], Remedy)
    }

    /// In order of name; at least one.
    var suspects: [Suspect]
    /// The agent whose branch the ref is, at work or not.
    var owner: AgentID?
    /// Log entries of the ref since the last look, oldest first.
    var entries: [Reflog.Entry]
    /// Value at the last look (hex), or `nil` when there was no such ref.
    var before: String?
    /// Value now (hex), or `nil` when the ref is gone.
    var after: String?
    /// Agents of the wave, suspects or not, whose commits a value of the ref has gained since the last look, with one such
    /// commit.
    var makers: [String: (agent: AgentID, commit: String)]
    /// Git keeps a log for this ref, as for all branches.
    var isLogged: Bool
    /// The runner may have moved it.
    var isRunnerMove: Bool
    /// A sandbox kept the agents from writing there.
    var isSandboxed: Bool
    /// The run lands on this branch: without it nobody's work can land.
    var isLandingBranch = false
    /// An earlier look wanted the ref put back, and it moved again at that moment.
    var isUnsettled = false

    func decide() -> Decision {
        let marked = entries.compactMap(marker)
        if !marked.isEmpty {
            return .incident(accusations(of: marked) + pastGit(besides: marked), isBuiltOn ? .leave : remedy)
        }
        if isRunnerMove { return .ignored }
        let made = makings
        if !made.isEmpty {
            // Another run may have landed on top; a log that says so of the agent's own commit is forged.
            let isLandedOn = entries.last?.isByRunner == true && after.flatMap { makers[$0]?.commit } != after
            return .incident(made + pastGit(besides: made.map(\.agent)), isLandedOn ? .leave : remedy)
        }
        if isUnsettled, !isBuiltOn {
            let evidence = "an agent's move of the ref was still in place, which could not be put back before"
            let accused = suspects.map { Accusation(agent: $0.agent, attribution: .unknown, evidence: evidence) }
            return .incident(accused, remedy)
        }
        if let last = entries.last, last.new == after, last.mark != nil || last.isByRunner { return .ignored }
        if isSandboxed { return .ignored }
        return unmarked()
    }

    /// Nothing tells who moved it.
    private func unmarked() -> Decision {
        if owner != nil {
            guard after == nil else { return .ignored }
            return incident("an agent's branch was deleted while that agent was at work")
        }
        if after == nil, isLandingBranch { return incident("the branch the run lands on was deleted") }
        if isWrittenPastGit { return incident("the ref was written past git") }
        return .incident(
            others(than: owner).map {
                Accusation(
                    agent: $0,
                    attribution: .unknown,
                    evidence: "nothing tells who moved it: it may have been you or another program"
                )
            },
            .leave
        )
    }

    private func incident(_ what: String) -> Decision {
        let accused = others(than: owner)
        return accused.isEmpty ? .ignored : .incident(Self.suspicion(what, of: accused), remedy)
    }

    /// Holds something that no trace ties to one agent against the only one who can have done it, or tells it of all.
    static func suspicion(_ what: String, of agents: [AgentID]) -> [Accusation] {
        if agents.count == 1 {
            let evidence = "\(what), and this was the only agent at work without a sandbox"
            return [Accusation(agent: agents[0], attribution: .likely, evidence: evidence)]
        }
        let evidence = "\(what), while the agents \(names(agents)) were at work without a sandbox"
        return agents.map { Accusation(agent: $0, attribution: .unknown, evidence: evidence) }
    }

    private static func names(_ agents: [AgentID]) -> String {
        let shown = agents.prefix(8).map(\.rawValue)
        if agents.count > shown.count {
            return shown.joined(separator: ", ") + " and \(agents.count - shown.count) more"
        }
        return shown.dropLast().joined(separator: ", ") + " and " + (shown.last ?? "")
    }

    // MARK: Traces

    private func accusations(of agents: [AgentID]) -> [Accusation] {
        let evidence = "its mark stands in the ref's log" + (isBuiltOn ? ", and the ref moved again since" : "")
        return Set(agents).sorted { $0.rawValue < $1.rawValue }
            .map { Accusation(agent: $0, attribution: .proved, evidence: evidence) }
    }

    /// Suspects whose commits stand on the ref or stood there since the last look, each once.
    private var makings: [Accusation] {
        guard owner == nil else { return [] }
        // What a move overwrote past git shows in the log as its old value only.
        let values =
            entries.flatMap { [$0.old, $0.new] }.filter { makers[$0]?.commit == $0 } + [after].compactMap(\.self)
        var seen: Set<AgentID> = []
        return values.compactMap { value in
            guard let maker = makers[value], suspects.contains(where: { $0.agent == maker.agent }),
                seen.insert(maker.agent).inserted
            else { return nil }
            let evidence = "the ref has gained the commit \(maker.commit.prefix(10)), which this agent made"
            return Accusation(agent: maker.agent, attribution: .proved, evidence: evidence)
        }
    }

    /// What proves one agent's move does not clear the others of what was written past git.
    private func pastGit(besides marked: [AgentID]) -> [Accusation] {
        guard isWrittenPastGit || hasGap, !isSandboxed else { return [] }
        let rest = others(than: owner).filter { !marked.contains($0) }
        guard !rest.isEmpty else { return [] }
        return Self.suspicion("the ref was written past git", of: others(than: owner)).filter {
            rest.contains($0.agent)
        }
    }

    private func others(than agent: AgentID?) -> [AgentID] { suspects.map(\.agent).filter { $0 != agent } }

    /// The suspect whose mark the entry bears, unless the ref is its own.
    private func marker(_ entry: Reflog.Entry) -> AgentID? {
        guard let mark = entry.mark, let found = suspects.first(where: { $0.mark == mark })?.agent else { return nil }
        return found == owner ? nil : found
    }

    private var isWrittenPastGit: Bool { isLogged && after != nil && entries.last?.new != after }

    /// The log does not lead from the last look on in one chain: something between its entries was written past git.
    private var hasGap: Bool {
        guard let first = entries.first else { return false }
        var value = before ?? Self.zeros(like: first.old)
        // An entry of before the last look may be read again.
        let known = entries.firstIndex { $0.new == value }.map { $0 + 1 } ?? 0
        for entry in entries[known...] {
            if entry.old != value { return true }
            value = entry.new
        }
        return false
    }

    /// Somebody else moved the ref after the agents did and may have built on it: putting it back would lose that.
    private var isBuiltOn: Bool {
        guard let last = entries.last, last.new == (after ?? Self.zeros(like: last.new)) else { return false }
        return marker(last) == nil && makers[last.new]?.commit != last.new
    }

    /// What stood there before the agents' moves: others' moves since the last look are kept.
    private var remedy: Remedy {
        let trusted = entries.last { marker($0) == nil && (owner != nil || makers[$0.new] == nil) }
        guard let trusted, trusted.new != after else { return .toBefore }
        return .toLogged(trusted.new)
    }

    private static func zeros(like value: String) -> String { String(repeating: "0", count: value.count) }
}

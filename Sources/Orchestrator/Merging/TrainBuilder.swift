import Git
import RunModel

/// The work of building one train, with what is known so far.
struct TrainBuilder {
    let candidates: [MergeCandidate]
    /// Candidates of earlier waves, which the head holds already.
    let earlier: [MergeCandidate]
    let base: OID
    let rules: TrainRules
    let signature: Signature
    let union: PathSet

    /// The train's last commit.
    var head: OID
    var merged: [MergedCandidate] = []
    var outcomes: [AgentID: MergeOutcome] = [:]
    var findings: [Finding] = []
    var collected: [CollectedFile] = []
    /// What each candidate changed against its base; filled when first asked for.
    private var changes: [AgentID: [Change]] = [:]
    /// The conflicts of candidates that wait for another try.
    private var conflicts: [AgentID: [ConflictRecord]] = [:]

    init(
        candidates: [MergeCandidate],
        earlier: [MergeCandidate],
        head: OID,
        rules: TrainRules,
        in repository: borrowing Repository
    ) throws(GitError) {
        self.candidates = candidates
        self.earlier = earlier
        base = head
        self.head = head
        self.rules = rules
        union = rules.unionPaths
        signature = try rules.signature(in: repository)
    }

    /// Merges, retries, refuses, collects.
    mutating func build(in repository: borrowing Repository) throws(GitError) -> TrainBuild {
        var waiting = candidates
        while !waiting.isEmpty {
            var left: [MergeCandidate] = []
            for candidate in waiting {
                if missingDependency(of: candidate) != nil {
                    left.append(candidate)
                } else if try !merge(candidate, in: repository) {
                    left.append(candidate)
                }
            }
            // Another round can only help when this one brought something new onto the train.
            if left.count == waiting.count { break }
            waiting = left
        }
        for candidate in waiting where outcomes[candidate.agent] == nil { refuse(candidate) }
        try collect(in: repository)
        return TrainBuild(
            base: base,
            commit: head,
            earlier: earlier,
            merged: merged,
            outcomes: candidates.compactMap { outcomes[$0.agent] },
            collected: collected,
            findings: findings
        )
    }

    /// Everything on the train so far, earlier waves first.
    var onTrain: [MergeCandidate] { earlier + merged.map(\.candidate) }

    /// What the candidate changed against its base, without renames.
    mutating func changes(
        of candidate: MergeCandidate,
        in repository: borrowing Repository
    ) throws(GitError) -> [Change] {
        if let known = changes[candidate.agent] { return known }
        let found = try repository.changes(from: candidate.base, to: candidate.tip)
        changes[candidate.agent] = found
        return found
    }

    /// A candidate of this train that it depends on and that is not merged.
    private func missingDependency(of candidate: MergeCandidate) -> AgentID? {
        candidate.dependsOn.first { needed in
            candidates.contains { $0.agent == needed } && outcomes[needed]?.result != .merged
        }
    }

    /// Merges one candidate; false when it conflicts for now.
    private mutating func merge(
        _ candidate: MergeCandidate,
        in repository: borrowing Repository
    ) throws(GitError) -> Bool {
        if try repository.isAncestor(candidate.tip, of: head) {
            accept(candidate, at: head, recorded: candidate.tip, isAlreadyThere: true)
            return true
        }
        let isCarried =
            if candidate.base == base { false } else { try !repository.isAncestor(candidate.base, of: head) }
        let labels = MergeLabels(ours: "train", theirs: "\(candidate.agent)")
        switch try threeWay(candidate, isCarried: isCarried, labels: labels, in: repository) {
        case .clean(let tree):
            let isAlreadyThere = try repository.tree(of: head) == tree
            let side = isCarried ? try carry(candidate, tree: tree, in: repository) : candidate.tip
            let commit = try repository.createCommit(
                tree: tree,
                parents: [head, side],
                author: signature,
                message: TrainMessage.merge(candidate, run: rules.run)
            )
            accept(candidate, at: commit, recorded: commit, isAlreadyThere: isAlreadyThere)
            return true
        case .conflicted(let paths):
            conflicts[candidate.agent] = try describe(paths, of: candidate, isCarried: isCarried, in: repository)
            return false
        }
    }

    private func threeWay(
        _ candidate: MergeCandidate,
        isCarried: Bool,
        labels: MergeLabels,
        in repository: borrowing Repository
    ) throws(GitError) -> MergeResult {
        if isCarried {
            return try repository.mergeTrees(
                base: candidate.base,
                ours: head,
                theirs: candidate.tip,
                labels: labels,
                isUnion: { union.contains($0) }
            )
        }
        return try repository.mergeCommits(ours: head, theirs: candidate.tip, labels: labels) { union.contains($0) }
    }

    /// Writes the candidate's work as one commit on the train's head, without the history it started from.
    private func carry(
        _ candidate: MergeCandidate,
        tree: OID,
        in repository: borrowing Repository
    ) throws(GitError) -> OID {
        let tip = try repository.commit(candidate.tip)
        return try repository.createCommit(
            tree: tree,
            parents: [head],
            author: tip.author,
            committer: signature,
            message: tip.message
        )
    }

    /// The conflicts with the agents on the other side; hunks are made again with those agents' names on them.
    private mutating func describe(
        _ paths: [ConflictedPath],
        of candidate: MergeCandidate,
        isCarried: Bool,
        in repository: borrowing Repository
    ) throws(GitError) -> [ConflictRecord] {
        var others: [GitPath: [AgentID]] = [:]
        for conflict in paths { others[conflict.path] = try agents(behind: conflict, in: repository) }
        let everyone = onTrain.map(\.agent).filter { agent in others.values.contains { $0.contains(agent) } }
        let ours = everyone.isEmpty ? "branch" : everyone.map(\.rawValue).joined(separator: ", ")
        let labels = MergeLabels(ours: ours, theirs: "\(candidate.agent)")
        let result = try threeWay(candidate, isCarried: isCarried, labels: labels, in: repository)
        guard case .conflicted(let named) = result else { return paths.map { ConflictRecord($0, others: []) } }
        return named.map { ConflictRecord($0, others: others[$0.path] ?? []) }
    }

    /// The agents on the train whose work touched a path of the conflict.
    private mutating func agents(
        behind conflict: ConflictedPath,
        in repository: borrowing Repository
    ) throws(GitError) -> [AgentID] {
        let disputed = conflict.allPaths
        var found: [AgentID] = []
        for landed in onTrain {
            let touched = try changes(of: landed, in: repository).flatMap(\.paths)
            let isBehind = touched.contains { path in
                disputed.contains { $0 == path || $0.isInside(path) || path.isInside($0) }
            }
            if isBehind { found.append(landed.agent) }
        }
        return found
    }
}

extension TrainBuilder {
    private mutating func accept(
        _ candidate: MergeCandidate,
        at commit: OID,
        recorded: OID,
        isAlreadyThere: Bool
    ) {
        head = commit
        merged.append(MergedCandidate(candidate: candidate, commit: commit, isAlreadyThere: isAlreadyThere))
        var summary = "merged"
        if recorded == candidate.tip {
            summary = "already merged: the branch holds \(candidate.tip.short)"
        } else if isAlreadyThere {
            summary = "merged, but its changes were there already"
        } else if let freed = conflicts[candidate.agent] {
            summary = "merged after the rest, which settled a conflict in \(Self.list(freed))"
        }
        outcomes[candidate.agent] = MergeOutcome(
            agent: candidate.agent,
            result: .merged,
            commit: recorded.hex,
            summary: summary
        )
    }

    private mutating func refuse(_ candidate: MergeCandidate) {
        if let needed = missingDependency(of: candidate) {
            outcomes[candidate.agent] = MergeOutcome(
                agent: candidate.agent,
                result: .refused,
                reason: .dependencyRefused,
                summary: "depends on \(needed), which did not merge"
            )
            return
        }
        let records = conflicts[candidate.agent] ?? []
        let others = onTrain.map(\.agent).filter { agent in records.contains { $0.others.contains(agent) } }
        let opponent = others.isEmpty ? "the branch" : others.map(\.rawValue).joined(separator: ", ")
        outcomes[candidate.agent] = MergeOutcome(
            agent: candidate.agent,
            result: .refused,
            reason: .mergeConflict,
            summary: "conflicts with \(opponent) in \(Self.list(records))",
            conflicts: records
        )
    }

    private static func list(_ records: [ConflictRecord]) -> String {
        let names = records.prefix(3).map { "'\($0.path)'" }.joined(separator: ", ")
        return records.count > 3 ? "\(names) and \(records.count - 3) more" : names
    }
}

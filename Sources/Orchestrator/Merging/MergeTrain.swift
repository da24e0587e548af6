package import Git
package import RunModel

/// Merges candidates one after the other onto a head, in memory: no ref, index or working tree is touched.
///
/// What it writes are objects only; a train that is not landed leaves nothing but garbage for git to collect. Give the
/// commit a ref when it has to outlive a collection.
package struct MergeTrain: Sendable {
    /// Absolute path of the repository.
    package let repository: String
    package let lane: GitLane

    package init(repository: String, lane: GitLane) {
        self.repository = repository
        self.lane = lane
    }

    /// Merges the candidates in the given order, then runs the collect rules.
    ///
    /// Each candidate becomes one merge commit with the train's head and the agent's branch as parents. A candidate
    /// that conflicts is tried again after the rest, and refused as `merge_conflict` when that does not help; one that
    /// depends on a refused candidate is refused as `dependency_refused`. A candidate whose base is not part of the
    /// train's history, because the train it started from was built again, is carried over as one commit of its own
    /// instead of bringing the old train along.
    ///
    /// `earlier` are candidates that the head holds already, as earlier waves left it: their files are collected too,
    /// and their work is proven to be there still. Throws `GitError` when the repository cannot be read or written;
    /// conflicts are outcomes.
    package func build(
        _ candidates: [MergeCandidate],
        onto head: OID,
        rules: TrainRules,
        earlier: [MergeCandidate] = []
    ) async throws(GitError) -> TrainBuild {
        try await lane.run(at: repository) { (repository: borrowing Repository) throws(GitError) -> TrainBuild in
            var builder = try TrainBuilder(
                candidates: candidates,
                earlier: earlier,
                head: head,
                rules: rules,
                in: repository
            )
            return try builder.build(in: repository)
        }
    }

    /// Looks for hunks that candidates brought and the train lost; empty when landing loses nothing.
    package func lostHunks(of build: TrainBuild, rules: TrainRules) async throws(GitError) -> [LandingViolation] {
        try await lane.run(at: repository) {
            (repository: borrowing Repository) throws(GitError) -> [LandingViolation] in
            var proof = LandingProof(build: build, rules: rules)
            return try proof.violations(in: repository)
        }
    }

    /// Joins landed work with a remote branch that moved, as a merge commit that descends from both.
    ///
    /// The landed commit is the first parent, so that the local branch can be moved forward to the result and the result
    /// can be pushed without force; commits that exist only locally stay.
    package func join(
        _ landed: OID,
        with upstream: OID,
        named name: String,
        rules: TrainRules
    ) async throws(GitError) -> TrainJoin {
        try await lane.run(at: repository) { (repository: borrowing Repository) throws(GitError) -> TrainJoin in
            if try repository.isAncestor(upstream, of: landed) { return .joined(landed) }
            if try repository.isAncestor(landed, of: upstream) { return .joined(upstream) }
            let labels = MergeLabels(ours: "landed", theirs: name)
            let union = rules.unionPaths
            let result = try repository.mergeCommits(ours: landed, theirs: upstream, labels: labels) {
                union.contains($0)
            }
            switch result {
            case .clean(let tree):
                let signature = try rules.signature(in: repository)
                let message = TrainMessage.join(name, run: rules.run)
                return .joined(
                    try repository.createCommit(
                        tree: tree,
                        parents: [landed, upstream],
                        author: signature,
                        message: message
                    )
                )
            case .conflicted(let paths):
                return .conflicted(paths.map { ConflictRecord($0, others: []) })
            }
        }
    }
}

/// What joining landed work with a moved remote came to.
package enum TrainJoin: Hashable, Sendable {
    /// The commit that descends from both.
    case joined(OID)
    /// The remote's new commits and the landed work touch the same lines.
    case conflicted([ConflictRecord])
}

extension TrainRules {
    /// The repository's configured identity at the train's time.
    func signature(in repository: borrowing Repository) throws(GitError) -> Signature {
        var signature = try repository.signature(
            time: time,
            fallbackName: "Switchyard",
            fallbackEmail: "switchyard@localhost"
        )
        signature.offsetInMinutes = offsetInMinutes
        return signature
    }
}

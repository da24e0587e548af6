import Git
import RunModel

/// Checks before landing that every hunk of every candidate on the train is still in its last commit.
///
/// A hunk may be missing only where a later candidate that owns the file changed it. Files merged by union must hold
/// every added line; the content of a collected file must stand in its target.
struct LandingProof {
    let build: TrainBuild
    private let union: PathSet
    private let onTrain: [MergeCandidate]
    private var changes: [AgentID: [Change]] = [:]
    /// The places on the train of the candidates that changed a path, in order.
    private var places: [GitPath: [Int]] = [:]

    init(build: TrainBuild, rules: TrainRules) {
        self.build = build
        onTrain = build.earlier + build.merged.map(\.candidate)
        union = rules.unionPaths
    }

    /// Everything that was lost; empty when landing is safe.
    mutating func violations(in repository: borrowing Repository) throws(GitError) -> [LandingViolation] {
        for (place, candidate) in onTrain.enumerated() {
            let found = try repository.changes(
                from: candidate.base,
                to: candidate.tip,
                detail: DiffDetail(joinsRenames: true, hasHunks: true)
            )
            changes[candidate.agent] = found
            for path in Set(found.flatMap(\.paths)) { places[path, default: []].append(place) }
        }
        var lost: [LandingViolation] = []
        for (place, candidate) in onTrain.enumerated() {
            // What the branch held before the train is the branch's to change: a later revert is no loss of ours.
            let isNew = place >= build.earlier.count
            if isNew, try repository.isAncestor(candidate.tip, of: build.base) { continue }
            for change in changes[candidate.agent, default: []] {
                let owners = owners(of: change, after: place)
                for hunk in try lostHunks(of: change, candidate: candidate, owners: owners, in: repository) {
                    lost.append(
                        LandingViolation(agent: candidate.agent, path: "\(change.path)", hunk: hunk)
                    )
                }
            }
        }
        return lost
    }

    /// The later candidates that changed the file and own it, so that they answer for it.
    private func owners(of change: Change, after place: Int) -> [MergeCandidate] {
        var found: Set<Int> = []
        for path in change.paths {
            found.formUnion(
                places[path, default: []].filter { later in
                    later > place && PathSet(owned: onTrain[later].ownership).contains(path)
                }
            )
        }
        return found.sorted().map { onTrain[$0] }
    }

    /// The parts of one change that the train's last commit does not hold, described.
    private func lostHunks(
        of change: Change,
        candidate: MergeCandidate,
        owners: [MergeCandidate],
        in repository: borrowing Repository
    ) throws(GitError) -> [String] {
        let whole = try lostWholes(of: change, candidate: candidate, in: repository)
        if !whole.isEmpty { return owners.isEmpty ? whole : [] }
        guard let new = change.new, new.mode.isRegular, !change.isBinary,
            let entry = try finalEntry(of: change, candidate: candidate, in: repository),
            entry.oid != new.oid, change.old?.oid != new.oid
        else { return [] }
        return try lostLines(of: change, new: new, final: entry, owners: owners, in: repository)
    }

    /// What the change did to the file as a whole and the train's last commit does not show.
    private func lostWholes(
        of change: Change,
        candidate: MergeCandidate,
        in repository: borrowing Repository
    ) throws(GitError) -> [String] {
        if change.status == .renamed, try repository.entry(at: change.oldPath, in: build.commit) == change.old {
            return ["the rename from '\(change.oldPath)'"]
        }
        guard let new = change.new else {
            let entry = try repository.entry(at: change.oldPath, in: build.commit)
            return entry == nil || entry?.mode == .folder ? [] : ["the removal"]
        }
        if let collected = build.collected.first(where: { $0.path == change.newPath && $0.isRemoved }) {
            let isThere = try isCollected(new, into: collected.target, in: repository)
            return isThere ? [] : ["the content collected into '\(collected.target)'"]
        }
        guard let entry = try finalEntry(of: change, candidate: candidate, in: repository) else { return ["the file"] }
        if entry == new { return [] }
        var lost: [String] = []
        if change.old?.mode != new.mode && entry.mode != new.mode { lost.append("mode \(new.mode.octal)") }
        if entry.oid == new.oid || change.old?.oid == new.oid { return lost }
        let areLines = new.mode.isRegular && entry.mode.isRegular && !change.isBinary
        return areLines ? lost : lost + ["the file"]
    }

    /// The hunks of a changed text file that its final content does not hold and that no later owner changed.
    private func lostLines(
        of change: Change,
        new: TreeEntry,
        final: TreeEntry,
        owners: [MergeCandidate],
        in repository: borrowing Repository
    ) throws(GitError) -> [String] {
        let tip = try repository.blob(new.oid)
        let old = if let old = change.old, old.mode.isRegular { try repository.blob(old.oid) } else { [UInt8]() }
        let hunks = HunkSurvival(tip: tip, old: old, isUnion: union.contains(change.newPath))
        let lost = hunks.lost(change.hunks, in: try repository.blob(final.oid))
        var excused: Set<Hunk> = []
        for owner in lost.isEmpty ? [] : owners {
            guard let before = try repository.contents(of: change.newPath, in: owner.base),
                let after = try repository.contents(of: change.newPath, in: owner.tip)
            else { return [] }
            // The owner had the hunk before it, and took it away by its own change.
            excused.formUnion(Set(hunks.lost(lost, in: after)).subtracting(hunks.lost(lost, in: before)))
        }
        return lost.filter { !excused.contains($0) }.map(HunkSurvival.describe)
    }

    /// The change's file in the train's last commit, also under the name another change gave it.
    private func finalEntry(
        of change: Change,
        candidate: MergeCandidate,
        in repository: borrowing Repository
    ) throws(GitError) -> TreeEntry? {
        if let entry = try repository.entry(at: change.newPath, in: build.commit) { return entry }
        let renames = try repository.changes(
            from: candidate.base,
            to: build.commit,
            detail: DiffDetail(joinsRenames: true)
        )
        return renames.first { $0.status == .renamed && $0.oldPath == change.oldPath }?.new
    }

    private func isCollected(
        _ piece: TreeEntry,
        into target: GitPath,
        in repository: borrowing Repository
    ) throws(GitError) -> Bool {
        let text = CollectStep.trimmed(try repository.blob(piece.oid))
        guard !text.isEmpty else { return true }
        guard let content = try repository.contents(of: target, in: build.commit) else { return false }
        let survival = LineSurvival(tip: text, final: content)
        return survival.holds(0..<LineSurvival.lines(text).count)
    }
}

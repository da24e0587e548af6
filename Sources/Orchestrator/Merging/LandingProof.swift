import Git
import RunModel

/// Checks before landing that every hunk of every candidate on the train is still in its last commit.
///
/// A hunk may be missing only where a later candidate that owns the file changed it. Files merged by union must hold
/// every added line; the content of a collected file must stand in its target.
struct LandingProof {
    let build: TrainBuild
    private let union: PathSet
    private var changes: [AgentID: [Change]] = [:]

    init(build: TrainBuild, rules: TrainRules) {
        self.build = build
        union = rules.unionPaths
    }

    /// Everything that was lost; empty when landing is safe.
    mutating func violations(in repository: borrowing Repository) throws(GitError) -> [LandingViolation] {
        let onTrain = build.earlier + build.merged.map(\.candidate)
        for candidate in onTrain {
            changes[candidate.agent] = try repository.changes(
                from: candidate.base,
                to: candidate.tip,
                detail: DiffDetail(joinsRenames: true, hasHunks: true)
            )
        }
        var lost: [LandingViolation] = []
        for (place, candidate) in onTrain.enumerated() {
            // What the branch held before the train is the branch's to change: a later revert is no loss of ours.
            let isNew = place >= build.earlier.count
            if isNew, try repository.isAncestor(candidate.tip, of: build.base) { continue }
            let later = Array(onTrain.dropFirst(place + 1))
            for change in changes[candidate.agent, default: []] where !isExcused(change, by: later) {
                for hunk in try lostHunks(of: change, candidate: candidate, in: repository) {
                    lost.append(
                        LandingViolation(agent: candidate.agent, path: "\(change.path)", hunk: hunk)
                    )
                }
            }
        }
        return lost
    }

    /// A later candidate that owns the file changed it, so it answers for the whole content.
    private func isExcused(_ change: Change, by later: [MergeCandidate]) -> Bool {
        later.contains { candidate in
            let touched = Set(changes[candidate.agent, default: []].flatMap(\.paths))
            let owned = PathSet(owned: candidate.ownership)
            return change.paths.contains { touched.contains($0) && owned.contains($0) }
        }
    }

    /// The parts of one change that the train's last commit does not hold, described.
    private func lostHunks(
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
        guard new.mode.isRegular, entry.mode.isRegular, !change.isBinary else { return lost + ["the file"] }
        return lost + (try lostLines(of: change, new: new, final: entry, in: repository))
    }

    private func lostLines(
        of change: Change,
        new: TreeEntry,
        final: TreeEntry,
        in repository: borrowing Repository
    ) throws(GitError) -> [String] {
        let survival = LineSurvival(tip: try repository.blob(new.oid), final: try repository.blob(final.oid))
        let old = if let old = change.old, old.mode.isRegular { try repository.blob(old.oid) } else { [UInt8]() }
        let oldLines = LineSurvival.lines(old)
        let isUnion = union.contains(change.newPath)
        var lost: [String] = []
        for hunk in change.hunks {
            if hunk.newCount > 0 {
                let range = (hunk.newStart - 1)..<(hunk.newStart - 1 + hunk.newCount)
                let isHeld = isUnion ? survival.holdsEachLine(of: range) : survival.holds(range)
                if !isHeld { lost.append(Self.lines(range)) }
            } else if !isUnion {
                let range = ((hunk.oldStart - 1)..<(hunk.oldStart - 1 + hunk.oldCount)).clamped(to: 0..<oldLines.count)
                if survival.bringsBack(Array(oldLines[range]), at: hunk.newStart) {
                    lost.append("removal of old \(Self.lines(range))")
                }
            }
        }
        return lost
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

    private static func lines(_ range: Range<Int>) -> String {
        range.count == 1 ? "line \(range.lowerBound + 1)" : "lines \(range.lowerBound + 1)-\(range.upperBound)"
    }
}

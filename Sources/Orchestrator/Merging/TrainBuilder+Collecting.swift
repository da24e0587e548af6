import Git
import RunModel

extension TrainBuilder {
    /// Runs the collect rules on the train's head, as one last commit; none when there is nothing to collect.
    mutating func collect(in repository: borrowing Repository) throws(GitError) {
        guard !rules.collect.isEmpty, !onTrain.isEmpty else { return }
        let brought = try broughtFiles(in: repository)
        var edits: [GitPath: TreeEntry?] = [:]
        for rule in rules.collect {
            try follow(rule, brought: brought, edits: &edits, in: repository)
        }
        guard !edits.isEmpty else { return }
        let tree = try repository.writeTree(base: head, edits: edits)
        guard try tree != repository.tree(of: head) else { return }
        head = try repository.createCommit(
            tree: tree,
            parents: [head],
            author: signature,
            message: TrainMessage.collect(collected, run: rules.run)
        )
    }

    /// Regular files that agents on the train added or changed; a file of several belongs to the first.
    private mutating func broughtFiles(in repository: borrowing Repository) throws(GitError) -> [CollectStep.Piece] {
        var pieces: [CollectStep.Piece] = []
        var seen: Set<GitPath> = []
        for (place, candidate) in onTrain.enumerated() {
            for change in try changes(of: candidate, in: repository) {
                guard change.new?.mode.isRegular == true, seen.insert(change.newPath).inserted else { continue }
                pieces.append(CollectStep.Piece(path: change.newPath, agent: candidate.agent, place: place))
            }
        }
        return pieces
    }

    private mutating func follow(
        _ rule: CollectRule,
        brought: [CollectStep.Piece],
        edits: inout [GitPath: TreeEntry?],
        in repository: borrowing Repository
    ) throws(GitError) {
        let pieces = CollectStep.pieces(for: rule, among: brought)
        guard !pieces.isEmpty else { return }
        let target = GitPath(rule.target)
        let existing = try current(target, edits, in: repository)
        guard target.isSafe, existing.map(\.mode.isRegular) ?? true else {
            findings.append(unusableTarget(rule))
            return
        }
        var contents: [[UInt8]] = []
        for piece in pieces {
            guard let entry = try current(piece.path, edits, in: repository), entry.mode.isRegular else { continue }
            contents.append(try repository.blob(entry.oid))
            collected.append(
                CollectedFile(path: piece.path, target: target, agent: piece.agent, isRemoved: rule.removesSources)
            )
            if rule.removesSources { edits.updateValue(nil, forKey: piece.path) }
        }
        let before = if let existing { try repository.blob(existing.oid) } else { [UInt8]() }
        let after = CollectStep.joined(target: before, pieces: contents)
        guard after != before else { return }
        let blob = try repository.writeBlob(after)
        edits.updateValue(TreeEntry(mode: existing?.mode ?? .file, oid: blob), forKey: target)
    }

    /// The entry at the path with the edits so far.
    private func current(
        _ path: GitPath,
        _ edits: [GitPath: TreeEntry?],
        in repository: borrowing Repository
    ) throws(GitError) -> TreeEntry? {
        if let edited = edits[path] { return edited }
        return try repository.entry(at: path, in: head)
    }

    private func unusableTarget(_ rule: CollectRule) -> Finding {
        Finding(
            .warning,
            "collect-target",
            "'\(rule.pattern)' was not collected: '\(rule.target)' is not a plain file of the repository.",
            line: rule.line,
            hint: "Name a file as the target; the pieces are in the tree as they were."
        )
    }
}

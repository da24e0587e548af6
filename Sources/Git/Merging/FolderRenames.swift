/// Finds files that one side adds to a folder which the other side renamed.
///
/// A merge by paths leaves such a file alone in a folder that nobody looks into any more. Git calls it a conflict too
/// (`merge.directoryRenames=conflict`, its default): the file may belong into the new folder.
struct FolderRenames {
    /// A file that was added below a folder which is gone on the other side.
    private struct Stray {
        var path: GitPath
        var entry: TreeEntry
        /// The deepest such folder.
        var folder: GitPath
    }

    let base: OID
    let ours: OID
    let theirs: OID
    let labels: MergeLabels

    /// The conflicts, in order of path; the trees are compared only where their folders differ.
    func conflicts(in repository: borrowing Repository) throws(GitError) -> [ConflictedPath] {
        let changes = try repository.changes(from: base, to: theirs)
        var found: [ConflictedPath] = []
        for (stray, target) in try settled(addedByTheirs(changes, repository), renamedIn: ours, repository) {
            let side = ConflictedPath.Side(path: stray.path, entry: stray.entry)
            found.append(Self.conflict(stray, target, ours: nil, theirs: side, renamer: labels.ours))
        }
        for (stray, target) in try settled(addedByOurs(changes, repository), renamedIn: theirs, repository) {
            let side = ConflictedPath.Side(path: stray.path, entry: stray.entry)
            found.append(Self.conflict(stray, target, ours: side, theirs: nil, renamer: labels.theirs))
        }
        return found.sorted { $0.path < $1.path }
    }

    private static func conflict(
        _ stray: Stray,
        _ target: GitPath,
        ours: ConflictedPath.Side?,
        theirs: ConflictedPath.Side?,
        renamer: String
    ) -> ConflictedPath {
        let to = target.bytes.isEmpty ? "the root" : "'\(target)'"
        return ConflictedPath(
            path: stray.path,
            kind: .location,
            ancestor: nil,
            ours: ours,
            theirs: theirs,
            hunks: ["'\(stray.path)' was added to the folder '\(stray.folder)', which \(renamer) renamed to \(to)"]
        )
    }

    // MARK: Candidates

    private func addedByTheirs(
        _ changes: [Change],
        _ repository: borrowing Repository
    ) throws(GitError) -> [Stray] {
        var strays: [Stray] = []
        var known: [GitPath: Bool] = [:]
        for change in changes where change.status == .added {
            guard let entry = change.new else { continue }
            if let folder = try goneFolder(above: change.newPath, in: ours, &known, repository) {
                strays.append(Stray(path: change.newPath, entry: entry, folder: folder))
            }
        }
        return strays
    }

    private func addedByOurs(_ changes: [Change], _ repository: borrowing Repository) throws(GitError) -> [Stray] {
        var strays: [Stray] = []
        var known: [GitPath: Bool] = [:]
        var folders: Set<GitPath> = []
        for change in changes where change.status == .deleted {
            if let folder = try goneFolder(above: change.oldPath, in: theirs, &known, repository) {
                folders.insert(folder)
            }
        }
        for folder in folders {
            guard let old = try repository.entry(at: folder, in: base),
                let new = try repository.entry(at: folder, in: ours), new.mode == .folder, old.oid != new.oid
            else { continue }
            for change in try repository.changes(from: old.oid, to: new.oid) where change.status == .added {
                guard let entry = change.new else { continue }
                let path = GitPath(bytes: folder.bytes + [UInt8(ascii: "/")] + change.newPath.bytes)
                // One that lies deeper is found below the deeper folder.
                let deepest = try goneFolder(above: path, in: theirs, &known, repository)
                if deepest == folder { strays.append(Stray(path: path, entry: entry, folder: folder)) }
            }
        }
        return strays
    }

    /// The deepest folder above the path that the base has and the tree has not.
    private func goneFolder(
        above path: GitPath,
        in tree: OID,
        _ known: inout [GitPath: Bool],
        _ repository: borrowing Repository
    ) throws(GitError) -> GitPath? {
        var folder = path.parent
        while let found = folder {
            let isGone: Bool
            if let answer = known[found] {
                isGone = answer
            } else {
                let (here, before) = (
                    try repository.entry(at: found, in: tree), try repository.entry(at: found, in: base)
                )
                isGone = here == nil && before?.mode == .folder
                known[found] = isGone
            }
            if isGone { return found }
            folder = found.parent
        }
        return nil
    }

    // MARK: Renames

    /// The files whose folder was renamed rather than deleted, with where to: the place most of its files went to.
    private func settled(
        _ strays: [Stray],
        renamedIn side: OID,
        _ repository: borrowing Repository
    ) throws(GitError) -> [(Stray, GitPath)] {
        guard !strays.isEmpty else { return [] }
        let renames = try repository.changes(from: base, to: side, detail: DiffDetail(joinsRenames: true))
            .filter { $0.status == .renamed }
        var targets: [GitPath: GitPath?] = [:]
        return strays.compactMap { stray in
            if targets[stray.folder] == nil { targets[stray.folder] = .some(Self.target(of: stray.folder, renames)) }
            return targets[stray.folder].flatMap(\.self).map { (stray, $0) }
        }
    }

    /// Where most files of the folder went; `nil` when two places have as many, or none has any.
    private static func target(of folder: GitPath, _ renames: [Change]) -> GitPath? {
        var counts: [GitPath: Int] = [:]
        for rename in renames where rename.oldPath.isInside(folder) {
            let rest = rename.oldPath.bytes.dropFirst(folder.bytes.count)
            if rename.newPath.bytes.count >= rest.count, rename.newPath.bytes.suffix(rest.count) == rest {
                counts[GitPath(bytes: rename.newPath.bytes.dropLast(rest.count)), default: 0] += 1
            } else if rename.oldPath.parent == folder {
                counts[rename.newPath.parent ?? GitPath(""), default: 0] += 1
            }
        }
        guard let most = counts.values.max() else { return nil }
        let places = counts.filter { $0.value == most }
        return places.count == 1 ? places.first?.key : nil
    }
}

/// What the worktrees of one commit hold, in the order they are written.
struct FanOutPlan {
    struct File {
        var path: GitPath
        var entry: TreeEntry
    }

    let commit: OID
    let tree: OID
    /// Folders, each after the one it lies in.
    let folders: [GitPath]
    /// Everything else, in the index's order.
    let files: [File]
    let filter: FilterNeed

    /// Reads the commit's tree and refuses what must not be written.
    init(commit: OID, in repository: borrowing Repository) throws(GitError) {
        var folders: [GitPath] = []
        var lastFolder: GitPath?
        var seen: Set<GitPath> = []
        var files: [File] = []
        var attributes: [OID] = []
        for (path, entry) in try repository.allEntries(of: commit) {
            guard path.isSafe else {
                throw GitError(
                    code: .unsafePath,
                    message:
                        "cannot create a worktree of \(commit.short): its path '\(path)' leaves the tree or touches '.git'",
                    subject: path.description,
                    hint: "remove the path from the branch"
                )
            }
            let parent = path.parent
            if let parent, parent != lastFolder {
                Self.add(parent, to: &folders, seen: &seen)
                lastFolder = parent
            }
            files.append(File(path: path, entry: entry))
            if entry.mode == .submodule { Self.add(path, to: &folders, seen: &seen) }
            if entry.mode.isRegular, path.name == Array(".gitattributes".utf8) { attributes.append(entry.oid) }
        }
        self.commit = commit
        tree = try repository.tree(of: commit)
        self.folders = folders
        self.files = files
        filter = try repository.filterNeed(attributes: attributes)
    }

    private static func add(_ folder: GitPath, to folders: inout [GitPath], seen: inout Set<GitPath>) {
        guard seen.insert(folder).inserted else { return }
        if let parent = folder.parent { add(parent, to: &folders, seen: &seen) }
        folders.append(folder)
    }
}

import CLibGit2
import CLinux
import Glibc

/// What a landing did.
package struct LandingResult: Hashable, Sendable {
    /// The branch now stands at the new commit.
    package var isMoved: Bool
    /// The main working tree shows the new commit, or has another branch checked out and was left alone.
    package var isWorkdirCurrent: Bool
    /// The files that stood in the way; when there are some, neither the branch nor any file was changed.
    package var blockedPaths: [GitPath]

    package init(isMoved: Bool, isWorkdirCurrent: Bool, blockedPaths: [GitPath]) {
        self.isMoved = isMoved
        self.isWorkdirCurrent = isWorkdirCurrent
        self.blockedPaths = blockedPaths
    }
}

extension Repository {
    /// Moves a branch from one commit to a descendant, and the working tree that has it checked out along with it.
    ///
    /// The ref is locked first, so no other git process can move it meanwhile. Files with changes the user did not
    /// commit, untracked and ignored files are never overwritten: if one is in the way, nothing changes at all and the
    /// paths are returned. Dirty files the landing does not touch stay as they are. Throws `moved` when the branch does
    /// not stand at `old` or `new` does not descend from it, `locked` when another process holds the ref or the index.
    ///
    /// - `command`: Moves the working tree in libgit2's place where files pass external filters (LFS) on their way there;
    ///   without it they are written unfiltered.
    /// - `beforeMove`: Runs while the ref is locked and before anything changes; nothing does when it throws.
    package func landFastForward(
        branch: String,
        from old: OID,
        to new: OID,
        message: String,
        command: GitCommand? = nil,
        beforeMove: () throws(GitError) -> Void = { () throws(GitError) in }
    ) throws(GitError) -> LandingResult {
        guard try isAncestor(old, of: new) else {
            throw GitError(
                code: .moved,
                message: "cannot land \(new.short) on '\(branch)': it does not descend from \(old.short)",
                subject: branch,
                hint: "build the merge again on the branch's present commit"
            )
        }
        return try withReferenceLock(branch, expecting: old, message: message) { () throws(GitError) in
            try beforeMove()
            guard let holder = try worktreeHolding(branch: branch) else {
                return (LandingResult(isMoved: true, isWorkdirCurrent: true, blockedPaths: []), new)
            }
            let worktree = try Repository(path: holder)
            let blocked = try worktree.moveWorkdir(from: old, to: new, command: command)
            guard blocked.isEmpty else {
                return (LandingResult(isMoved: false, isWorkdirCurrent: false, blockedPaths: blocked), nil)
            }
            return (LandingResult(isMoved: true, isWorkdirCurrent: true, blockedPaths: []), new)
        }
    }

    /// The worktree folder (main or linked) that has the branch checked out, or `nil`.
    package func worktreeHolding(branch: String) throws(GitError) -> String? {
        let main = try Repository(path: commonDirectory)
        if let folder = main.workingDirectory, try main.head().branch == branch { return folder }
        return try WorktreeList(repository: commonDirectory).all().first { $0.branch == branch && !$0.isStale }?.path
    }

    private func moveWorkdir(from old: OID, to new: OID, command: GitCommand?) throws(GitError) -> [GitPath] {
        guard let command, let folder = workingDirectory, try needsExternalFilter(old, new) else {
            return try moveWorkdir(from: old, to: new)
        }
        try requireFreeIndex()
        let pending = try conflictedIndexPaths()
        guard pending.isEmpty else { return pending }
        return try command.blocking { () throws(GitError) in
            try await command.moveWorkdir(folder, from: old, to: new)
        }
    }

    /// Whether files of either commit pass a program on their way into a working tree.
    private func needsExternalFilter(_ commits: OID...) throws(GitError) -> Bool {
        for commit in commits {
            let attributes = try allEntries(of: commit).filter { $0.path.name == Array(".gitattributes".utf8) }
            if case .external = try filterNeed(attributes: attributes.map(\.entry.oid)) { return true }
        }
        return false
    }

    /// Brings index and files from one commit to another without touching anything uncommitted.
    ///
    /// All conflicts are found before the first write; the paths in the way are returned, and then nothing was changed.
    func moveWorkdir(from old: OID, to new: OID) throws(GitError) -> [GitPath] {
        try requireFreeIndex()
        let pending = try conflictedIndexPaths()
        guard pending.isEmpty else { return pending }
        do throws(GitError) {
            let blocked = try checkOut(new, baseline: old)
            guard !blocked.isEmpty, let same = try entries(of: blocked, ifEqualTo: new) else { return blocked }
            // A landing that was cut off among the files left these behind: what is there already is not in the way.
            let left = try checkOut(new, baseline: writeTree(base: old, edits: same))
            if left.isEmpty { try enterIntoIndex(same) }
            return left
        } catch {
            // Files already moved match the new tree and go back; what the user changed is left alone again.
            if let blocked = try? checkOut(old, baseline: new), blocked.isEmpty { throw error }
            var partial = error
            partial.hint = "some files may show \(new.short) already; look with: git status"
            throw partial
        }
    }

    /// Throws `locked` when another git process is writing the index; libgit2 would find out only after the files.
    private func requireFreeIndex() throws(GitError) {
        let lock = gitDirectory + "/index.lock"
        guard access(lock, F_OK) != 0 else {
            throw GitError(
                code: .locked,
                message: "cannot update the working tree: another process holds '\(lock)'",
                subject: lock,
                hint: "wait for it; if no git process runs, a killed one left the file and it can be removed"
            )
        }
    }

    /// The tree's entries at the paths when each file in the working tree is just that; `nil` when one differs.
    private func entries(of paths: [GitPath], ifEqualTo treeish: OID) throws(GitError) -> [GitPath: TreeEntry?]? {
        guard let root = workingDirectory else { return nil }
        var entries: [GitPath: TreeEntry?] = [:]
        for path in paths {
            guard let mode = mode(at: path, below: root), mode & S_IFMT == S_IFREG,
                let entry = try entry(at: path, in: treeish),
                entry.mode == (mode & 0o100 == 0 ? .file : .executable)
            else { return nil }
            var made = git_oid()
            // With the filters that `git add` would use.
            let hashed = path.withCString { git_repository_hashfile(&made, pointer, $0, GIT_OBJECT_BLOB, nil) }
            try check(hashed, "hash the file", path.description)
            guard OID(made) == entry.oid else { return nil }
            entries[path] = entry
        }
        return entries
    }

    private func enterIntoIndex(_ entries: [GitPath: TreeEntry?]) throws(GitError) {
        let index = try Owned<IndexKind>.make("read the index") { git_repository_index(&$0, pointer) }
        for case (let path, let entry?) in entries {
            var raw = git_index_entry()
            raw.mode = entry.mode.rawValue
            raw.id = entry.oid.raw
            let status = path.withCString { name in
                raw.path = name
                return git_index_add(index.pointer, &raw)
            }
            try check(status, "update the index", path.description)
        }
        try check(git_index_write(index.pointer), "write the index")
    }

    /// The paths that differ between two trees, if a checkout from one to the other may look at these alone; none if it
    /// must walk the whole working tree, which takes most of a landing's time.
    ///
    /// It must where a path's folder is something else in the working tree: a file, a link, another repository.
    private func pathsToLookAt(from old: OID, to new: OID) throws(GitError) -> [GitPath] {
        guard let root = workingDirectory else { return [] }
        let paths = Set(try changes(from: old, to: new).flatMap(\.paths))
        var folders: Set<GitPath> = []
        for path in paths {
            var folder = path.parent
            while let found = folder, folders.insert(found).inserted { folder = found.parent }
        }
        let isPlain = folders.allSatisfy { folder in
            guard let mode = mode(at: folder, below: root) else { return false }
            let isFolder =
                mode & S_IFMT == S_IFDIR && self.mode(at: folder.appending(Array(".git".utf8)), below: root) == 0
            return mode == 0 || isFolder
        }
        return isPlain ? Array(paths) : []
    }

    /// What stands at a path of the working tree, links not followed: its mode, 0 when nothing does, `nil` when nobody can
    /// tell, for example because a file stands where its folder would be.
    private func mode(at path: GitPath, below root: String) -> mode_t? {
        var facts = stat()
        let place = GitPath(root).appending(path.bytes)
        if place.withCString({ lstat($0, &facts) }) == 0 { return facts.st_mode }
        return errno == ENOENT ? 0 : nil
    }

    private func checkOut(_ target: OID, baseline: OID) throws(GitError) -> [GitPath] {
        let oldTree = try lookUpTree(baseline)
        let newTree = try lookUpTree(target)
        var options = git_checkout_options()
        try check(git_checkout_options_init(&options, UInt32(GIT_CHECKOUT_OPTIONS_VERSION)), "check out")
        options.checkout_strategy = GIT_CHECKOUT_SAFE.rawValue | GIT_CHECKOUT_DONT_OVERWRITE_IGNORED.rawValue
        options.baseline = oldTree.pointer
        let paths = CheckoutPaths(try pathsToLookAt(from: baseline, to: target))
        if !paths.isEmpty {
            options.checkout_strategy |= GIT_CHECKOUT_DISABLE_PATHSPEC_MATCH.rawValue
            options.paths = paths.raw
        }
        options.notify_flags = GIT_CHECKOUT_NOTIFY_CONFLICT.rawValue
        let box = BlockedPaths()
        options.notify_payload = Unmanaged.passUnretained(box).toOpaque()
        options.notify_cb = { _, path, _, _, _, payload in
            guard let path, let payload else { return 0 }
            Unmanaged<BlockedPaths>.fromOpaque(payload).takeUnretainedValue().paths.append(GitPath(path))
            return 0
        }
        let status = git_checkout_tree(pointer, newTree.pointer, &options)
        withExtendedLifetime(paths) {}
        return try withExtendedLifetime(box) { () throws(GitError) in
            if status == GIT_ECONFLICT.rawValue, !box.paths.isEmpty {
                git_error_clear()
                return Array(Set(box.paths)).sorted()
            }
            try check(status, "update the working tree", workingDirectory)
            return []
        }
    }
}

/// Paths for libgit2, which keeps no copy of them.
private struct CheckoutPaths: ~Copyable {
    private let strings: UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>

    init(_ paths: [GitPath]) {
        strings = .allocate(capacity: paths.count)
        for (index, path) in paths.enumerated() {
            strings.initializeElement(at: index, to: path.withCString { strdup($0) })
        }
    }

    deinit {
        for string in strings { free(string) }
        strings.deallocate()
    }

    var isEmpty: Bool { strings.isEmpty }
    var raw: git_strarray { git_strarray(strings: strings.baseAddress, count: strings.count) }
}

/// Collects what a checkout callback reports.
private final class BlockedPaths {
    var paths: [GitPath] = []
}

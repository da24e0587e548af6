import CLibGit2

/// An open handle on a git repository or on one of its worktrees.
///
/// A handle belongs to one thread: it is neither copyable nor sendable. Open one wherever it is needed (about 80 µs);
/// what its methods return are values that may go anywhere. All methods block: call them on a ``GitLane``.
package struct Repository: ~Copyable {
    let handle: Owned<RepositoryKind>

    var pointer: OpaquePointer { handle.pointer }

    private init(handle: consuming Owned<RepositoryKind>) {
        self.handle = handle
    }

    /// Opens the repository whose working tree or git folder is exactly at the path.
    ///
    /// Throws `notRepository` when there is none, `unsupported` for what libgit2 cannot read (SHA-256 objects, reftable,
    /// partial clones), `foreignOwner` when it belongs to another user.
    package init(path: String) throws(GitError) {
        self = try Self.open(path: path, flags: GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue)
    }

    /// Finds the repository that a folder lies in, by looking in it and upwards.
    package init(discoverFrom folder: String) throws(GitError) {
        self = try Self.open(path: folder, flags: 0)
    }

    private static func open(path: String, flags: UInt32) throws(GitError) -> Repository {
        try LibGit2.prepare()
        do throws(GitError) {
            let repository = Repository(
                handle: try Owned.make("open the repository", path) { git_repository_open_ext(&$0, path, flags, nil) }
            )
            try repository.refuseUnsupported(path: path)
            return repository
        } catch {
            guard error.hint == nil, error.code == .unsupported || error.code == .settings else { throw error }
            var explained = error
            explained.code = .unsupported
            explained.hint =
                "Switchyard reads SHA-1 repositories with loose and packed refs; convert it, or clone it anew"
            throw explained
        }
    }

    /// The git folder of this worktree: `.git`, or `.git/worktrees/<name>` of the main one.
    ///
    /// Ends without a slash.
    package var gitDirectory: String { Self.text(git_repository_path(pointer)) }

    /// The git folder shared by all worktrees.
    ///
    /// Ends without a slash.
    package var commonDirectory: String { Self.text(git_repository_commondir(pointer)) }

    /// The working tree's root without a trailing slash, or `nil` for a bare repository.
    package var workingDirectory: String? {
        git_repository_workdir(pointer).map { Self.text($0) }
    }

    package var isBare: Bool { git_repository_is_bare(pointer) == 1 }

    /// Whether this is a linked worktree rather than the main one.
    package var isLinkedWorktree: Bool { git_repository_is_worktree(pointer) == 1 }

    /// Whether history was cut off by a shallow clone.
    package var isShallow: Bool { git_repository_is_shallow(pointer) == 1 }

    private static func text(_ pointer: UnsafePointer<CChar>?) -> String {
        guard let pointer else { return "" }
        var text = String(cString: pointer)
        while text.count > 1, text.hasSuffix("/") { text.removeLast() }
        return text
    }
}

/// What a repository's refs, heads and settings were at one moment, to find out what an agent touched.
package struct RefSnapshot: Hashable, Sendable {
    /// Every ref by full name.
    package var references: [String: ReferenceValue]
    /// `HEAD` of every worktree: the folder's name under `.git/worktrees`, or empty for the main one.
    package var heads: [String: ReferenceValue]
    /// A hash of each guarded file by its path below the common git folder: `config`, `hooks/...`, `info/...`,
    /// `packed-refs`, per-worktree `config.worktree`.
    package var files: [String: UInt64]

    package init(
        references: [String: ReferenceValue] = [:], heads: [String: ReferenceValue] = [:], files: [String: UInt64] = [:]
    ) {
        self.references = references
        self.heads = heads
        self.files = files
    }

    /// Reads the state of the repository; blocking.
    package static func take(of repository: borrowing Repository) throws(GitError) -> RefSnapshot {
        throw GitError(code: .unsupported, message: "snapshots are not built yet")
    }

    /// What a later snapshot has differently, in order of name.
    package func differences(to later: RefSnapshot) -> [Difference] {
        []
    }

    /// One thing that changed.
    package enum Difference: Hashable, Sendable {
        case reference(name: String, old: ReferenceValue?, new: ReferenceValue?)
        /// `HEAD` of a worktree (empty name: the main one).
        case head(worktree: String, old: ReferenceValue?, new: ReferenceValue?)
        /// A settings or hook file was added, changed or removed.
        case file(path: String)
    }
}

extension Repository {
    /// Puts a ref back to what a snapshot had, if it still holds what the later snapshot saw; throws `moved` otherwise.
    package func restore(
        _ name: String, to old: ReferenceValue?, from new: ReferenceValue?, message: String
    ) throws(GitError) {
        throw GitError(code: .unsupported, message: "restoring refs is not built yet")
    }
}

/// A git operation that could not be done.
package struct GitError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, for callers that decide by it.
    package enum Code: String, Hashable, Sendable {
        /// No such object, ref, path or remote.
        case notFound
        /// Something is already there.
        case exists
        /// A short name fits several things.
        case ambiguous
        /// A name, id or pattern is not well formed.
        case invalidName
        /// The folder is not a git repository.
        case notRepository
        /// The repository belongs to another user.
        case foreignOwner
        /// The repository uses something this build cannot read.
        case unsupported
        /// The operation needs a working tree.
        case bare
        /// The branch has no commit yet.
        case unborn
        /// A ref no longer has the expected value; read it again and retry.
        case moved
        /// Another process holds a lock file; retry.
        case locked
        /// Files in the working tree stand in the way.
        case blocked
        /// A path that would leave the working tree or touch git's own folder.
        case unsafePath
        /// The operating system refused.
        case fileSystem
        /// An object or an index is damaged or of the wrong kind.
        case damaged
        /// The settings of the repository cannot be read.
        case settings
        /// The check after the work found something other than what was asked for.
        case verification
        /// A merge could not be computed.
        case merge
        /// The git command failed or could not be started.
        case command
        /// libgit2 refused an argument: a defect of the caller.
        case refused
    }

    package var code: Code
    /// What failed, on which thing, and why; fit for a person.
    package var message: String
    /// The path, ref, object or remote concerned.
    package var subject: String?
    /// What to do about it.
    package var hint: String?
    /// libgit2's error class, 0 when the error did not come from it.
    package var category: Int32

    package init(code: Code, message: String, subject: String? = nil, hint: String? = nil, category: Int32 = 0) {
        self.code = code
        self.message = message
        self.subject = subject
        self.hint = hint
        self.category = category
    }

    package var description: String {
        hint.map { "\(message); \($0)" } ?? message
    }

    /// Whether reading again and retrying can succeed.
    package var isRetryable: Bool { code == .moved || code == .locked }
}

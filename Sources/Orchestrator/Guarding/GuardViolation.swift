/// Something an agent changed, or tried to change, outside its worktree and its branch.
package struct GuardViolation: Hashable, Sendable, Codable {
    package enum Kind: String, Hashable, Sendable, Codable {
        /// The guard's own hook refused it: nothing happened.
        case attempt
        case refMoved = "ref_moved"
        case refCreated = "ref_created"
        case refDeleted = "ref_deleted"
        case headMoved = "head_moved"
        case configChanged = "config_changed"
        case hookChanged = "hook_changed"
        /// A file below `info/`, or another file of the shared git folder that steers git.
        case gitFileChanged = "git_file_changed"
        case pushed
    }

    /// How sure the guard is that this agent did it.
    package enum Attribution: String, Hashable, Sendable, Codable {
        /// Its mark stands in a reflog, its hook refused it, or the commit is its own.
        case proved
        /// The change was made past git, while no other unsandboxed agent was at work.
        case likely
        /// Another agent, the user or another program may have done it.
        case unknown
    }

    package enum Remedy: String, Hashable, Sendable, Codable {
        /// Refused before it happened.
        case notNeeded = "not_needed"
        case undone
        /// Left as it is; the message says why.
        case left
    }

    package var kind: Kind
    /// The ref, file or remote branch concerned.
    package var subject: String
    /// Value before (commit, target or empty).
    package var before: String
    package var after: String
    package var attribution: Attribution
    /// Why the guard thinks so, as a sentence.
    package var evidence: String
    package var remedy: Remedy
    /// Ref or file that keeps what was put aside; `nil` when nothing had to be kept.
    package var kept: String?

    package init(
        kind: Kind,
        subject: String,
        before: String = "",
        after: String = "",
        attribution: Attribution,
        evidence: String,
        remedy: Remedy = .left,
        kept: String? = nil
    ) {
        self.kind = kind
        self.subject = subject
        self.before = before
        self.after = after
        self.attribution = attribution
        self.evidence = evidence
        self.remedy = remedy
        self.kept = kept
    }

    /// The agent's work must not land because of it.
    package var isRefusing: Bool { kind != .attempt && attribution != .unknown }
}

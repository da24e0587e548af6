package import Foundation
package import RunModel

/// Something an old run left behind that may go.
package struct Remnant: Hashable, Sendable, Codable {
    package enum Kind: String, Hashable, Sendable, Codable {
        /// A worktree of a run that has ended, or that nobody drives and that is old.
        case worktree
        /// Metadata below `.git/worktrees` whose folder is gone.
        case staleWorktree = "stale_worktree"
        /// Work that did not land, kept under a ref, older than the limit.
        case savedWork = "saved_work"
        /// A branch of an ended run.
        case branch
        /// Logs and journal of an ended run, older than the limit.
        case runFolder = "run_folder"
        /// What was removed by renaming and not yet deleted.
        case trash
    }

    package var kind: Kind
    /// A path or a full ref name.
    package var name: String
    package var run: RunID?
    /// When the run last wrote to its journal; `nil` where there is none.
    package var lastUsed: Date?
    /// Why it may go, as a sentence.
    package var why: String

    package init(kind: Kind, name: String, run: RunID?, lastUsed: Date?, why: String) {
        self.kind = kind
        self.name = name
        self.run = run
        self.lastUsed = lastUsed
        self.why = why
    }
}

/// What became of something that was to be removed.
package enum Removal: Hashable, Sendable {
    case removed
    /// It stays for now, and goes when it is old as well.
    case postponed(why: String)
    /// It stays until a person has looked at it.
    case kept(why: String)

    /// Why it stays, in words.
    package var reason: String? {
        switch self {
        case .removed: nil
        case .postponed(let why), .kept(let why): why
        }
    }
}

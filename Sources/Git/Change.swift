/// One path that differs between two trees.
package struct Change: Hashable, Sendable {
    package enum Status: String, Hashable, Sendable {
        case added, deleted, modified, renamed
        /// A file became a symlink or a submodule, or the other way round.
        case typeChanged
    }

    package var status: Status
    /// Equal to `newPath` except for renames.
    package var oldPath: GitPath
    package var newPath: GitPath
    /// `nil` for added paths.
    package var old: TreeEntry?
    /// `nil` for deleted paths.
    package var new: TreeEntry?
    /// Whether git takes the contents for binary; known only when hunks were asked for.
    package var isBinary: Bool
    /// Empty unless asked for, and for binary files.
    package var hunks: [Hunk]

    package init(
        status: Status,
        oldPath: GitPath,
        newPath: GitPath,
        old: TreeEntry?,
        new: TreeEntry?,
        isBinary: Bool = false,
        hunks: [Hunk] = []
    ) {
        self.status = status
        self.oldPath = oldPath
        self.newPath = newPath
        self.old = old
        self.new = new
        self.isBinary = isBinary
        self.hunks = hunks
    }

    /// The path for display: the new one.
    package var path: GitPath { newPath }

    /// The old and the new path, once when they are equal.
    package var paths: [GitPath] { oldPath == newPath ? [newPath] : [oldPath, newPath] }

    package var isModeChange: Bool {
        if let old, let new { old.mode != new.mode } else { false }
    }

    /// Whether a submodule stands on either side.
    package var isSubmodule: Bool { old?.mode == .submodule || new?.mode == .submodule }

    /// Whether a symlink stands on either side.
    package var isSymlink: Bool { old?.mode == .symlink || new?.mode == .symlink }

    /// Lines added; 0 unless hunks were asked for.
    package var insertions: Int { hunks.reduce(0) { $0 + $1.newCount } }

    /// Lines removed; 0 unless hunks were asked for.
    package var deletions: Int { hunks.reduce(0) { $0 + $1.oldCount } }
}

/// A run of changed lines, without context lines.
package struct Hunk: Hashable, Sendable {
    /// First old line, from 1; for a pure insertion the line before it (0 at the top).
    package var oldStart: Int
    package var oldCount: Int
    /// First new line, from 1; for a pure deletion the line before it (0 at the top).
    package var newStart: Int
    package var newCount: Int
    /// The line git prints after the second `@@`: usually the enclosing function; empty when there is none.
    package var context: String
    /// The added lines, when asked for.
    package var added: [AddedLine]

    package init(
        oldStart: Int,
        oldCount: Int,
        newStart: Int,
        newCount: Int,
        context: String = "",
        added: [AddedLine] = []
    ) {
        self.oldStart = oldStart
        self.oldCount = oldCount
        self.newStart = newStart
        self.newCount = newCount
        self.context = context
        self.added = added
    }
}

/// A line a change adds.
package struct AddedLine: Hashable, Sendable {
    /// From 1, in the new file.
    package var number: Int
    /// Without the line feed.
    package var bytes: [UInt8]

    package init(number: Int, bytes: [UInt8]) {
        self.number = number
        self.bytes = bytes
    }
}

/// How much a diff reads.
package struct DiffDetail: Hashable, Sendable {
    /// Join a deleted and an added path into a rename; for display, not for enforcement.
    package var joinsRenames: Bool
    package var hasHunks: Bool
    /// Implies hunks.
    package var hasAddedLines: Bool

    /// Paths, modes and ids only.
    package static let paths = DiffDetail()
    package static let hunks = DiffDetail(hasHunks: true)
    package static let addedLines = DiffDetail(hasHunks: true, hasAddedLines: true)

    package init(joinsRenames: Bool = false, hasHunks: Bool = false, hasAddedLines: Bool = false) {
        self.joinsRenames = joinsRenames
        self.hasHunks = hasHunks || hasAddedLines
        self.hasAddedLines = hasAddedLines
    }
}

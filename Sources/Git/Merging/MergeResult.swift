/// What a three-way merge came to.
package enum MergeResult: Hashable, Sendable {
    /// The merged tree.
    case clean(tree: OID)
    /// Nothing usable was made; every path that disagrees, in path order.
    case conflicted([ConflictedPath])
}

/// A path on which the two sides of a merge disagree.
package struct ConflictedPath: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        /// Both sides changed the same lines, or the same binary file, symlink or submodule.
        case content
        /// One side changed what the other deleted.
        case modifyDelete = "modify/delete"
        /// Both sides added different things under one name.
        case addAdd = "add/add"
        /// One side has a file where the other has a folder.
        case fileFolder = "file/folder"
        /// One side added a file to a folder that the other renamed.
        case location = "file location"
        /// The sides renamed one file to two names, or two files to one name.
        case rename
    }

    /// What one side has; `nil` in ``ConflictedPath`` when it has nothing there.
    package struct Side: Hashable, Sendable {
        package var path: GitPath
        package var entry: TreeEntry

        package init(path: GitPath, entry: TreeEntry) {
            self.path = path
            self.entry = entry
        }
    }

    package var path: GitPath
    package var kind: Kind
    package var ancestor: Side?
    package var ours: Side?
    package var theirs: Side?
    /// The conflicting parts in diff3 style with the sides' labels; empty when the contents are not text.
    package var hunks: [String]

    package init(
        path: GitPath,
        kind: Kind,
        ancestor: Side?,
        ours: Side?,
        theirs: Side?,
        hunks: [String] = []
    ) {
        self.path = path
        self.kind = kind
        self.ancestor = ancestor
        self.ours = ours
        self.theirs = theirs
        self.hunks = hunks
    }
}

/// What the sides of a merge are called in conflict markers.
package struct MergeLabels: Hashable, Sendable {
    package var ancestor: String
    package var ours: String
    package var theirs: String

    package init(ancestor: String = "base", ours: String = "ours", theirs: String = "theirs") {
        self.ancestor = ancestor
        self.ours = ours
        self.theirs = theirs
    }
}

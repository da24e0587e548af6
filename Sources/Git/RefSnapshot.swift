/// What a repository's refs, heads and settings were at one moment, to find out what an agent touched.
package struct RefSnapshot: Hashable, Sendable {
    /// Every ref by full name.
    package var references: [String: ReferenceValue]
    /// `HEAD` of every worktree: the folder's name under `.git/worktrees`, or empty for the main one.
    package var heads: [String: ReferenceValue]
    /// A hash of each guarded file by its path below the common git folder: `config`, `config.worktree`, `packed-refs`,
    /// `hooks/...`, `info/...`, `worktrees/<name>/config.worktree`.
    package var files: [String: OID]

    package init(
        references: [String: ReferenceValue] = [:],
        heads: [String: ReferenceValue] = [:],
        files: [String: OID] = [:]
    ) {
        self.references = references
        self.heads = heads
        self.files = files
    }

    /// One thing that changed.
    package enum Difference: Hashable, Sendable {
        case reference(name: String, old: ReferenceValue?, new: ReferenceValue?)
        /// `HEAD` of a worktree (empty name: the main one).
        case head(worktree: String, old: ReferenceValue?, new: ReferenceValue?)
        /// A settings or hook file was added, changed or removed; the path is below the common git folder.
        case file(path: String)
    }

    /// What a later snapshot has differently: refs, then heads, then files, each in order of name.
    ///
    /// `packed-refs` is left out when no ref changed: packing alone is maintenance.
    package func differences(to later: RefSnapshot) -> [Difference] {
        let references = Self.changed(references, later.references)
            .map { Difference.reference(name: $0.key, old: $0.old, new: $0.new) }
        let heads = Self.changed(heads, later.heads).map { Difference.head(worktree: $0.key, old: $0.old, new: $0.new) }
        let files = Self.changed(files, later.files).map(\.key)
            .filter { $0 != "packed-refs" || !references.isEmpty }
            .map { Difference.file(path: $0) }
        return references + heads + files
    }

    private static func changed<Value: Hashable>(
        _ old: [String: Value],
        _ new: [String: Value]
    ) -> [(key: String, old: Value?, new: Value?)] {
        Set(old.keys).union(new.keys).sorted()
            .filter { old[$0] != new[$0] }
            .map { ($0, old[$0], new[$0]) }
    }
}

/// The mechanism that keeps a child inside its ``SandboxPolicy``.
package enum SandboxKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// A mount and process namespace of its own through `bwrap`: deny-list, private `/tmp`, no other process visible.
    case bubblewrap
    /// A kernel rule set that the keeper puts on itself: allow-list of writable paths, processes stay visible.
    case landlock
    /// No mechanism: only detection holds.
    case none
}

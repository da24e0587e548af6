/// What a sandboxed child may see and write.
///
/// The caller decides the paths; the mechanism is ``SandboxKind``.
///
/// Where paths lie inside each other the longer one wins, so a writable worktree inside a read-only repository works.
/// Paths that do not exist are left out.
package struct SandboxPolicy: Sendable, Hashable {
    package var kind: SandboxKind
    /// Absolute paths below which writing is allowed.
    package var writablePaths: [String]
    /// Absolute paths below which nothing can be written.
    ///
    /// Landlock needs no such list: there all is read-only but `writablePaths`, devices and temporary folders.
    package var readOnlyPaths: [String]
    /// Absolute paths of folders that appear empty.
    ///
    /// Bubblewrap only.
    package var hiddenPaths: [String]
    /// A folder that becomes the child's `/tmp`; `nil` gives it one in memory.
    ///
    /// Bubblewrap only.
    package var temporaryFolder: String?

    package init(
        kind: SandboxKind,
        writablePaths: [String] = [],
        readOnlyPaths: [String] = [],
        hiddenPaths: [String] = [],
        temporaryFolder: String? = nil
    ) {
        self.kind = kind
        self.writablePaths = writablePaths
        self.readOnlyPaths = readOnlyPaths
        self.hiddenPaths = hiddenPaths
        self.temporaryFolder = temporaryFolder
    }
}

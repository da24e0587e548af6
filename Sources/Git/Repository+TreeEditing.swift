import CLibGit2

extension Repository {
    /// Writes a tree that differs from a base tree (or a commit's tree) by the edits; `nil` removes a path.
    ///
    /// Folders appear and vanish as needed; a file put where a folder was replaces it. Neither an index nor a working
    /// tree is used. Throws `unsafePath` for paths git would refuse.
    package func writeTree(base: OID?, edits: [GitPath: TreeEntry?]) throws(GitError) -> OID {
        throw GitError(code: .unsupported, message: "tree editing is not built yet")
    }
}

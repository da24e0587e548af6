import CLibGit2

extension Repository {
    /// Whether the ignore rules of this working tree cover the path, which need not exist.
    package func isIgnored(_ path: GitPath) throws(GitError) -> Bool {
        var ignored: Int32 = 0
        let status = path.withCString { git_ignore_path_is_ignored(&ignored, pointer, $0) }
        try check(status, "look for ignore rules of", path.description)
        return ignored != 0
    }
}

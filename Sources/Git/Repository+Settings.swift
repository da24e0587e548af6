import CLibGit2

extension Repository {
    /// Refuses repository formats that libgit2 would open and misread.
    func refuseUnsupported(path: String) throws(GitError) {
        let format = try setting("extensions.objectformat")
        if let format, format.lowercased() != "sha1" {
            throw unsupported(path: path, what: "objects hashed with \(format)", instead: "SHA-1 objects")
        }
        let refs = try setting("extensions.refstorage")
        if let refs, refs.lowercased() != "files" {
            throw unsupported(path: path, what: "refs stored as \(refs)", instead: "loose and packed refs")
        }
        if try setting("extensions.partialclone") != nil {
            throw unsupported(path: path, what: "a partial clone", instead: "a full clone")
        }
        if try setting("extensions.relativeworktrees")?.lowercased() == "true" {
            throw unsupported(path: path, what: "relative worktree paths", instead: "absolute ones")
        }
    }

    private func unsupported(path: String, what: String, instead: String) -> GitError {
        GitError(
            code: .unsupported,
            message: "cannot open the repository '\(path)': it uses \(what), which libgit2 1.5 cannot read",
            subject: path,
            hint: "use a repository with \(instead)"
        )
    }

    /// The value of a setting as text, from all levels git reads, or `nil` when it is not set.
    package func setting(_ name: String) throws(GitError) -> String? {
        let config = try Owned<ConfigKind>.make("read the settings of", gitDirectory) {
            git_repository_config_snapshot(&$0, pointer)
        }
        var value: UnsafePointer<CChar>?
        let status = git_config_get_string(&value, config.pointer, name)
        if status == GIT_ENOTFOUND.rawValue {
            git_error_clear()
            return nil
        }
        try check(status, "read the setting", name)
        return value.map { String(cString: $0) }
    }

    /// The value of a setting as git reads booleans; `nil` when it is not set.
    package func flag(_ name: String) throws(GitError) -> Bool? {
        guard let text = try setting(name) else { return nil }
        var value: Int32 = 0
        try check(git_config_parse_bool(&value, text), "read the setting", name)
        return value != 0
    }

    /// The user of this repository from `user.name` and `user.email`, at the given time; the fallback when unset.
    package func signature(time: Int64, fallbackName: String, fallbackEmail: String) throws(GitError) -> Signature {
        Signature(
            name: try setting("user.name").flatMap { $0.isEmpty ? nil : $0 } ?? fallbackName,
            email: try setting("user.email").flatMap { $0.isEmpty ? nil : $0 } ?? fallbackEmail,
            time: time
        )
    }
}

import CLibGit2

/// A remote as the settings name it.
package struct Remote: Hashable, Sendable {
    package var name: String
    package var url: String
}

extension Repository {
    /// All remotes by name.
    package func remotes() throws(GitError) -> [Remote] {
        var names = git_strarray()
        try check(git_remote_list(&names, pointer), "list the remotes of", gitDirectory)
        defer { git_strarray_dispose(&names) }
        var remotes: [Remote] = []
        for position in 0..<names.count {
            guard let name = names.strings[position].map({ String(cString: $0) }) else { continue }
            let remote = try Owned<RemoteKind>.make("read the remote", name) { git_remote_lookup(&$0, pointer, name) }
            remotes.append(Remote(name: name, url: git_remote_url(remote.pointer).map { String(cString: $0) } ?? ""))
        }
        return remotes.sorted { $0.name < $1.name }
    }

    /// The remote-tracking ref a branch follows (full names both), or `nil` when it follows none.
    package func upstream(of branch: String) throws(GitError) -> String? {
        try buffer(of: branch) { git_branch_upstream_name(&$0, pointer, branch) }
    }

    /// The name of the remote a branch follows, or `nil` when it follows none.
    package func upstreamRemote(of branch: String) throws(GitError) -> String? {
        try buffer(of: branch) { git_branch_upstream_remote(&$0, pointer, branch) }
    }

    private func buffer(of branch: String, _ body: (inout git_buf) -> Int32) throws(GitError) -> String? {
        var buffer = git_buf()
        let status = body(&buffer)
        defer { git_buf_dispose(&buffer) }
        if status == GIT_ENOTFOUND.rawValue {
            git_error_clear()
            return nil
        }
        try check(status, "read the upstream of", branch)
        return buffer.ptr.map { String(cString: $0) }
    }
}

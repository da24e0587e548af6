import CLibGit2

/// The library's process-wide state.
enum LibGit2 {
    /// Initialises the library once, thread safe by being a static; it is never shut down.
    ///
    /// `extensions.worktreeConfig` is announced because guards use it; libgit2 need not understand it, since it reads no
    /// per-worktree settings. Objects are not hashed again on reading: git itself does not do so for packed ones, and it
    /// costs up to 40% of a checkout.
    private static let status: Int32 = {
        let status = git_libgit2_init()
        guard status >= 0 else { return status }
        _ = switchyard_git_set_strict_hash_verification(0)
        return "worktreeconfig".withCString { name in
            var names: [UnsafePointer<CChar>?] = [name]
            return switchyard_git_set_extensions(&names, 1)
        }
    }()

    /// Makes sure that the library is ready.
    static func prepare() throws(GitError) {
        guard status >= 0 else {
            throw GitError(
                code: .unsupported,
                message: "cannot initialise libgit2: it returned \(status)",
                hint: "reinstall the package libgit2-dev"
            )
        }
    }
}



/// Runs the `git` program for what libgit2 does worse: network, filters, signing.
///
/// The program gets a clean environment: no prompt, plain messages, and of the caller's variables only those that
/// credentials and transports need.
package struct GitCommand: Sendable {
    package struct Options: Sendable {
        /// The program; default `git`, looked up on `PATH`.
        package var program: String
        /// Longest time one network command may take. Default 10 minutes.
        package var limit: Duration

        package init(program: String = "git", limit: Duration = .seconds(600)) {
            self.program = program
            self.limit = limit
        }
    }

    package let environment: [String: String]
    package let options: Options

    /// - Parameter environment: the caller's variables; only the needed ones are passed on.
    package init(environment: [String: String], options: Options = Options()) {
        self.environment = environment
        self.options = options
    }

    /// The version of the program, for example `2.39.5`.
    package func version() async throws(GitError) -> String {
        throw GitError(code: .unsupported, message: "the git command is not built yet")
    }

    /// Fetches from a remote into its remote-tracking refs, or by the given refspecs.
    package func fetch(_ remote: String, refspecs: [String] = [], in repository: String) async throws(GitError) {
        throw GitError(code: .unsupported, message: "the git command is not built yet")
    }

    /// Pushes a commit to a branch of a remote; a refusal is a value, not an error.
    ///
    /// - Parameters:
    ///   - branch: full name of the remote's ref, for example `refs/heads/main`.
    ///   - expecting: what the remote branch must stand at (`--force-with-lease`); `nil` allows fast-forward only.
    package func push(
        _ commit: OID, to branch: String, remote: String, expecting: OID? = nil, in repository: String
    ) async throws(GitError) -> PushOutcome {
        throw GitError(code: .unsupported, message: "the git command is not built yet")
    }

    /// The refs of a remote by name; patterns as in `git ls-remote`.
    package func remoteReferences(
        _ remote: String, patterns: [String] = [], in repository: String
    ) async throws(GitError) -> [String: OID] {
        throw GitError(code: .unsupported, message: "the git command is not built yet")
    }

    /// Adds a worktree with the program, which runs external filters that libgit2 does not.
    package func addWorktree(_ request: WorktreeRequest, at commit: OID, in repository: String) async throws(GitError) {
        throw GitError(code: .unsupported, message: "the git command is not built yet")
    }
}

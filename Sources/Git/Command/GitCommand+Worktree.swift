import ChildProcesses

extension GitCommand {
    /// Detaches a worktree at another commit: tracked files are restored, untracked ones removed, ignored ones kept.
    ///
    /// No hook runs; external filters do.
    package func moveWorktree(at path: String, to commit: OID) async throws(GitError) {
        try await runQuietly(["checkout", "--quiet", "--force", "--detach", commit.hex], at: path)
        try await runQuietly(["clean", "--quiet", "-ffd"], at: path)
    }

    private func runQuietly(_ arguments: [String], at path: String) async throws(GitError) {
        var variables = environment.filter { !$0.key.hasPrefix("GIT_") || $0.key.hasPrefix("GIT_CONFIG_") }
        variables["LC_ALL"] = "C"
        variables["GIT_TERMINAL_PROMPT"] = "0"
        let words = [options.program, "-C", path, "-c", "core.hooksPath=/dev/null"] + arguments
        let command = ChildCommand(arguments: words, environment: variables, workingDirectory: path)
        let output: CollectedOutput
        do {
            output = try await ChildRunner().collect(command, limits: ChildLimits(wallClock: options.limit))
        } catch {
            throw GitError(code: .command, message: "git \(arguments[0]) could not be started: \(error)", subject: path)
        }
        guard output.ending == .exited(0) else {
            throw GitError(
                code: .command, message: "git \(arguments[0]) failed in '\(path)': \(output.errorText)", subject: path)
        }
    }
}

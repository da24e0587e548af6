import ChildProcesses

/// How a command of a task file is run: the same way on the base, in an agent's worktree and on the merged commit.
struct TaskShell: Sendable {
    /// Lines that make the environment ready, such as `source .venv/bin/activate`; one that fails stops nothing.
    let setup: [String]

    /// The words that run the command.
    ///
    /// Bash where there is one, because people write `source`. A pipe fails with its first failing part: authors cut
    /// long output with `| tail`, which would turn each failure into a success.
    func arguments(_ command: String, searchPath: String?) -> [String] {
        let script = (setup + [command]).joined(separator: "\n")
        guard let bash = ExecutableSearch.locate("bash", searchPath: searchPath) else {
            return ["/bin/sh", "-c", script]
        }
        return [bash, "-o", "pipefail", "-c", script]
    }
}

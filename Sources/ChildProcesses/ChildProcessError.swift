/// A child process that could not be started or supervised.
///
/// A child that ran and failed is no error: see ``ChildEnding``.
package struct ChildProcessError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        case emptyCommand = "empty_command"
        case executableNotFound = "executable_not_found"
        case executableNotRunnable = "executable_not_runnable"
        case workingDirectoryMissing = "working_directory_missing"
        case sandboxUnavailable = "sandbox_unavailable"
        /// The system refused to start the process.
        case spawnFailed = "spawn_failed"
        /// The process was started, and watching it failed.
        case supervisionFailed = "supervision_failed"
    }

    package let code: Code
    /// What failed, on which quoted thing, and why.
    package let message: String
    /// What to do about it.
    package let hint: String?
    /// The program concerned.
    package let program: String?

    package var description: String { hint.map { "\(message) (\($0))" } ?? message }
}

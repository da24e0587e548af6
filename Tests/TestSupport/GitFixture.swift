import Foundation
import Glibc

/// Runs the `git` command for tests, shut off from the settings of the user and the machine.
package struct GitFixture: Sendable {
    /// What one command did.
    package struct Output: Sendable {
        package var status: Int32
        package var standardOutput: String
        package var standardError: String
    }

    /// A command that was expected to succeed and did not.
    package struct Failure: Error, CustomStringConvertible {
        package var arguments: [String]
        package var output: Output

        package var description: String {
            "git \(arguments.joined(separator: " ")) ended with status \(output.status): "
                + output.standardError + output.standardOutput
        }
    }

    /// The folder that stands in for the user's home.
    package let home: String

    package init(home: String) {
        self.home = home
    }

    /// The complete environment of every command: no user or system settings, a fixed identity and date, no prompt.
    package var environment: [String: String] {
        [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "HOME": home,
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_SYSTEM": "/dev/null",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_AUTHOR_NAME": "Ada Example",
            "GIT_AUTHOR_EMAIL": "ada@example.org",
            "GIT_COMMITTER_NAME": "Ada Example",
            "GIT_COMMITTER_EMAIL": "ada@example.org",
            "GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z",
            "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z",
        ]
    }

    /// Runs a command and returns what it printed, without the last line feed; throws ``Failure`` on another status.
    @discardableResult
    package func callAsFunction(
        _ arguments: [String],
        in folder: String,
        adding extra: [String: String] = [:]
    ) throws -> String {
        let output = try run(arguments, in: folder, adding: extra)
        guard output.status == 0 else { throw Failure(arguments: arguments, output: output) }
        return output.standardOutput.hasSuffix("\n")
            ? String(output.standardOutput.dropLast()) : output.standardOutput
    }

    /// Runs a command and returns its status and output, whatever the status.
    package func run(_ arguments: [String], in folder: String, adding extra: [String: String] = [:]) throws -> Output {
        let command = ["git", "-C", folder] + arguments
        return try SpawnedCommand.run(command, environment: environment.merging(extra) { $1 })
    }
}

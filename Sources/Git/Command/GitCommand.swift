package import ChildProcesses

/// Runs the `git` program for what libgit2 does worse: network, external filters, signing.
///
/// The program gets a clean environment: no prompt, plain English output, and of the caller's variables only those that
/// credentials and transports need.
package struct GitCommand: Sendable {
    package struct Options: Sendable {
        /// The program; default `git`, looked up on `PATH`.
        package var program: String
        /// Longest time one command may take.
        ///
        /// Default 10 minutes.
        package var limit: Duration

        package init(program: String = "git", limit: Duration = .seconds(600)) {
            self.program = program
            self.limit = limit
        }
    }

    /// The complete environment of every command.
    package let environment: [String: String]
    package let options: Options
    private let runner: ChildRunner

    /// - `environment`: the caller's variables; only the needed ones are passed on.
    package init(
        environment: [String: String],
        options: Options = Options(),
        runner: ChildRunner = ChildRunner()
    ) {
        var passed = environment.filter { Self.passedOn.contains($0.key) }
        passed["GIT_TERMINAL_PROMPT"] = "0"
        passed["LC_ALL"] = "C"
        self.environment = passed
        self.options = options
        self.runner = runner
    }

    /// What finding the program, its settings, credentials and the network take.
    private static let passedOn: Set<String> = [
        "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "SSH_AUTH_SOCK",
        "SSH_AGENT_PID", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM",
        "GNUPGHOME", "http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",
        "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO",
    ]

    /// The version of the program, for example `2.39.5`.
    package func version() async throws(GitError) -> String {
        let output = try await require(
            ["--version"],
            in: "/",
            doing: "ask for the version of",
            subject: options.program
        )
        // "git version 2.39.5 (Apple Git-154)"
        let words = output.split(whereSeparator: \.isWhitespace)
        return words.count > 2 ? String(words[2]) : output
    }

    /// Runs a command that must succeed, and returns what it printed.
    func require(
        _ arguments: [String],
        in folder: String,
        doing: String,
        subject: String,
        input: [UInt8] = []
    ) async throws(GitError) -> String {
        let output = try await run(arguments, in: folder, doing: doing, subject: subject, input: input)
        guard output.ending.isSuccess else { throw Self.failure(output, doing: doing, subject: subject) }
        return output.outputText
    }

    /// Runs a command to its end, whatever its status; throws when it could not be started or had to be ended.
    func run(
        _ arguments: [String],
        in folder: String,
        doing: String,
        subject: String,
        input: [UInt8] = [],
        adding extra: [String: String] = [:]
    ) async throws(GitError) -> CollectedOutput {
        let command = ChildCommand(
            arguments: [options.program] + arguments,
            environment: environment.merging(extra) { $1 },
            workingDirectory: folder,
            standardInput: input
        )
        let output: CollectedOutput
        do throws(ChildProcessError) {
            output = try await runner.collect(command, limits: ChildLimits(wallClock: options.limit))
        } catch {
            throw GitError(
                code: .command,
                message: "cannot \(doing) '\(subject)': \(error.message)",
                subject: subject,
                hint: error.hint
            )
        }
        switch output.ending {
        case .exited: return output
        default: throw Self.failure(output, doing: doing, subject: subject)
        }
    }

    static func failure(_ output: CollectedOutput, doing: String, subject: String) -> GitError {
        let reason =
            switch output.ending {
            case .exited(let status): said(output) ?? "git ended with status \(status)"
            case .signalled(let signal): "git was killed by signal \(signal)"
            case .timedOut(let limit), .silent(let limit): "git did not finish within \(limit)"
            case .cancelled: "it was cancelled"
            }
        return GitError(code: .command, message: "cannot \(doing) '\(subject)': \(reason)", subject: subject)
    }

    /// The last lines git printed as errors, on one line.
    static func said(_ output: CollectedOutput) -> String? {
        let lines = output.errorText.split(whereSeparator: \.isNewline)
            .map { line in
                for prefix in ["fatal: ", "error: ", "remote: "] where line.hasPrefix(prefix) {
                    return String(line.dropFirst(prefix.count))
                }
                return String(line)
            }
            .filter { !$0.allSatisfy(\.isWhitespace) && !$0.hasPrefix("hint: ") }
        return lines.isEmpty ? nil : lines.suffix(4).joined(separator: "; ")
    }
}

import RunModel

/// Why a command could not do what it was asked, in words for the person who typed it.
///
/// ``FailureRenderer`` is the only place that shows one.
struct CommandFailure: Error, Sendable {
    enum Kind: Sendable, Hashable {
        /// The command line, the settings or the task file is wrong.
        case usage
        /// The surroundings are wrong: repository, engine, disk.
        case environment
        /// The work was done and some of it was refused.
        case refused
        /// A person stopped it.
        case interrupted
    }

    var kind: Kind
    /// What failed, on which quoted thing, why; no full stop at the end of a fragment, one line.
    var message: String
    /// What to do about it, each a sentence.
    var hints: [String]
    /// Located complaints, shown before the message with their source lines.
    var findings: [Finding]
    /// The file the findings are about, unless they name another, and its content.
    var file: String
    var source: [UInt8]

    init(
        _ kind: Kind,
        _ message: String,
        hints: [String] = [],
        findings: [Finding] = [],
        file: String = "",
        source: [UInt8] = []
    ) {
        self.kind = kind
        self.message = message
        self.hints = hints
        self.findings = findings
        self.file = file
        self.source = source
    }

    var exitStatus: ExitStatus {
        switch kind {
        case .usage: .usage
        case .environment: .environment
        case .refused: .refused
        case .interrupted: .interrupted
        }
    }

    static func usage(_ message: String, hint: String? = nil) -> CommandFailure {
        CommandFailure(.usage, message, hints: hint.map { [$0] } ?? [])
    }

    static func environment(_ message: String, hint: String? = nil) -> CommandFailure {
        CommandFailure(.environment, message, hints: hint.map { [$0] } ?? [])
    }
}

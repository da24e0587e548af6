package import RunModel

/// Reads what an agent's command line prints, line by line, without trust in it.
///
/// A parser is a value that only consumes lines. It ignores what it does not know, so a newer version of the tool or a
/// line cut in two never fails an attempt.
package protocol StreamParser: Sendable {
    /// Takes one line of standard output and returns what is worth showing: usage and activity.
    mutating func consume(_ line: String) -> [EngineEvent]

    /// What is known so far.
    var record: StreamRecord { get }
}

/// What a stream tells about its attempt.
package struct StreamRecord: Sendable, Hashable {
    /// The tool has begun to work; false when nothing it printed was understood.
    package var hasStarted = false
    /// The tool's own word on success; `nil` before its closing record, or when its protocol has none.
    package var reportedSuccess: Bool?
    /// The last message or error.
    package var summary: String?
    package var usage = Usage()
    package var sessionID: String?
    package var failure: EngineFailure?

    package init() {}
}

/// Which parser reads a tool's output.
package enum StreamFormat: String, Sendable, Hashable, Codable, CaseIterable {
    /// `claude -p --output-format stream-json`, and tools that print the same shapes.
    case claudeStream = "claude-stream"
    /// `codex exec --json`.
    case codexLines = "codex-jsonl"
    /// `gemini -o stream-json`.
    case geminiStream = "gemini-stream"
    /// `opencode run --format json`.
    case openCodeLines = "opencode-jsonl"
    /// Plain text: the last lines are the summary.
    case text

    package func makeParser() -> any StreamParser {
        switch self {
        case .claudeStream: ClaudeStreamParser()
        case .codexLines: CodexStreamParser()
        case .geminiStream: GeminiStreamParser()
        case .openCodeLines: OpenCodeStreamParser()
        case .text: TextStreamParser()
        }
    }

    /// The tool ends its work with a record; an end without one is no success, whatever the exit status.
    package var hasClosingRecord: Bool { self != .text && self != .openCodeLines }
}

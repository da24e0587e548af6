/// How a child process ended.
package enum ChildEnding: Sendable, Hashable {
    case exited(Int32)
    case signalled(Int32)
    /// Reached the wall-clock limit, which is the associated value, and was ended.
    case timedOut(after: Duration)
    /// Printed nothing for the silence limit, which is the associated value, and was ended.
    case silent(for: Duration)
    /// The calling Swift task was cancelled, and the child was ended.
    case cancelled

    /// The child exited by itself with status 0.
    package var isSuccess: Bool { self == .exited(0) }

    /// How it ended: `exit status 1`.
    package var inWords: String {
        switch self {
        case .exited(let status): "exit status \(status)"
        case .signalled(let signal): "signal \(signal)"
        case .timedOut(let limit): "no end after \(limit.components.seconds) seconds"
        case .silent(let limit): "no output for \(limit.components.seconds) seconds"
        case .cancelled: "cancelled"
        }
    }
}

/// One of a child's two output streams.
package enum ChildStream: Sendable, Hashable {
    case standardOutput
    case standardError
}

/// Everything a finished child printed, as bytes.
package struct CollectedOutput: Sendable, Hashable {
    package var ending: ChildEnding
    package var duration: Duration
    package var standardOutput: [UInt8]
    package var standardError: [UInt8]
    /// A stream was longer than the limit and its end is missing.
    package var isTruncated: Bool

    package init(
        ending: ChildEnding,
        duration: Duration,
        standardOutput: [UInt8],
        standardError: [UInt8],
        isTruncated: Bool
    ) {
        self.ending = ending
        self.duration = duration
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.isTruncated = isTruncated
    }

    /// Standard output as text; invalid UTF-8 is replaced.
    package var outputText: String { String(decoding: standardOutput, as: UTF8.self) }
    /// Standard error as text; invalid UTF-8 is replaced.
    package var errorText: String { String(decoding: standardError, as: UTF8.self) }
}

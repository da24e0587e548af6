/// How one try of an agent ended; an input to the gate, never proof of work.
package struct AttemptOutcome: Hashable, Sendable, Codable {
    package enum Ending: Hashable, Sendable, Codable {
        case exited(code: Int32)
        case signalled(signal: Int32)
        /// Reached the wall-clock limit.
        case timedOut(after: Duration)
        /// Printed nothing for the silence limit.
        case silent(for: Duration)
        case cancelled
        /// Could not be started.
        case failedToStart(why: String)
    }

    package var ending: Ending
    /// The engine's own word on success where its protocol has one (`is_error`, `turn.failed`); `nil` without one.
    package var reportedSuccess: Bool?
    /// The engine's last message or error, cut to 2,000 characters.
    package var summary: String?
    package var usage: Usage
    package var sessionID: String?
    package var duration: Duration
    /// Bytes of standard output and standard error that the size limit cut from the log files.
    package var droppedBytes: Int
    /// What kind of failure the engine's protocol told; `nil` without one.
    package var failure: EngineFailure?

    package init(
        ending: Ending,
        reportedSuccess: Bool? = nil,
        summary: String? = nil,
        usage: Usage = Usage(),
        sessionID: String? = nil,
        duration: Duration = .zero,
        droppedBytes: Int = 0,
        failure: EngineFailure? = nil
    ) {
        self.ending = ending
        self.reportedSuccess = reportedSuccess
        self.summary = summary
        self.usage = usage
        self.sessionID = sessionID
        self.duration = duration
        self.droppedBytes = droppedBytes
        self.failure = failure
    }

    private enum CodingKeys: String, CodingKey {
        case ending, reportedSuccess, summary, usage, duration, droppedBytes, failure
        case sessionID = "sessionId"
    }
}

/// A failure in an engine's own words, reduced to what decides about another attempt.
package struct EngineFailure: Hashable, Sendable, Codable {
    package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// The model's servers are full; the same request may work later.
        case overloaded
        /// Too many requests for this account; the same request may work later.
        case rateLimited = "rate_limited"
        /// The key is missing, wrong or has no money left.
        case unauthorized
        /// A budget of turns, tokens or money given to the engine is used up.
        case budgetExhausted = "budget_exhausted"
        /// The command line or the settings of the engine are wrong.
        case usage
        /// The engine began to work and stopped without its closing record.
        case crashed
        /// A command of a script failed.
        case command
        /// The engine reported an error of another kind.
        case other
    }

    package var kind: Kind
    /// How long the engine was told to wait; `nil` when it was not.
    package var retryAfter: Duration?

    package init(kind: Kind, retryAfter: Duration? = nil) {
        self.kind = kind
        self.retryAfter = retryAfter
    }
}

/// What an attempt consumed, as far as the engine reports it.
package struct Usage: Hashable, Sendable, Codable {
    package var inputTokens: Int?
    package var outputTokens: Int?
    /// US dollars.
    package var cost: Double?

    package init(inputTokens: Int? = nil, outputTokens: Int? = nil, cost: Double? = nil) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.cost = cost
    }
}

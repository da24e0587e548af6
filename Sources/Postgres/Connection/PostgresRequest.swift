import EventLoop

/// One pipeline of statements on its way through a connection; belongs to the connection's isolation.
final class PostgresRequest {
    typealias Outcome = Result<[PostgresRows], PostgresError>

    /// What the server's next answer is about.
    enum Step {
        case deallocate
        case prepare(StatementCache.Key)
        case execute(StatementCache.Key?)
        case sync
    }

    /// Why the answer is no longer wanted.
    enum Stop {
        case cancelled
        case timedOut
    }

    enum Kind {
        case ordinary
        /// Ends a transaction: it is never cancelled, and being cut off leaves its outcome unknown.
        case commit
        /// Cleans up: goes on although the caller's task is cancelled.
        case cleanUp
    }

    let id: UInt64
    let statements: [PostgresStatement]
    let kind: Kind
    let timeout: Duration
    private let continuation: CheckedContinuation<Outcome, Never>

    var steps: [Step] = []
    var position = 0
    /// Whether the step at `position` has had a result.
    var isAnswered = false
    var rows: [PostgresRows] = []
    var failure: PostgresError?
    var stop: Stop?
    var isSent = false
    var startedAt: ContinuousClock.Instant?
    var timer: Reactor.TimerID?

    init(
        id: UInt64,
        statements: [PostgresStatement],
        kind: Kind,
        timeout: Duration,
        continuation: CheckedContinuation<Outcome, Never>
    ) {
        self.id = id
        self.statements = statements
        self.kind = kind
        self.timeout = timeout
        self.continuation = continuation
    }

    var label: String { statements.first?.label ?? "" }

    var step: Step? { position < steps.count ? steps[position] : nil }

    /// Whether only the answer to the last sync is missing, which is when the server commits.
    var isCommitting: Bool { position == steps.count - 1 }

    func resume(_ outcome: Outcome) {
        continuation.resume(returning: outcome)
    }
}

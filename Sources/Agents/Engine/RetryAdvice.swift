package import RunModel

/// Whether another attempt of the same assignment makes sense.
package enum RetryAdvice: Sendable, Hashable {
    /// The same would happen again, or a person has to act first.
    case never
    /// Try again after that time.
    case again(after: Duration)

    /// Attempts in all when the model's servers are busy, which passes by itself.
    private static let mostAttemptsWhenBusy = 4

    /// Decides from the kinds and numbers of an outcome, never from its texts.
    ///
    /// A crash is tried again until `maxAttempts`. A busy server is tried again up to four attempts, after the time it
    /// asked for, else after 30 seconds, doubled each time up to 5 minutes. Limits, cancellation, wrong settings,
    /// failed commands and anything the engine calls its own error are final.
    ///
    /// `attempt`: the attempt that has ended, from 1.
    package static func advise(after outcome: AttemptOutcome, attempt: Int, maxAttempts: Int = 2) -> RetryAdvice {
        switch outcome.ending {
        case .timedOut, .silent, .cancelled, .failedToStart: return .never
        case .exited, .signalled: break
        }
        if outcome.reportedSuccess == true { return .never }
        switch outcome.failure?.kind {
        case .overloaded, .rateLimited:
            guard attempt < max(maxAttempts, mostAttemptsWhenBusy) else { return .never }
            return .again(after: outcome.failure?.retryAfter ?? backoff(attempt))
        case .unauthorized, .budgetExhausted, .usage, .command, .other:
            return .never
        case .crashed:
            return attempt < maxAttempts ? .again(after: .zero) : .never
        case nil:
            return isCrash(outcome.ending) && attempt < maxAttempts ? .again(after: .zero) : .never
        }
    }

    private static func backoff(_ attempt: Int) -> Duration {
        min(.seconds(30) * (1 << min(max(0, attempt - 1), 8)), .seconds(300))
    }

    /// Ended by a signal that programs get for their own faults, or SIGKILL, which the kernel sends when memory ends.
    static func isCrash(_ ending: AttemptOutcome.Ending) -> Bool {
        // SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGKILL, SIGSEGV, SIGSYS.
        let signals: Set<Int32> = [4, 5, 6, 7, 8, 9, 11, 31]
        switch ending {
        case .signalled(let signal): return signals.contains(signal)
        // Shells and sandboxes report a child's signal as 128 + its number.
        case .exited(let code): return code > 128 && signals.contains(code - 128)
        default: return false
        }
    }
}

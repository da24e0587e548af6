/// A service that could not do what it was asked.
///
/// Expected outcomes (a held lock, a duplicate, a denied request) are answers, not errors.
package struct ServicesError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable, CaseIterable {
        /// The request itself is wrong: an empty or over-long name, a payload above the limit, a negative duration.
        case invalidRequest = "invalid_request"
        /// The store did not answer: not running, connection lost, file missing.
        case storeUnavailable = "store_unavailable"
        /// The store, or a place in its wait queue, took longer than allowed.
        case storeTimedOut = "store_timed_out"
        /// The store cannot take more: disk full, out of memory.
        case storeFull = "store_full"
        /// The store refuses writes: read-only file or server.
        case storeReadOnly = "store_read_only"
        /// The store's content is damaged.
        case storeCorrupt = "store_corrupt"
        /// The store answered with an error that the driver did not expect.
        case storeRefused = "store_refused"
        /// The store has no tables yet, or older ones than this program needs.
        case schemaMissing = "schema_missing"
        /// The store's tables were made by a newer program.
        case schemaNewer = "schema_newer"
        /// The request was cut off after it had been sent; it may or may not have taken effect.
        case outcomeUnknown = "outcome_unknown"
        /// The lease ended before the work under it did.
        case leaseLost = "lease_lost"
        /// Too many requests wait already.
        case overloaded = "overloaded"
        /// The caller's task was cancelled.
        case cancelled = "cancelled"
    }

    package let code: Code
    package let message: String
    /// What to do about it.
    package let hint: String?
    /// The store's own code, such as a SQLSTATE; safe to log.
    package let cause: String?

    package init(code: Code, message: String, hint: String? = nil, cause: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.cause = cause
    }

    package var description: String { message }

    /// Whether the same request may succeed later, and asking again does no harm.
    package var isTransient: Bool {
        switch code {
        case .storeUnavailable, .storeTimedOut, .overloaded: true
        default: false
        }
    }
}

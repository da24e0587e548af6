/// A request to PostgreSQL that failed.
///
/// Neither the message nor any other part holds values bound to parameters, nor the password.
package struct PostgresError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable {
        /// The URL cannot be understood.
        case invalidURL = "invalid_url"
        /// The server cannot be reached, or refused the log-in.
        case connectionFailed = "connection_failed"
        /// The connection broke during the request, or before it.
        case connectionLost = "connection_lost"
        /// The server took longer than allowed.
        case timedOut = "timed_out"
        /// The caller's task was cancelled.
        case cancelled
        /// The server refused the statement; see ``PostgresError/sqlState``.
        case server
        /// A commit was sent, and the connection broke before the answer: it may or may not have taken effect.
        case outcomeUnknown = "outcome_unknown"
        /// A column does not hold what was asked for.
        case decoding
        /// A request the client does not accept: too many or too large parameters, or a copy statement.
        case invalidRequest = "invalid_request"
        /// All connections are in use and none became free in time.
        case poolExhausted = "pool_exhausted"
        /// Too many callers wait for a connection already.
        case overloaded
        /// The connection or pool was closed by this program.
        case closed
    }

    package let code: Code
    /// What failed, on which quoted thing, and why.
    package let message: String
    /// What to do about it.
    package let hint: String?
    /// The server's five-character code, where the server gave one.
    package let sqlState: String?
    /// The constraint concerned, where the server named one.
    package let constraint: String?
    /// Whether the server may have executed the request although no answer came.
    package let isOutcomeUnknown: Bool

    package init(
        code: Code,
        message: String,
        hint: String? = nil,
        sqlState: String? = nil,
        constraint: String? = nil,
        isOutcomeUnknown: Bool = false
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.sqlState = sqlState
        self.constraint = constraint
        self.isOutcomeUnknown = isOutcomeUnknown
    }

    package var description: String { hint.map { "\(message) (\($0))" } ?? message }

    /// Whether the server rolled the transaction back because of others, so that repeating all of it can succeed.
    ///
    /// Serialization failure (40001) and deadlock (40P01).
    package var isConflict: Bool { sqlState == "40001" || sqlState == "40P01" }

    /// Whether the server is ending, starting or unreachable, so that another attempt later can succeed.
    package var isUnavailability: Bool {
        switch code {
        case .connectionFailed, .connectionLost: !isPermanentRefusal
        case .server: ["57P01", "57P02", "57P03", "53300"].contains(sqlState)
        default: false
        }
    }

    /// Whether trying to log in again cannot help: wrong password, unknown user or database, or no right to connect.
    package var isPermanentRefusal: Bool {
        ["28P01", "28000", "3D000", "42501"].contains(sqlState)
    }
}

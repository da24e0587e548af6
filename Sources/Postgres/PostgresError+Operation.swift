import CLibPQ

extension PostgresError {
    static func invalidURL(why: String) -> PostgresError {
        PostgresError(
            code: .invalidURL,
            message: "the database URL cannot be used: \(why)",
            hint: "write postgres://user:password@host:5432/database?sslmode=require"
        )
    }

    static func connectionFailed(_ place: String, why: String, sqlState: String? = nil) -> PostgresError {
        PostgresError(
            code: .connectionFailed,
            message: "cannot connect to \"\(place)\": \(why)",
            hint: "check that the server runs, and the host, port, user and TLS settings of the URL",
            sqlState: sqlState
        )
    }

    static func connectTimedOut(_ place: String, limit: Duration) -> PostgresError {
        PostgresError(
            code: .connectionFailed,
            message: "cannot connect to \"\(place)\": no answer within \(limit)",
            hint: "check that the server runs and that no firewall stands between"
        )
    }

    static func connectionLost(_ place: String, why: String, isSent: Bool) -> PostgresError {
        PostgresError(
            code: .connectionLost,
            message: "the connection to \"\(place)\" broke: \(why)",
            hint: isSent ? "the statement may or may not have taken effect" : nil,
            isOutcomeUnknown: isSent
        )
    }

    static func timedOut(_ what: String, limit: Duration, isSent: Bool) -> PostgresError {
        PostgresError(
            code: .timedOut,
            message: "the server took longer than \(limit) for \"\(what)\"",
            hint: "look for locks and missing indexes, or allow more time",
            isOutcomeUnknown: isSent
        )
    }

    static func cancelled(_ what: String, isSent: Bool) -> PostgresError {
        PostgresError(
            code: .cancelled,
            message: "the caller cancelled \"\(what)\"",
            isOutcomeUnknown: isSent
        )
    }

    static func outcomeUnknown(_ place: String, why: String) -> PostgresError {
        PostgresError(
            code: .outcomeUnknown,
            message: "the commit sent to \"\(place)\" got no answer: \(why)",
            hint: "read the data again to see whether it took effect",
            isOutcomeUnknown: true
        )
    }

    static func closed(_ what: String) -> PostgresError {
        PostgresError(code: .closed, message: "\(what) was closed by this program")
    }

    static func invalidRequest(_ why: String, hint: String? = nil) -> PostgresError {
        PostgresError(code: .invalidRequest, message: why, hint: hint)
    }

    static func overloaded(waiting: Int) -> PostgresError {
        PostgresError(
            code: .overloaded,
            message: "\(waiting) callers wait for a database connection already",
            hint: "use fewer parallel callers, or raise the pool's `maximum` or `waitingLimit`"
        )
    }

    static func poolExhausted(limit: Duration, inUse: Int, maximum: Int, lastFailure: PostgresError?) -> PostgresError {
        if let lastFailure {
            return PostgresError(
                code: .connectionFailed,
                message: "no database connection within \(limit): \(lastFailure.message)",
                hint: lastFailure.hint,
                sqlState: lastFailure.sqlState
            )
        }
        return PostgresError(
            code: .poolExhausted,
            message: "no database connection became free within \(limit); \(inUse) of \(maximum) are in use",
            hint: "look for long transactions, or raise the pool's `maximum`"
        )
    }

    static func decoding(column: Int, name: String, wanted: String, why: String) -> PostgresError {
        PostgresError(
            code: .decoding,
            message: "column \(column) \"\(name)\" cannot be read as \(wanted): \(why)"
        )
    }

    /// What the server said about a statement.
    ///
    /// Only its primary message and names: detail and context can hold values of rows and parameters. The primary
    /// message of a few errors quotes a value too ("invalid input syntax for type ..."); those are cut.
    static func server(_ result: OpaquePointer, statement: String) -> PostgresError {
        func field(_ code: Int32) -> String? { PQresultErrorField(result, code).map { String(cString: $0) } }
        let state = field(CLIBPQ_DIAG_SQLSTATE)
        let message = field(CLIBPQ_DIAG_MESSAGE_PRIMARY) ?? "no reason given"
        return PostgresError(
            code: .server,
            message: "the server refused \"\(statement)\": \(withoutValue(message, sqlState: state)) [\(state ?? "?")]",
            hint: field(CLIBPQ_DIAG_MESSAGE_HINT),
            sqlState: state,
            constraint: field(CLIBPQ_DIAG_CONSTRAINT_NAME)
        )
    }

    /// Cuts what class 22 (data exceptions) quotes: the value comes last, in quotes after a colon.
    private static func withoutValue(_ message: String, sqlState: String?) -> String {
        guard sqlState?.hasPrefix("22") == true, let colon = message.firstRange(of: ": \"") else { return message }
        return String(message[..<colon.lowerBound])
    }
}

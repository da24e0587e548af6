import Postgres
import Services

extension ServicesError {
    /// What PostgreSQL answered, in the words of the services.
    ///
    /// - Parameters:
    ///   - error: of the client.
    ///   - store: the server's place, without credentials.
    ///   - isRepeatable: whether doing the request twice does no harm, so that a cut-off one may simply be repeated.
    /// - Returns: an error without bound values.
    static func postgres(_ error: PostgresError, store: String, isRepeatable: Bool) -> ServicesError {
        ServicesError(
            code: code(of: error, isRepeatable: isRepeatable),
            message: "The store '\(store)' failed: \(sentence(error.message))",
            hint: hint(of: error),
            cause: error.sqlState ?? error.code.rawValue
        )
    }

    /// The text with one mark at its end; the server's may bring its own.
    private static func sentence(_ text: String) -> String {
        guard let last = text.last, ".?!".contains(last) else { return text + "." }
        return text
    }

    private static func code(of error: PostgresError, isRepeatable: Bool) -> Code {
        if error.code == .cancelled { return .cancelled }
        if error.isOutcomeUnknown, !isRepeatable { return .outcomeUnknown }
        switch error.code {
        case .connectionFailed, .connectionLost, .closed: return .storeUnavailable
        case .timedOut, .poolExhausted: return .storeTimedOut
        case .overloaded: return .overloaded
        case .outcomeUnknown: return isRepeatable ? .storeUnavailable : .outcomeUnknown
        case .decoding: return .storeCorrupt
        case .invalidURL, .invalidRequest, .cancelled: return .invalidRequest
        case .server: return error.sqlState.map(code(ofState:)) ?? .storeRefused
        }
    }

    private static func code(ofState state: String) -> Code {
        switch state {
        case "42P01", "42883", "42703", "3F000": return .schemaMissing
        case "25006": return .storeReadOnly
        case "57014", "55P03", "40001", "40P01": return .storeTimedOut
        case "53100", "53200", "54000": return .storeFull
        case "XX001", "XX002", "58030": return .storeCorrupt
        case "53300", "57P01", "57P02", "57P03", "57P05": return .storeUnavailable
        default: return state.hasPrefix("08") ? .storeUnavailable : .storeRefused
        }
    }

    private static func hint(of error: PostgresError) -> String? {
        guard error.code == .server, error.sqlState.map(code(ofState:)) == .schemaMissing else { return error.hint }
        return "make its tables: 'switchyard db migrate'"
    }

    /// A store whose tables a newer program made.
    static func postgresSchemaNewer(_ store: String, found: Int, known: Int) -> ServicesError {
        ServicesError(
            code: .schemaNewer,
            message: "The store '\(store)' has the schema \(found); this program knows schemas up to \(known).",
            hint: "use the program that made it, or a newer one"
        )
    }
}

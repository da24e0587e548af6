package import Redis
package import Services

extension ServicesError {
    /// A failure of Redis as the services name it.
    ///
    /// - Parameters:
    ///   - error: what the client threw.
    ///   - store: the server, for the message.
    ///   - isRepeatable: whether the request may be made again though it may have been carried out.
    /// - Returns: the error to throw.
    package static func redis(_ error: RedisError, store: String, isRepeatable: Bool = true) -> ServicesError {
        ServicesError(
            code: code(of: error, isRepeatable: isRepeatable),
            message: "The store '\(store)' did not do it: \(error.message)",
            hint: error.hint,
            cause: error.serverPrefix?.rawValue ?? error.code.rawValue
        )
    }

    private static func code(of error: RedisError, isRepeatable: Bool) -> Code {
        if error.code == .cancelled { return .cancelled }
        if error.isOutcomeUnknown, !isRepeatable { return .outcomeUnknown }
        return switch error.code {
        case .invalidURL, .tlsUnsupported, .requestTooLarge: .invalidRequest
        case .timedOut: .storeTimedOut
        case .queueFull: .overloaded
        case .unexpectedReply: .storeCorrupt
        case .server: code(of: error.serverPrefix)
        case .cancelled: .cancelled
        case .connectFailed, .connectTimedOut, .handshakeRefused, .unavailable, .connectionLost, .closed,
            .protocolViolation:
            .storeUnavailable
        }
    }

    private static func code(of prefix: ServerErrorPrefix?) -> Code {
        switch prefix {
        case .outOfMemory: .storeFull
        case .readOnly, .cannotSave: .storeReadOnly
        case .loading, .busy: .storeUnavailable
        case .wrongType: .storeCorrupt
        default: .storeRefused
        }
    }
}

/// A Redis request, connection or address that failed.
///
/// `description` and `message` name the command, the server and the error's prefix, never an argument, a key or a
/// value. What the server wrote after the prefix may quote such data and is only in ``serverText``.
package struct RedisError: Error, Hashable, Sendable {
    /// Why it failed; the set is closed.
    package enum Code: String, Hashable, Sendable, CaseIterable {
        /// The address is not a Redis URL this program can use.
        case invalidURL = "invalid_url"
        /// The address asks for TLS, which hiredis 0.14 does not have.
        case tlsUnsupported = "tls_unsupported"
        /// The server's name did not resolve, or the connection was refused.
        case connectFailed = "connect_failed"
        /// The server did not accept the connection in time.
        case connectTimedOut = "connect_timed_out"
        /// The server refused the user, the password or the database number.
        case handshakeRefused = "handshake_refused"
        /// No connection at the moment; failed at once without trying the server.
        case unavailable
        /// The connection ended before the reply came.
        case connectionLost = "connection_lost"
        /// The reply did not come in time.
        case timedOut = "timed_out"
        /// The caller's task was cancelled.
        case cancelled
        /// The client was closed.
        case closed
        /// Too many requests, or too many bytes of them, wait for replies.
        case queueFull = "queue_full"
        /// The request is larger than the limit.
        case requestTooLarge = "request_too_large"
        /// The server answered with an error; see ``serverPrefix``.
        case server
        /// The reply has another type than the command promises.
        case unexpectedReply = "unexpected_reply"
        /// The server sent something that is not RESP2, is nested too deep or is too large.
        case protocolViolation = "protocol_violation"
    }

    package let code: Code
    package let message: String
    /// What a person can do about it.
    package let hint: String?
    /// The first word of the server's error reply, set only with ``Code/server`` and ``Code/handshakeRefused``.
    package let serverPrefix: ServerErrorPrefix?
    /// The server's whole error reply; may quote keys and values, so do not log it.
    package let serverText: String?
    /// Whether the server may have carried out the command: it was written completely and no reply came.
    ///
    /// False means that the server did not execute it. Only commands that may run twice can be repeated when it is true.
    package let isOutcomeUnknown: Bool

    init(
        _ code: Code,
        _ message: String,
        hint: String? = nil,
        serverPrefix: ServerErrorPrefix? = nil,
        serverText: String? = nil,
        isOutcomeUnknown: Bool = false
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.serverPrefix = serverPrefix
        self.serverText = serverText
        self.isOutcomeUnknown = isOutcomeUnknown
    }
}

extension RedisError: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { message }
    package var debugDescription: String { "RedisError(\(code.rawValue)): \(description)" }
    /// Leaves ``serverText`` out, so that a dumped error shows no data either.
    package var customMirror: Mirror {
        Mirror(self, children: ["code": code, "message": message, "isOutcomeUnknown": isOutcomeUnknown])
    }
}

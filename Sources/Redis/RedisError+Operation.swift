extension RedisError {
    // MARK: Addresses

    static func invalidURL(_ why: String) -> RedisError {
        RedisError(
            .invalidURL,
            "The Redis URL cannot be used: \(why).",
            hint: "write redis://[user:password@]host[:port][/database] or unix:///path/to/socket[?db=number]"
        )
    }

    static func tlsUnsupported() -> RedisError {
        RedisError(
            .tlsUnsupported,
            "The Redis URL asks for TLS (rediss://), which this build cannot speak.",
            hint: "run a TLS proxy such as stunnel beside the program and give its local address as redis://"
        )
    }

    // MARK: Connections

    static func connectFailed(_ endpoint: RedisEndpoint, why: String) -> RedisError {
        RedisError(
            .connectFailed,
            "Cannot connect to Redis at '\(endpoint)': \(why).",
            hint: "check that the server runs and listens there"
        )
    }

    static func connectTimedOut(_ endpoint: RedisEndpoint, after limit: Duration) -> RedisError {
        RedisError(
            .connectTimedOut,
            "Redis at '\(endpoint)' did not accept the connection within \(limit).",
            hint: "check the network and the server's load"
        )
    }

    static func handshakeRefused(_ endpoint: RedisEndpoint, step: String, reply: String) -> RedisError {
        let prefix = ServerErrorPrefix(of: reply)
        return RedisError(
            .handshakeRefused,
            "Redis at '\(endpoint)' refused \(step) (\(prefix)).",
            hint: hint(for: prefix) ?? "check the user, the password and the database number in the URL",
            serverPrefix: prefix,
            serverText: reply
        )
    }

    static func unavailable(_ endpoint: RedisEndpoint, lastFailure: RedisError?) -> RedisError {
        let why = lastFailure.map { ": \($0.message)" } ?? "."
        return RedisError(
            .unavailable,
            "Redis at '\(endpoint)' is away, the request was not sent\(why)",
            hint: "the client connects again by itself"
        )
    }

    static func connectionLost(_ endpoint: RedisEndpoint, why: String) -> RedisError {
        RedisError(.connectionLost, "The connection to Redis at '\(endpoint)' ended: \(why).")
    }

    static func protocolViolation(_ endpoint: RedisEndpoint, why: String) -> RedisError {
        RedisError(
            .protocolViolation,
            "Redis at '\(endpoint)' sent a reply that cannot be read: \(why).",
            hint: "check that the address is a Redis server; scripts may nest replies at most 7 deep"
        )
    }

    static func closed(_ endpoint: RedisEndpoint) -> RedisError {
        RedisError(.closed, "The client of Redis at '\(endpoint)' is closed.")
    }

    // MARK: Requests

    static func timedOut(_ command: String, after limit: Duration, isWritten: Bool) -> RedisError {
        RedisError(
            .timedOut,
            "Redis did not answer '\(command)' within \(limit).",
            hint: "check the server's load, or raise the time-out",
            isOutcomeUnknown: isWritten
        )
    }

    static func cancelled(_ command: String, isWritten: Bool) -> RedisError {
        RedisError(.cancelled, "The Redis request '\(command)' was cancelled.", isOutcomeUnknown: isWritten)
    }

    static func queueFull(_ command: String, requests: Int, bytes: Int) -> RedisError {
        RedisError(
            .queueFull,
            "Redis is behind: '\(command)' was not sent because \(requests) requests with \(bytes) bytes wait already.",
            hint: "send less at once, or raise the queue's limits"
        )
    }

    static func requestTooLarge(_ command: String, bytes: Int, limit: Int) -> RedisError {
        RedisError(
            .requestTooLarge,
            "The Redis request '\(command)' has \(bytes) bytes, more than the limit of \(limit).",
            hint: "store large data elsewhere and keep a reference to it, or raise the limit"
        )
    }

    static func server(_ command: String, reply: String) -> RedisError {
        let prefix = ServerErrorPrefix(of: reply)
        return RedisError(
            .server,
            "Redis refused '\(command)' (\(prefix)).",
            hint: hint(for: prefix),
            serverPrefix: prefix,
            serverText: reply
        )
    }

    static func unexpectedReply(_ expected: String, got: String) -> RedisError {
        RedisError(.unexpectedReply, "Redis answered with \(got) where \(expected) was expected.")
    }

    /// The same failure for a request that had, or had not, been written completely.
    func with(command: String, isWritten: Bool) -> RedisError {
        RedisError(
            code,
            "The Redis request '\(command)' got no answer. \(message)",
            hint: isWritten ? "the server may have carried it out" : hint,
            serverPrefix: serverPrefix,
            serverText: serverText,
            isOutcomeUnknown: isWritten
        )
    }

    private static func hint(for prefix: ServerErrorPrefix) -> String? {
        switch prefix {
        case .wrongType: "the key holds another type; use another key prefix or delete it"
        case .outOfMemory: "the server has reached its maxmemory; free memory or raise it"
        case .authenticationMissing, .wrongPassword: "check the user and the password in the URL"
        case .noPermission: "let the server's ACL allow this command and key"
        case .loading: "the server is starting; try again shortly"
        case .readOnly: "the address is a replica; give the address of the primary"
        case .cannotSave: "the server cannot write its snapshot; look into its log"
        default: nil
        }
    }
}

extension RedisError {
    /// A reply that lacks a part, seen from another module.
    package static func missingReply(_ expected: String) -> RedisError {
        unexpectedReply(expected, got: "something else")
    }
}

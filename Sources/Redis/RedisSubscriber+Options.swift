extension RedisSubscriber {
    package struct Options: Sendable {
        /// How to connect; `commandTimeout` bounds the wait for a confirmation.
        package var connection = RedisConnection.Options()
        /// Waits between attempts to connect.
        package var backoff = ReconnectBackoff()
        /// A connection that was lost sooner counts as a failed attempt.
        ///
        /// Default 1 second.
        package var stableAfter: Duration = .seconds(1)
        /// Most listeners.
        ///
        /// Default 10,000.
        package var listenerLimit = 10_000
        /// Most messages kept for one slow reader.
        ///
        /// Default 1,024.
        package var bufferLimit = 1024
        /// Most bytes of messages kept for one slow reader; a single larger message is kept alone.
        ///
        /// Default 64 MiB.
        package var bufferLimitInBytes = 64 << 20

        package init() {}
    }

    /// What to listen to; any bytes.
    package enum Name: Hashable, Sendable {
        case channel([UInt8])
        /// A glob pattern: `*`, `?`, `[...]`, and a backslash before a character that shall mean itself.
        case pattern([UInt8])
    }
}

extension RedisSubscriber.Name {
    var tableName: SubscriptionTable.Name {
        switch self {
        case .channel(let bytes): .channel(bytes)
        case .pattern(let bytes): .pattern(bytes)
        }
    }
}

extension RedisConnection {
    package struct Options: Sendable {
        /// Time for looking up the server's name, connecting and logging in together.
        ///
        /// Default 2 seconds.
        package var connectTimeout: Duration = .seconds(2)
        /// Time from a request to its reply, unless the request brings its own.
        ///
        /// Default 2 seconds.
        package var commandTimeout: Duration = .seconds(2)
        /// Most requests whose replies are missing, with those that were given up; further ones are refused.
        ///
        /// Default 16,384.
        package var pendingLimit = 16_384
        /// Most bytes of requests the kernel has not accepted; further ones are refused.
        ///
        /// A single request may be larger when nothing else waits. Default 64 MiB.
        package var pendingLimitInBytes = 64 << 20
        /// The largest request.
        ///
        /// Default 512 MiB, the server's own limit for a string, and 1 MiB for what surrounds it.
        package var requestLimitInBytes = 513 << 20
        /// The largest reply; a larger one ends the connection.
        ///
        /// Default 512 MiB, the server's own limit for a string, and 1 MiB for what surrounds it.
        package var replyLimitInBytes = 513 << 20
        /// Silence after which the server is asked for a sign of life.
        ///
        /// Default 5 seconds.
        package var healthCheckInterval: Duration = .seconds(5)
        /// Time for that sign; without it the connection ends.
        ///
        /// Default 2 seconds.
        package var healthCheckTimeout: Duration = .seconds(2)
        /// Shown by the server's `CLIENT LIST`; letters, digits and `-_.:` only.
        ///
        /// Default none.
        package var clientName: String?

        package init() {}
    }
}

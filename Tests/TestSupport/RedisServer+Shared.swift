extension RedisServer {
    /// One server for all tests of the process that neither stop nor configure it, started at the first use.
    ///
    /// Tests use key and channel names of their own; nobody flushes it. It ends with the test process.
    package static func shared() async throws -> RedisServer {
        try await start.value
    }

    // Not a child of any test: whichever test comes first must not take the start with it when it is cancelled.
    private static let start = Task.detached {
        let server = try RedisServer()
        try await server.start()
        return server
    }
}

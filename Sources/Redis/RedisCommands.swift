/// Anything that carries commands to a server.
package protocol RedisCommands: Sendable {
    /// Sends the commands in one piece and returns their replies in order; error replies are values.
    ///
    /// The server carries out other clients' commands in between, unless they are `MULTI` ... `EXEC`.
    ///
    /// - Parameters:
    ///   - commands: at least one.
    ///   - timeout: time until the last reply; nil for the one in the options.
    /// - Returns: as many replies as commands.
    /// - Throws: `RedisError`; see ``RedisError/isOutcomeUnknown`` before repeating.
    func pipeline(_ commands: [RedisCommand], timeout: Duration?) async throws(RedisError) -> [RedisValue]
}

extension RedisCommands {
    /// Sends the commands in one piece, with the time-out in the options.
    package func pipeline(_ commands: [RedisCommand]) async throws(RedisError) -> [RedisValue] {
        try await pipeline(commands, timeout: nil)
    }

    /// Sends one command and returns its reply.
    ///
    /// - Parameters:
    ///   - command: the command.
    ///   - timeout: time until the reply; nil for the one in the options.
    /// - Returns: the reply; never ``RedisValue/failure(_:)``.
    /// - Throws: `RedisError`, with code `server` for an error reply.
    package func send(_ command: RedisCommand, timeout: Duration? = nil) async throws(RedisError) -> RedisValue {
        let replies = try await pipeline([command], timeout: timeout)
        guard let reply = replies.first else { throw .unexpectedReply("a reply", got: "none") }
        return try reply.orThrow(command.name)
    }

    /// Sends one command by its words.
    package func send(_ name: String, _ arguments: RedisArgument...) async throws(RedisError) -> RedisValue {
        try await send(RedisCommand(name, arguments: arguments))
    }
}

extension RedisConnection: RedisCommands {
    package nonisolated func pipeline(
        _ commands: [RedisCommand],
        timeout: Duration?
    ) async throws(RedisError) -> [RedisValue] {
        try await RedisRequest.perform(commands, timeout: timeout, on: reactor) { request in
            self.assumeIsolated { $0.submit(request) }
        }
    }
}

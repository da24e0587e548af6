/// A Lua script that the server knows by its digest.
///
/// The digest is sent first; a server that does not have the script, because it is new or was restarted, is sent the
/// source once.
package struct RedisScript: Sendable {
    /// For messages.
    package let name: String
    package let source: String
    /// SHA-1 of the source in lower-case hexadecimal.
    package let digest: String

    package init(name: String, source: String) {
        self.name = name
        self.source = source
        digest = ScriptDigest.hex(of: Array(source.utf8))
    }

    /// Runs the script.
    ///
    /// - Parameters:
    ///   - keys: what the script finds in `KEYS`.
    ///   - arguments: what it finds in `ARGV`.
    ///   - server: where to run it.
    ///   - timeout: time until the reply; nil for the one in the options.
    /// - Returns: the script's value.
    /// - Throws: `RedisError`, with code `server` when the script fails.
    package func run(
        keys: [RedisArgument],
        arguments: [RedisArgument] = [],
        on server: some RedisCommands,
        timeout: Duration? = nil
    ) async throws(RedisError) -> RedisValue {
        let command = self.command("EVALSHA", digest, keys: keys, arguments: arguments)
        guard let reply = try await server.pipeline([command], timeout: timeout).first else {
            throw .unexpectedReply("a reply", got: "none")
        }
        // NOSCRIPT comes before anything of the script has run, so running it again is safe.
        guard case .failure(let text) = reply, ServerErrorPrefix(of: text) == .noScript else {
            return try reply.orThrow(name)
        }
        let full = self.command("EVAL", source, keys: keys, arguments: arguments)
        guard let reply = try await server.pipeline([full], timeout: timeout).first else {
            throw .unexpectedReply("a reply", got: "none")
        }
        return try reply.orThrow(name)
    }

    private func command(
        _ verb: String,
        _ script: String,
        keys: [RedisArgument],
        arguments: [RedisArgument]
    ) -> RedisCommand {
        RedisCommand(verb, arguments: [.text(script), .integer(keys.count)] + keys + arguments)
    }
}

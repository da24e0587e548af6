import EventLoop
import Foundation
import Redis
import TestSupport
import Testing

/// What the tests of this module share: one reactor, and names that no other test uses.
enum RedisFixture {
    static let reactor = Result { try Reactor() }
    static let resolver = HostResolver(threads: HelperThreads())

    /// A name no other test uses.
    static func name(_ what: String = "key") -> String { "\(what):\(UUID().uuidString)" }

    static func client(
        _ url: String,
        options: RedisClient.Options = RedisClient.Options()
    ) throws -> RedisClient {
        RedisClient(url: try RedisURL(url), reactor: try reactor.get(), resolver: resolver, options: options)
    }

    /// A busy machine must not pass for a server that is away.
    private static var patient: RedisConnection.Options {
        var options = RedisConnection.Options()
        options.connectTimeout = .seconds(30)
        return options
    }

    static func connection(
        _ url: String,
        options: RedisConnection.Options = patient
    ) throws -> RedisConnection {
        RedisConnection(url: try RedisURL(url), reactor: try reactor.get(), resolver: resolver, options: options)
    }

    /// Runs the body with a client of the shared server.
    static func withClient<Result>(
        options: RedisClient.Options = RedisClient.Options(),
        _ body: (RedisClient) async throws -> Result
    ) async throws -> Result {
        let client = try client(try await RedisServer.shared().url, options: options)
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(client)) } catch { result = .failure(error) }
        await client.close()
        return try result.get()
    }
}

/// What a request ended with.
func failure<Value>(_ body: () async throws(RedisError) -> Value) async -> RedisError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

/// Records that something else happened than what is named.
func fail(_ what: String, sourceLocation: SourceLocation = #_sourceLocation) {
    Issue.record(Comment(rawValue: what), sourceLocation: sourceLocation)
}

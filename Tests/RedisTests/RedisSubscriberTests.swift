import EventLoop
import Foundation
import Locking
import Redis
import TestSupport
import Testing

@Suite("Subscriber", .timeLimit(.minutes(10)))
struct RedisSubscriberTests {
    private func withSubscriber(
        on server: RedisServer? = nil,
        options: RedisSubscriber.Options = RedisSubscriber.Options(),
        _ body: (RedisSubscriber, RedisClient) async throws -> Void
    ) async throws {
        let shared = try await RedisServer.shared()
        let url = (server ?? shared).url
        let client = try RedisFixture.client(url)
        let subscriber = RedisSubscriber(
            url: try RedisURL(url),
            reactor: try RedisFixture.reactor.get(),
            resolver: RedisFixture.resolver,
            options: options
        )
        let result: Result<Void, any Error>
        do { result = .success(try await body(subscriber, client)) } catch { result = .failure(error) }
        await subscriber.close()
        await client.close()
        try result.get()
    }

    @Test("A message published after the subscription returned arrives, whatever bytes it holds")
    func message() async throws {
        try await withSubscriber { (subscriber: RedisSubscriber, client: RedisClient) async throws in
            let channel = Array(RedisFixture.name("channel").utf8) + [0, 13, 10, 255]
            let payload: [UInt8] = [0, 1, 13, 10, 255]
            let subscription = try await subscriber.subscribe(to: .channel(channel))
            let receivers = try await client.send("PUBLISH", .bytes(channel), .bytes(payload))
            #expect(receivers == .integer(1))
            var messages = subscription.makeAsyncIterator()
            #expect(await messages.next() == .message(channel: channel, payload: payload))
        }
    }

    @Test("A pattern hears every channel it matches, and its special characters can be meant themselves")
    func pattern() async throws {
        try await withSubscriber { (subscriber: RedisSubscriber, client: RedisClient) async throws in
            let prefix = RedisFixture.name("p")
            let all = try await subscriber.subscribe(to: .pattern(Array("\(prefix):*".utf8)))
            let literal = try await subscriber.subscribe(to: .pattern(Array("\(prefix):\\*".utf8)))
            for topic in ["a", "*", "b"] { _ = try await client.send("PUBLISH", .text("\(prefix):\(topic)"), "x") }
            var heard = all.makeAsyncIterator()
            for topic in ["a", "*", "b"] {
                let channel = Array("\(prefix):\(topic)".utf8)
                #expect(await heard.next() == .message(channel: channel, payload: [120]))
            }
            var exact = literal.makeAsyncIterator()
            #expect(await exact.next() == .message(channel: Array("\(prefix):*".utf8), payload: [120]))
        }
    }

    @Test("Many listeners of one channel all hear it, and leaving one leaves the others")
    func sharing() async throws {
        try await withSubscriber { (subscriber: RedisSubscriber, client: RedisClient) async throws in
            let channel = Array(RedisFixture.name("c").utf8)
            let first = try await subscriber.subscribe(to: .channel(channel))
            let second = try await subscriber.subscribe(to: .channel(channel))
            first.end()
            #expect(try await client.send("PUBLISH", .bytes(channel), "x") == .integer(1))
            var messages = second.makeAsyncIterator()
            #expect(await messages.next() == .message(channel: channel, payload: [120]))
            second.end()
            #expect(
                try await eventually { () async throws in
                    try await client.send("PUBLISH", .bytes(channel), "x") == .integer(0)
                }
            )
        }
    }

    @Test("Releasing the sequence stops listening")
    func release() async throws {
        try await withSubscriber { (subscriber: RedisSubscriber, client: RedisClient) async throws in
            let channel = Array(RedisFixture.name("c").utf8)
            _ = try await subscriber.subscribe(to: .channel(channel))
            #expect(
                try await eventually { () async throws in
                    try await client.send("PUBLISH", .bytes(channel), "x") == .integer(0)
                }
            )
        }
    }

    @Test("A flood loses only the oldest, says how many, and keeps the order")
    func flood() async throws {
        var options = RedisSubscriber.Options()
        options.bufferLimit = 100
        try await withSubscriber(options: options) { (subscriber: RedisSubscriber, client: RedisClient) async throws in
            let channel = Array(RedisFixture.name("flood").utf8)
            let subscription = try await subscriber.subscribe(to: .channel(channel))
            let total = 20_000
            for start in stride(from: 0, to: total, by: 1000) {
                let commands = (start..<(start + 1000)).map {
                    RedisCommand("PUBLISH", .bytes(channel), .integer($0))
                }
                _ = try await client.pipeline(commands)
            }
            let last = try await subscriber.subscribe(to: .channel(channel))
            _ = try await client.send("PUBLISH", .bytes(channel), .integer(total))
            var barrier = last.makeAsyncIterator()
            _ = await barrier.next()
            var (lost, seen) = (0, [Int]())
            reading: for await message in subscription {
                switch message {
                case .gap(.overflow(let count)): lost += count
                case .gap: fail("no reconnect here")
                case .message(_, let payload):
                    let number = try #require(Int(String(decoding: payload, as: UTF8.self)))
                    seen.append(number)
                    if number == total { break reading }
                }
            }
            #expect(seen == Array((total + 1 - seen.count)...total))
            #expect(seen.count == 100)
            #expect(lost + seen.count == total + 1)
        }
    }

    @Test("Cancelling the reader ends the sequence")
    func cancelReader() async throws {
        try await withSubscriber { (subscriber: RedisSubscriber, client: RedisClient) async throws in
            let channel = Array(RedisFixture.name("c").utf8)
            let subscription = try await subscriber.subscribe(to: .channel(channel))
            let reader = Task {
                var count = 0
                for await _ in subscription { count += 1 }
                return count
            }
            reader.cancel()
            #expect(await reader.value == 0)
            #expect(
                try await eventually { () async throws in
                    try await client.send("PUBLISH", .bytes(channel), "x") == .integer(0)
                }
            )
        }
    }

    @Test("Closing ends every sequence and refuses new ones")
    func close() async throws {
        try await withSubscriber { (subscriber: RedisSubscriber, _: RedisClient) async throws in
            let subscription = try await subscriber.subscribe(to: .channel([1]))
            await subscriber.close()
            var messages = subscription.makeAsyncIterator()
            #expect(await messages.next() == nil)
            let error = await failure { () throws(RedisError) in try await subscriber.subscribe(to: .channel([1])) }
            #expect(error?.code == .closed)
        }
    }

    @Test("After a lost connection every subscription is back by itself, and told of the gap")
    func reconnect() async throws {
        try await withRedisServer { (server: RedisServer) async throws in
            try await withSubscriber(on: server) { (subscriber: RedisSubscriber, client: RedisClient) async throws in
                let channel = try await subscriber.subscribe(to: .channel([1]))
                let pattern = try await subscriber.subscribe(to: .pattern(Array("p*".utf8)))
                _ = try await client.send("CLIENT", "KILL", "TYPE", "pubsub")
                var messages = channel.makeAsyncIterator()
                var matches = pattern.makeAsyncIterator()
                #expect(await messages.next() == .gap(.reconnected))
                #expect(await matches.next() == .gap(.reconnected))
                #expect(try await client.send("PUBLISH", .bytes([1]), "x") == .integer(1))
                #expect(await messages.next() == .message(channel: [1], payload: [120]))
            }
        }
    }

    @Test("A restarted server is found again; meanwhile new subscriptions are refused at once")
    func restart() async throws {
        try await withRedisServer { (server: RedisServer) async throws in
            try await withSubscriber(on: server) { (subscriber: RedisSubscriber, client: RedisClient) async throws in
                let subscription = try await subscriber.subscribe(to: .channel([1]))
                try await server.stop()
                let refused = try await eventually { () async throws in
                    await failure { () throws(RedisError) in
                        try await subscriber.subscribe(to: .channel([2]))
                    }?.code == .unavailable
                }
                #expect(refused)
                try await server.start()
                var messages = subscription.makeAsyncIterator()
                #expect(await messages.next() == .gap(.reconnected))
                #expect(
                    try await eventually { () async throws in
                        (try? await client.send("PUBLISH", .bytes([1]), "x")) == .integer(1)
                    }
                )
                #expect(await messages.next() == .message(channel: [1], payload: [120]))
            }
        }
    }

    @Test("A server that hangs is noticed by the health check, and the gap is told when it is back")
    func hang() async throws {
        var options = RedisSubscriber.Options()
        options.connection.healthCheckInterval = .milliseconds(50)
        options.connection.healthCheckTimeout = .milliseconds(100)
        options.connection.connectTimeout = .milliseconds(200)
        try await withRedisServer { (server: RedisServer) async throws in
            try await withSubscriber(on: server, options: options) {
                (subscriber: RedisSubscriber, _: RedisClient) async throws in
                let subscription = try await subscriber.subscribe(to: .channel([1]))
                server.signal(SIGSTOP)
                let refused = try await eventually { () async throws in
                    await failure { () throws(RedisError) in
                        try await subscriber.subscribe(to: .channel([2]))
                    }?.code == .unavailable
                }
                #expect(refused)
                server.signal(SIGCONT)
                var messages = subscription.makeAsyncIterator()
                #expect(await messages.next() == .gap(.reconnected))
            }
        }
    }

    @Test("A refused channel is an error of its subscription only")
    func permission() async throws {
        try await withRedisServer { (server: RedisServer) async throws in
            let admin = try RedisFixture.client(server.url)
            _ = try await admin.send("ACL", "SETUSER", "limited", "on", ">word", "+@all", "~*", "resetchannels", "&ok*")
            let subscriber = RedisSubscriber(
                url: try RedisURL("unix://limited:word@\(server.socketPath)"),
                reactor: try RedisFixture.reactor.get(),
                resolver: RedisFixture.resolver
            )
            let fine = try await subscriber.subscribe(to: .channel(Array("ok".utf8)))
            let error = await failure { () throws(RedisError) in
                try await subscriber.subscribe(to: .channel(Array("forbidden".utf8)))
            }
            #expect(error?.serverPrefix == .noPermission)
            _ = try await admin.send("PUBLISH", "ok", "x")
            var messages = fine.makeAsyncIterator()
            #expect(await messages.next() == .message(channel: Array("ok".utf8), payload: [120]))
            await subscriber.close()
            await admin.close()
        }
    }
}

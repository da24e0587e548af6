import Foundation
import Redis
import TestSupport
import Testing

@Suite("Client", .timeLimit(.minutes(10)))
struct RedisClientTests {
    @Test("A value that was set is read back")
    func setAndRead() async throws {
        try await RedisFixture.withClient { (client: RedisClient) async throws in
            let key = RedisFixture.name()
            #expect(try await client.send("SET", .text(key), "value") == .status("OK"))
            #expect(try await client.send("GET", .text(key)) == .bulk(Array("value".utf8)))
            #expect(try await client.send("GET", .text(key + "x")) == .null)
            #expect(try await client.send("STRLEN", .text(key)).integer() == 5)
        }
    }

    @Test("Keys and values may hold any bytes, also NUL and line ends")
    func binary() async throws {
        try await RedisFixture.withClient { (client: RedisClient) async throws in
            let key = Array(RedisFixture.name().utf8) + [0, 13, 10, 255]
            let value = (0...255).map { UInt8($0) } + Array("\r\n$3\r\nfoo\r\n".utf8) + [0]
            _ = try await client.send("SET", .bytes(key), .bytes(value))
            #expect(try await client.send("GET", .bytes(key)) == .bulk(value))
            _ = try await client.send("SET", .bytes(key), .bytes([]))
            #expect(try await client.send("GET", .bytes(key)) == .bulk([]))
        }
    }

    @Test("Values of 10 MB arrive whole, several at once")
    func large() async throws {
        try await RedisFixture.withClient { (client: RedisClient) async throws in
            try await withThrowingTaskGroup { group in
                for index in 0..<4 {
                    group.addTask { () async throws in
                        var random = SeededRandom(seed: UInt64(index))
                        let value = (0..<(10 << 17)).flatMap { _ in
                            withUnsafeBytes(of: random.next()) { Array($0) }
                        }
                        let key = RedisFixture.name()
                        _ = try await client.send(
                            RedisCommand("SET", .text(key), .bytes(value)),
                            timeout: .seconds(60)
                        )
                        let reply = try await client.send(RedisCommand("GET", .text(key)), timeout: .seconds(60))
                        #expect(reply == .bulk(value))
                        _ = try await client.send("DEL", .text(key))
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("Hundreds of tasks at once each get their own replies, in order")
    func concurrent() async throws {
        try await RedisFixture.withClient { (client: RedisClient) async throws in
            let key = RedisFixture.name()
            let total = try await withThrowingTaskGroup(of: Int.self) { group in
                for task in 0..<500 {
                    group.addTask { () async throws in
                        var last = 0
                        for index in 0..<40 {
                            let text = "\(task):\(index)"
                            #expect(try await client.send("ECHO", .text(text)) == .bulk(Array(text.utf8)))
                            let count = try await client.send("INCR", .text(key)).integer()
                            #expect(count > last)
                            last = count
                        }
                        return last
                    }
                }
                return try await group.reduce(0, max)
            }
            #expect(total == 20_000)
        }
    }

    @Test("A pipeline's replies come in its order, error replies among them")
    func pipeline() async throws {
        try await RedisFixture.withClient { (client: RedisClient) async throws in
            let key = RedisFixture.name()
            let replies = try await client.pipeline([
                RedisCommand("SET", .text(key), "text"), RedisCommand("INCR", .text(key)),
                RedisCommand("LPUSH", .text(key), "x"), RedisCommand("GET", .text(key)),
            ])
            #expect(replies.count == 4)
            #expect(replies[0] == .status("OK"))
            #expect(replies[3] == .bulk(Array("text".utf8)))
            let error = await failure { () throws(RedisError) in try replies[2].orThrow("LPUSH") }
            #expect(error?.serverPrefix == .wrongType)
            #expect(try await client.pipeline([]).isEmpty)
        }
    }

    @Test("A transaction of one pipeline is carried out as one")
    func transaction() async throws {
        try await RedisFixture.withClient { (client: RedisClient) async throws in
            let key = RedisFixture.name()
            let replies = try await client.pipeline([
                RedisCommand("MULTI"), RedisCommand("INCR", .text(key)), RedisCommand("INCR", .text(key)),
                RedisCommand("EXEC"),
            ])
            #expect(replies.last == .array([.integer(1), .integer(2)]))
        }
    }

    @Test("An error reply is thrown with its prefix, and shows neither key nor value")
    func serverError() async throws {
        try await RedisFixture.withClient { (client: RedisClient) async throws in
            let key = RedisFixture.name("secret-key")
            _ = try await client.send("SET", .text(key), "secret-value")
            let error = await failure { () throws(RedisError) in
                try await client.send("LPUSH", .text(key), "secret-element")
            }
            #expect(error?.code == .server)
            #expect(error?.serverPrefix == .wrongType)
            #expect(error?.isOutcomeUnknown == false)
            let unknown = await failure { () throws(RedisError) in
                try await client.send("NOSUCH", "secret-argument")
            }
            #expect(unknown?.serverPrefix == .generic)
            #expect(unknown?.serverText?.contains("secret-argument") == true)
            for shown in [error, unknown] {
                let texts = ["\(String(describing: shown))", String(reflecting: shown), shown?.hint ?? ""]
                #expect(!texts.joined().contains("secret"))
            }
        }
    }

    @Test("Replies nested seven deep are read; one deeper ends the connection, and the client comes back")
    func nesting() async throws {
        var options = RedisClient.Options()
        options.stableAfter = .zero
        try await RedisFixture.withClient(options: options) { (client: RedisClient) async throws in
            func script(_ depth: Int) -> String {
                "return " + String(repeating: "{", count: depth) + "7" + String(repeating: "}", count: depth)
            }
            var reply = try await client.send("EVAL", .text(script(7)), 0)
            for _ in 0..<7 { reply = try #require(try reply.array().first) }
            #expect(reply == .integer(7))
            let error = await failure { () throws(RedisError) in try await client.send("EVAL", .text(script(9)), 0) }
            #expect(error?.code == .protocolViolation)
            #expect(error?.isOutcomeUnknown == true)
            #expect(await eventually { (try? await client.send("PING")) == .status("PONG") })
        }
    }

    @Test("A large array arrives whole")
    func largeArray() async throws {
        try await RedisFixture.withClient { (client: RedisClient) async throws in
            let reply = try await client.send(
                "EVAL",
                "local t = {} for i = 1, 100000 do t[i] = i end return t",
                0
            )
            #expect(try reply.array().count == 100_000)
        }
    }

    @Test("A script runs by its digest, and is sent once to a server that does not know it")
    func script() async throws {
        try await RedisFixture.withClient { (client: RedisClient) async throws in
            let script = RedisScript(
                name: "add",
                source: "return redis.call('INCRBY', KEYS[1], ARGV[1]) -- \(RedisFixture.name())"
            )
            let key = RedisFixture.name()
            #expect(try await client.send("SCRIPT", "EXISTS", .text(script.digest)) == .array([.integer(0)]))
            #expect(try await script.run(keys: [.text(key)], arguments: [5], on: client) == .integer(5))
            #expect(try await client.send("SCRIPT", "EXISTS", .text(script.digest)) == .array([.integer(1)]))
            #expect(try await script.run(keys: [.text(key)], arguments: [5], on: client) == .integer(10))
        }
    }

    @Test("A script's error is thrown under the script's name")
    func scriptError() async throws {
        try await RedisFixture.withClient { (client: RedisClient) async throws in
            let script = RedisScript(name: "broken", source: "return redis.error_reply('CUSTOM secret')")
            let error = await failure { () throws(RedisError) in try await script.run(keys: [], on: client) }
            #expect(error?.serverPrefix?.rawValue == "CUSTOM")
            #expect(error?.message == "Redis refused 'broken' (CUSTOM).")
        }
    }
}

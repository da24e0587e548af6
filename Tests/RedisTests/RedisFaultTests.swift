import EventLoop
import Foundation
import Redis
import TestSupport
import Testing

@Suite("Faults of a real server", .timeLimit(.minutes(10)))
struct RedisFaultTests {
    private func withClient(
        of server: RedisServer,
        options: RedisClient.Options = RedisClient.Options(),
        _ body: (RedisClient) async throws -> Void
    ) async throws {
        let client = try RedisFixture.client(server.url, options: options)
        let result: Result<Void, any Error>
        do { result = .success(try await body(client)) } catch { result = .failure(error) }
        await client.close()
        try result.get()
    }

    private func isBack(_ client: RedisClient) async throws -> Bool {
        await eventually { (try? await client.send("PING")) == .status("PONG") }
    }

    @Test("While the server is away requests are refused without delay; it is found again by itself")
    func restart() async throws {
        var options = RedisClient.Options()
        // Whoever waited for either would be noticed, however busy the machine is.
        options.connection.commandTimeout = .seconds(120)
        options.connection.connectTimeout = .seconds(120)
        try await withRedisServer { (server: RedisServer) async throws in
            try await withClient(of: server, options: options) { (client: RedisClient) async throws in
                _ = try await client.send("SET", "a", "1")
                try await server.stop()
                let refused = try await eventually { () async throws in
                    await failure { () throws(RedisError) in try await client.send("GET", "a") }?.code == .unavailable
                }
                #expect(refused)
                // The client's attempts go on meanwhile: each of these must come back without waiting for one.
                let start = ContinuousClock.now
                for _ in 0..<200 {
                    let error = await failure { () throws(RedisError) in try await client.send("GET", "a") }
                    #expect(error?.code == .unavailable)
                    #expect(error?.isOutcomeUnknown == false)
                }
                #expect(start.duration(to: .now) < .seconds(60))
                try await server.start()
                #expect(try await isBack(client))
                #expect(try await client.send("GET", "a") == .null)
            }
        }
    }

    @Test("A server that is not there yet refuses the first request after one attempt, and is found when it comes")
    func late() async throws {
        let server = try RedisServer()
        try await withClient(of: server) { (client: RedisClient) async throws in
            let error = await failure { () throws(RedisError) in try await client.send("PING") }
            #expect(error?.code == .connectFailed)
            try await server.start()
            #expect(try await isBack(client))
        }
        try await server.remove()
    }

    @Test("A killed connection fails what was under way with an unknown outcome, and the next request works")
    func killed() async throws {
        var options = RedisClient.Options()
        options.stableAfter = .zero
        try await withRedisServer { (server: RedisServer) async throws in
            try await withClient(of: server) { (admin: RedisClient) async throws in
                try await withClient(of: server, options: options) { (client: RedisClient) async throws in
                    let id = try await client.send("CLIENT", "ID").integer()
                    async let pending = failure { () throws(RedisError) in
                        try await client.send(RedisCommand("BLPOP", "none", 0), timeout: .seconds(60))
                    }
                    let isBlocked = try await eventually { () async throws in
                        let list = try await admin.send("CLIENT", "LIST", "ID", .integer(id)).text()
                        return list.contains("cmd=blpop")
                    }
                    #expect(isBlocked)
                    #expect(try await admin.send("CLIENT", "KILL", "ID", .integer(id)) == .integer(1))
                    let error = await pending
                    #expect(error?.code == .connectionLost)
                    #expect(error?.isOutcomeUnknown == true)
                    #expect(try await client.send("PING") == .status("PONG"))
                }
            }
        }
    }

    @Test("A paused server times requests out, and their late replies reach nobody")
    func paused() async throws {
        try await withRedisServer { (server: RedisServer) async throws in
            try await withClient(of: server) { (admin: RedisClient) async throws in
                try await withClient(of: server) { (client: RedisClient) async throws in
                    _ = try await client.send("SET", "n", "0")
                    _ = try await admin.send("CLIENT", "PAUSE", "60000", "WRITE")
                    let error = await failure { () throws(RedisError) in
                        try await client.send(RedisCommand("INCR", "n"), timeout: .milliseconds(30))
                    }
                    #expect(error?.code == .timedOut)
                    #expect(error?.isOutcomeUnknown == true)
                    // Behind the one that was given up: each must get its own reply, not the late one.
                    let texts = try await withThrowingTaskGroup(of: (Int, RedisValue).self) { group in
                        for number in 0..<50 {
                            group.addTask {
                                let command = RedisCommand("ECHO", .integer(number))
                                return (number, try await client.send(command, timeout: .seconds(30)))
                            }
                        }
                        _ = try await admin.send("CLIENT", "UNPAUSE")
                        return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
                    }
                    for number in 0..<50 { #expect(texts[number] == .bulk(Array(String(number).utf8))) }
                    #expect(try await client.send("GET", "n").integer() == 1)
                }
            }
        }
    }

    @Test("A server that hangs is noticed by the health check: later requests do not wait for their time-out")
    func hang() async throws {
        var options = RedisClient.Options()
        options.connection.healthCheckInterval = .milliseconds(50)
        options.connection.healthCheckTimeout = .milliseconds(100)
        options.connection.connectTimeout = .milliseconds(200)
        options.connection.commandTimeout = .seconds(60)
        try await withRedisServer { (server: RedisServer) async throws in
            try await withClient(of: server, options: options) { (client: RedisClient) async throws in
                _ = try await client.send("PING")
                server.signal(SIGSTOP)
                let error = await failure { () throws(RedisError) in try await client.send("INCR", "n") }
                #expect(error?.code == .connectionLost)
                #expect(error?.isOutcomeUnknown == true)
                let refused = try await eventually { () async throws in
                    await failure { () throws(RedisError) in try await client.send("PING") }?.code == .unavailable
                }
                #expect(refused)
                server.signal(SIGCONT)
                #expect(try await isBack(client))
            }
        }
    }

    @Test("A full server refuses writes by its prefix and goes on reading")
    func outOfMemory() async throws {
        var serverOptions = RedisServer.Options()
        serverOptions.arguments = ["--maxmemory", "8mb", "--maxmemory-policy", "noeviction"]
        try await withRedisServer(options: serverOptions) { (server: RedisServer) async throws in
            try await withClient(of: server) { (client: RedisClient) async throws in
                let value = [UInt8](repeating: 1, count: 1 << 20)
                var error: RedisError?
                for number in 0..<20 where error == nil {
                    error = await failure { () throws(RedisError) in
                        try await client.send("SET", .integer(number), .bytes(value))
                    }
                }
                #expect(error?.serverPrefix == .outOfMemory)
                #expect(error?.isOutcomeUnknown == false)
                #expect(try await client.send("GET", "0").bytes() == value)
            }
        }
    }

    @Test("A wrong or missing password is refused with its prefix and shown nowhere; the right one works")
    func password() async throws {
        var options = RedisServer.Options()
        options.arguments = ["--requirepass", "correct horse"]
        try await withRedisServer(options: options) { (server: RedisServer) async throws in
            for (login, prefix) in [("", "NOAUTH"), (":wrong-secret@", "WRONGPASS"), ("no:wrong-secret@", "WRONGPASS")]
            {
                let client = try RedisFixture.client("unix://\(login)\(server.socketPath)")
                let error = await failure { () throws(RedisError) in try await client.send("PING") }
                #expect(error?.code == .handshakeRefused)
                #expect(error?.serverPrefix?.rawValue == prefix)
                let shown = "\(String(reflecting: error)) \(error?.hint ?? "")"
                #expect(!shown.contains("wrong-secret"))
                await client.close()
            }
            let client = try RedisFixture.client("unix://:correct%20horse@\(server.socketPath)?db=3")
            #expect(try await client.send("PING") == .status("PONG"))
            await client.close()
            let outside = try RedisFixture.client("unix://:correct%20horse@\(server.socketPath)?db=9999")
            let error = await failure { () throws(RedisError) in try await outside.send("PING") }
            #expect(error?.code == .handshakeRefused)
            #expect(error?.message.contains("database 9999") == true)
            await outside.close()
        }
    }

    @Test("A cancelled request comes back at once, and the connection goes on")
    func cancellation() async throws {
        try await withRedisServer { (server: RedisServer) async throws in
            try await withClient(of: server) { (client: RedisClient) async throws in
                _ = try await client.send("PING")
                let blocked = Task {
                    await failure { () throws(RedisError) in
                        try await client.send(RedisCommand("BLPOP", "list", 0), timeout: .seconds(60))
                    }
                }
                try await withClient(of: server) { (admin: RedisClient) async throws in
                    let isBlocked = try await eventually { () async throws in
                        try await admin.send("CLIENT", "LIST").text().contains("cmd=blpop")
                    }
                    #expect(isBlocked)
                    blocked.cancel()
                    let error = await blocked.value
                    #expect(error?.code == .cancelled)
                    #expect(error?.isOutcomeUnknown == true)
                    _ = try await admin.send("RPUSH", "list", "late")
                }
                #expect(try await client.send("ECHO", "next") == .bulk(Array("next".utf8)))
            }
        }
    }

    @Test("Many requests cancelled at random moments never mix up the replies of the others", arguments: [1, 2, 3])
    func randomCancellation(seed: UInt64) async throws {
        let client = try RedisFixture.client(try await RedisServer.shared().url)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<400 {
                group.addTask {
                    var random = SeededRandom(seed: seed &* 1000 &+ UInt64(number))
                    for round in 0..<10 {
                        let text = "\(number).\(round)"
                        let request = Task { try await client.send("ECHO", .text(text)) }
                        for _ in 0..<random.int(in: 0...3) { await Task.yield() }
                        if random.oneIn(3) { request.cancel() }
                        switch await request.result {
                        case .success(let reply): #expect(reply == .bulk(Array(text.utf8)), "\(random)")
                        case .failure(let error): #expect((error as? RedisError)?.code == .cancelled, "\(random)")
                        }
                    }
                }
            }
        }
        await client.close()
    }

    @Test("A task that is cancelled before it asks sends nothing")
    func cancelledBefore() async throws {
        let client = try RedisFixture.client(try await RedisServer.shared().url)
        let key = RedisFixture.name()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await failure { () throws(RedisError) in try await client.send("INCR", .text(key)) }
        }
        let error = await task.value
        #expect(error?.code == .cancelled)
        #expect(error?.isOutcomeUnknown == false)
        #expect(try await client.send("GET", .text(key)) == .null)
        await client.close()
    }

    @Test("Beyond the limit of waiting requests further ones are refused, not kept")
    func bounded() async throws {
        var options = RedisClient.Options()
        options.connection.pendingLimit = 10
        try await withRedisServer { (server: RedisServer) async throws in
            try await withClient(of: server, options: options) { (client: RedisClient) async throws in
                _ = try await client.send("PING")
                server.signal(SIGSTOP)
                let codes = await withTaskGroup(of: RedisError.Code?.self) { group in
                    for _ in 0..<30 {
                        group.addTask {
                            await failure { () throws(RedisError) in
                                try await client.send(RedisCommand("PING"), timeout: .milliseconds(300))
                            }?.code
                        }
                    }
                    return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
                }
                #expect(codes == [.timedOut: 10, .queueFull: 20])
                server.signal(SIGCONT)
                #expect(try await isBack(client))
            }
        }
    }

    @Test("A request above the size limit is refused before anything is sent")
    func size() async throws {
        var options = RedisClient.Options()
        options.connection.requestLimitInBytes = 1000
        let client = try RedisFixture.client(try await RedisServer.shared().url, options: options)
        let error = await failure { () throws(RedisError) in
            try await client.send("ECHO", .bytes([UInt8](repeating: 1, count: 1001)))
        }
        #expect(error?.code == .requestTooLarge)
        #expect(try await client.send("PING") == .status("PONG"))
        await client.close()
    }

    @Test("Closing waits for the requests under way and refuses later ones")
    func closing() async throws {
        try await withRedisServer { (server: RedisServer) async throws in
            let client = try RedisFixture.client(server.url)
            try await withClient(of: server) { (admin: RedisClient) async throws in
                async let popped = client.send(RedisCommand("BLPOP", "list", 0), timeout: .seconds(60))
                let isBlocked = try await eventually { () async throws in
                    try await admin.send("CLIENT", "LIST").text().contains("cmd=blpop")
                }
                #expect(isBlocked)
                async let closed: Void = client.close()
                let isRefusing = try await eventually { () async throws in await client.status == .closed }
                #expect(isRefusing)
                let error = await failure { () throws(RedisError) in try await client.send("PING") }
                #expect(error?.code == .closed)
                _ = try await admin.send("RPUSH", "list", "x")
                #expect(try await popped == .array([.bulk(Array("list".utf8)), .bulk([120])]))
                await closed
            }
        }
    }
}

import EventLoop
import Foundation
import Glibc
import Redis
import TestSupport
import Testing

@Suite("Connecting", .timeLimit(.minutes(10)))
struct RedisConnectTests {
    @Test("A server is reached by address, by name and over IPv6 addresses that fail first")
    func tcp() async throws {
        var options = RedisServer.Options()
        options.listensOnLoopback = true
        try await withRedisServer(options: options) { (server: RedisServer) async throws in
            let port = try #require(server.port)
            for host in ["127.0.0.1", "localhost"] {
                let connection = try RedisFixture.connection("redis://\(host):\(port)/1")
                try await connection.open()
                #expect(try await connection.send("ECHO", "x") == .bulk([120]))
                await connection.close()
            }
        }
    }

    @Test("Nobody listening is told with the address, at once")
    func refused() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let missing = folder.appending("none.sock")
        let connection = try RedisFixture.connection("unix://\(missing)")
        let error = await failure { () throws(RedisError) in try await connection.open() }
        #expect(error?.code == .connectFailed)
        #expect(error?.message == "Cannot connect to Redis at '\(missing)': No such file or directory.")
    }

    @Test("An unknown host is told as such")
    func unknownHost() async throws {
        let connection = try RedisFixture.connection("redis://no-such-host.invalid")
        let error = await failure { () throws(RedisError) in try await connection.open() }
        #expect([.connectFailed, .connectTimedOut].contains(error?.code))
    }

    @Test("A listener that never answers is given up after the connect time-out")
    func silent() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let path = folder.appending("silent.sock")
        let listener = try Self.listen(path)
        defer { close(listener) }
        var options = RedisConnection.Options()
        options.connectTimeout = .milliseconds(100)
        let connection = try RedisFixture.connection("unix://\(path)", options: options)
        let error = await failure { () throws(RedisError) in try await connection.open() }
        #expect(error?.code == .connectTimedOut)
        let later = await failure { () throws(RedisError) in try await connection.send("PING") }
        #expect(later?.code == .connectTimedOut)
        #expect(later?.isOutcomeUnknown == false)
    }

    @Test("Requests made while connecting wait in order, and fail known not to be carried out")
    func waiting() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let path = folder.appending("silent.sock")
        let listener = try Self.listen(path)
        defer { close(listener) }
        var options = RedisConnection.Options()
        options.connectTimeout = .milliseconds(200)
        let connection = try RedisFixture.connection("unix://\(path)", options: options)
        async let first = failure { () throws(RedisError) in
            try await connection.send(RedisCommand("PING"), timeout: .milliseconds(20))
        }
        async let second = failure { () throws(RedisError) in try await connection.send("PING") }
        let (timedOut, failed) = await (first, second)
        #expect(timedOut?.code == .timedOut)
        #expect(timedOut?.isOutcomeUnknown == false)
        #expect(failed?.code == .connectTimedOut)
        #expect(failed?.isOutcomeUnknown == false)
    }

    @Test("What is not a Redis server is told as such")
    func foreign() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let path = folder.appending("http.sock")
        let listener = try Self.listen(path)
        defer { close(listener) }
        let connection = try RedisFixture.connection("unix://\(path)")
        async let opened = failure { () throws(RedisError) in try await connection.open() }
        var client: Int32 = -1
        _ = fcntl(listener, F_SETFL, O_NONBLOCK)
        #expect(
            try await eventually { () async throws in
                client = accept(listener, nil, nil)
                return client >= 0
            }
        )
        let text = Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)
        _ = send(client, text, text.count, Int32(MSG_NOSIGNAL))
        let error = await opened
        close(client)
        #expect(error?.code == .protocolViolation)
    }

    @Test("A released connection closes its socket")
    func release() async throws {
        try await withRedisServer { (server: RedisServer) async throws in
            let admin = try RedisFixture.client(server.url)
            do {
                let connection = try RedisFixture.connection(server.url)
                try await connection.open()
                #expect(try await admin.send("INFO", "clients").text().contains("connected_clients:2"))
            }
            #expect(
                try await eventually { () async throws in
                    try await admin.send("INFO", "clients").text().contains("connected_clients:1")
                }
            )
            await admin.close()
        }
    }

    private static func listen(_ path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isListening = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && Glibc.listen(descriptor, 5) == 0
            }
        }
        guard isListening else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EADDRINUSE) }
        return descriptor
    }
}

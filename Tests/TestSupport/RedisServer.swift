import Foundation
package import Glibc
import Locking

/// A private Redis server in a temporary folder, on a unix socket and, when asked, a loopback port.
///
/// Its data live in memory only, so every start is a start from nothing. The server ends with ``stop()``, and with the
/// test process however that dies: see ``WatchedServer``.
package final class RedisServer: Sendable {
    package struct Options: Sendable {
        /// Whether to listen on a free port of 127.0.0.1 besides the socket.
        ///
        /// Default false.
        package var listensOnLoopback = false
        /// Further arguments of `redis-server`, such as `--maxmemory`, `8mb`.
        package var arguments: [String] = []
        /// How long a start may take.
        ///
        /// Default 30 seconds.
        package var startLimit: Duration = .seconds(30)

        package init() {}
    }

    /// What went wrong with a server of a test.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Path of the unix socket; the same over all starts.
    package let socketPath: String
    /// The loopback port, if there is one; the same over all starts.
    package let port: Int?
    private let folder: TemporaryFolder
    private let options: Options
    private let process = Lock<WatchedServer?>(nil)

    /// Prepares a server that does not run yet.
    package init(options: Options = Options()) throws {
        self.options = options
        folder = try TemporaryFolder()
        socketPath = folder.appending("redis.sock")
        port = options.listensOnLoopback ? try WatchedServer.freePort() : nil
    }

    /// The address for clients, through the unix socket.
    package var url: String { "unix://" + socketPath }

    /// The server's process while it runs, for signals.
    package var pid: pid_t? { process.withLock { $0?.serverPID } }

    /// Starts the server and returns when it answers.
    package func start() async throws {
        let arguments =
            [
                "redis-server", "--port", String(port ?? 0), "--bind", "127.0.0.1", "--unixsocket", socketPath,
                "--save",
                "", "--appendonly", "no", "--dir", folder.path, "--logfile", folder.appending("redis.log"),
                "--daemonize", "no",
            ] + options.arguments
        let server = try await WatchedServer.start(arguments, folder: folder)
        process.withLock { $0 = server }
        let deadline = ContinuousClock.now.advanced(by: options.startLimit)
        while !isAnswering() {
            guard ContinuousClock.now < deadline, server.isRunning else {
                let log = (try? folder.read("redis.log")) ?? "no log"
                throw Failure(description: "redis-server did not start; apt-get install redis-server? \(log)")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Ends the server at once and returns when it is gone; can be started again.
    package func stop() async throws {
        guard let server = process.withLock({ $0.take() }) else { return }
        try await server.stop()
    }

    /// Ends the server and removes its folder.
    package func remove() async throws {
        try await stop()
        folder.remove()
    }

    /// Stops (`SIGSTOP`) or continues (`SIGCONT`) the server, or sends it any other signal.
    package func signal(_ number: Int32) {
        if let pid { kill(pid, number) }
    }

    /// Asks PING over a connection of its own; never blocks longer than the local socket takes.
    private func isAnswering() -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 0, tv_usec: 50_000)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: socketPath.utf8.prefix(107)) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) == 0 }
        }
        guard isConnected else { return false }
        let request = Array("PING\r\n".utf8)
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { return false }
        var answer = [UInt8](repeating: 0, count: 64)
        let count = recv(descriptor, &answer, answer.count, 0)
        // A server that wants a password answers too; one that still loads does not count.
        return count > 0 && (answer.starts(with: "+PONG".utf8) || answer.starts(with: "-NOAUTH".utf8))
    }
}

/// Runs the body with a server of its own and ends it afterwards, also when the body throws.
package func withRedisServer<Result>(
    options: RedisServer.Options = RedisServer.Options(),
    _ body: (RedisServer) async throws -> Result
) async throws -> Result {
    let server = try RedisServer(options: options)
    let result: Swift.Result<Result, any Error>
    do {
        try await server.start()
        result = .success(try await body(server))
    } catch {
        result = .failure(error)
    }
    try await server.remove()
    return try result.get()
}

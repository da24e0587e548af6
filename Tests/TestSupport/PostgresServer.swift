import Foundation
package import Glibc
import Locking

/// A private PostgreSQL server in a temporary folder, reached through a socket there.
///
/// It runs under a small shell that holds the read end of a pipe from this process: however this process ends, the pipe
/// closes, and the shell ends the server and removes the folder. All calls that wait do so on threads of their own.
package final class PostgresServer: Sendable {
    package struct Options: Sendable {
        /// Also listens on a free port of 127.0.0.1.
        package var isOnLoopback = false
        /// Offers TLS with a certificate of its own, signed by itself; see ``PostgresServer/certificate``.
        package var hasTLS = false
        /// Additional server settings.
        package var settings: [String: String] = [:]

        package init() {}
    }

    /// How a server is ended.
    package enum Ending: String, Sendable {
        /// Rolls back what runs and says good-bye to clients.
        case fast = "INT"
        /// Ends at once without a word, as in a crash; recovers at the next start.
        case immediate = "QUIT"
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private struct Running {
        var shell: pid_t
        var pipe: Int32
    }

    package let folder: TemporaryFolder
    package let port: Int
    private let options: Options
    private let binaries: String
    private let running = Lock<Running?>(nil)

    private static let shared = Lock<Task<PostgresServer, any Error>?>(nil)

    /// The server that all tests of this process share; started with the first call, ended with the process.
    package static func shared() async throws -> PostgresServer {
        let task = shared.withLock { task in
            // Not cancelled with the test that happens to be first: others wait for it too.
            let current = task ?? Task { try await PostgresServer.start() }
            task = current
            return current
        }
        return try await task.value
    }

    /// Makes and starts a server of its own, for tests that stop or break it.
    package static func start(options: Options = Options()) async throws -> PostgresServer {
        try await onOwnThread {
            let server = try PostgresServer(options: options)
            try server.initialize()
            try server.launch()
            return server
        }
    }

    private init(options: Options) throws {
        self.options = options
        folder = try TemporaryFolder()
        let root = "/usr/lib/postgresql"
        let versions = try FileManager.default.contentsOfDirectory(atPath: root).compactMap(Int.init).sorted()
        guard let newest = versions.last else { throw Failure(description: "no PostgreSQL below \(root)") }
        binaries = "\(root)/\(newest)/bin"
        port = options.isOnLoopback ? try Self.freePort() : 5432
    }

    deinit {
        if let running = running.withLock({ $0 }) { close(running.pipe) }
    }

    // MARK: Addresses

    /// The URL of a database through the socket.
    package func url(database: String = "postgres", user: String = "postgres") -> String {
        "postgresql://\(user)@/\(database)?host=\(folder.path)&port=\(port)"
    }

    /// The URL of a database through the loopback port.
    package func loopbackURL(database: String = "postgres", parameters: String = "") -> String {
        "postgresql://postgres@127.0.0.1:\(port)/\(database)\(parameters.isEmpty ? "" : "?" + parameters)"
    }

    /// The certificate the server shows, in PEM.
    package var certificate: String { folder.appending("data/server.crt") }

    /// Makes an empty database, or a copy of another that nobody uses, and returns its URL.
    package func makeDatabase(copying template: String = "template1") async throws -> String {
        let name = "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
        _ = try await run("CREATE DATABASE \(name) TEMPLATE \(template)")
        return url(database: name)
    }

    /// Runs SQL with `psql` and returns its unaligned output without headers.
    package func run(_ sql: String, database: String = "postgres") async throws -> String {
        let arguments = [
            binaries + "/psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", folder.path, "-p", "\(port)", "-U", "postgres",
            "-d", database, "-c", sql,
        ]
        return try await onOwnThread {
            let output = try SpawnedCommand.run(arguments, environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"])
            guard output.status == 0 else { throw Failure(description: output.standardError) }
            return output.standardOutput.trimmingCharacters(in: .newlines)
        }
    }

    // MARK: Life

    /// Starts a server that was stopped.
    package func start() async throws {
        try await onOwnThread { try self.launch() }
    }

    /// Ends the server and waits until it is gone; the folder stays, for another start.
    package func stop(_ ending: Ending = .fast) async throws {
        try await onOwnThread {
            guard let running = self.running.withLock({ $0 }) else { return }
            let line = Array("\(ending.rawValue)\n".utf8)
            _ = write(running.pipe, line, line.count)
            self.running.withLock { $0 = nil }
            var status: Int32 = 0
            while waitpid(running.shell, &status, 0) < 0 && errno == EINTR {}
            close(running.pipe)
        }
    }

    /// Ends the server if it runs, and removes its folder.
    package func remove() async throws {
        try await stop(.immediate)
        folder.remove()
    }

    /// The postmaster's process id.
    package func process() throws -> pid_t {
        let line = try folder.read("data/postmaster.pid").split(separator: "\n").first
        guard let pid = line.flatMap({ pid_t($0) }) else { throw Failure(description: "the server does not run") }
        return pid
    }

    /// Stops a server process without ending it: its sockets stay open and nobody reads them.
    package func freeze(_ process: pid_t) throws { try send(SIGSTOP, to: process) }

    /// Lets a frozen process go on.
    package func thaw(_ process: pid_t) throws { try send(SIGCONT, to: process) }

    private func send(_ signal: Int32, to process: pid_t) throws {
        guard process > 1, kill(process, signal) == 0 else {
            throw Failure(description: "no server process \(process)")
        }
    }

    private func initialize() throws {
        let data = folder.appending("data")
        let user = getuid() == 0 ? getpwnam("postgres")?.pointee : nil
        if let user {
            guard chown(folder.path, user.pw_uid, user.pw_gid) == 0 else {
                throw Failure(description: "chown \(folder.path): \(String(cString: strerror(errno)))")
            }
        }
        try check(
            asServerUser([
                binaries + "/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                "--no-sync", "--no-instructions",
            ])
        )
        if options.hasTLS {
            try check(
                asServerUser([
                    "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", data + "/server.key", "-out",
                    data + "/server.crt",
                ])
            )
        }
    }

    private func launch() throws {
        guard running.withLock({ $0 == nil }) else { return }
        var settings = [
            "fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB", "max_connections": "400",
            "port": "\(port)", "unix_socket_directories": folder.path,
            "listen_addresses": options.isOnLoopback ? "127.0.0.1" : "", "ssl": options.hasTLS ? "on" : "off",
            "log_min_messages": "warning", "timezone": "UTC", "max_wal_size": "256MB",
        ]
        settings.merge(options.settings) { $1 }
        // Left by a crash: its "ready" would be taken for the new server's.
        unlink(folder.appending("data/postmaster.pid"))
        let server =
            [binaries + "/postgres", "-D", folder.appending("data")]
            + settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
        let script = """
            folder=$1; shift
            "$@" </dev/null & server=$!
            if read -r ending; then kill -s "$ending" $server; wait $server
            else kill -s QUIT $server; wait $server; rm -rf "$folder"; fi
            """
        let shell = ["/bin/sh", "-c", script, "sh", folder.path] + asServerUser(server)
        let new = try spawn(shell, log: folder.appending("server.log"))
        running.withLock { $0 = new }
        let deadline = ContinuousClock.now + .seconds(60)
        while !isReady {
            guard ContinuousClock.now < deadline else {
                throw Failure(description: "the server does not start: \((try? folder.read("server.log")) ?? "no log")")
            }
            usleep(5_000)
        }
    }

    /// The last line of the server's own file says how far it is.
    private var isReady: Bool {
        let lines =
            (try? folder.read("data/postmaster.pid"))?.split(separator: "\n", omittingEmptySubsequences: false) ?? []
        return lines.count >= 8 && lines[7].trimmingCharacters(in: .whitespaces) == "ready"
    }

    /// PostgreSQL refuses to run as root.
    private func asServerUser(_ command: [String]) -> [String] {
        guard getuid() == 0 else { return command }
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"] + command
    }

    private func check(_ command: [String]) throws {
        let output = try SpawnedCommand.run(
            command,
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"]
        )
        guard output.status == 0 else { throw Failure(description: output.standardError) }
    }

    private func spawn(_ command: [String], log: String) throws -> Running {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure(description: "no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // What else this process has open, such as other tests' sockets and the runner's pipes, is not theirs to hold.
        // All there may be, not those of this moment: another thread may open something in between.
        for descriptor in Int32(3)..<1_024 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Threads of tasks block all signals; a shell that inherits that never hears that its child has ended.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let argv = command.map { strdup($0) } + [nil]
        let environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"]
        let envp = environment.map { (entry: String) in strdup(entry) } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var pid = pid_t()
        let failure = posix_spawn(&pid, command[0], &actions, &attributes, argv, envp)
        close(ends[0])
        guard failure == 0 else {
            close(ends[1])
            throw Failure(description: "cannot start \(command[0]): \(String(cString: strerror(failure)))")
        }
        return Running(shell: pid, pipe: ends[1])
    }

    /// A port that was free a moment ago.
    private static func freePort() throws -> Int {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, size) == 0 && getsockname(socket, address, &size) == 0
            }
        }
        guard status else { throw Failure(description: "no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

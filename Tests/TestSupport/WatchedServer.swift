import Foundation
package import Glibc

/// A server process that ends with the test process, however that dies.
///
/// A small shell stands between: it starts the server and then reads from a socket whose other end only this process
/// holds. When that closes, by ``stop()`` or because this process is gone, the shell kills the server, and removes
/// the folder when this process is gone.
package struct WatchedServer: Sendable {
    package let serverPID: pid_t
    private let shellPID: pid_t
    private let end: Int32

    private static let script = """
        trap '' HUP INT TERM
        folder=$1; shift
        "$@" 3<&- </dev/null >"$folder/output" 2>&1 &
        server=$!
        echo "$server" >"$folder/pid.new" && mv "$folder/pid.new" "$folder/pid"
        answer=gone
        read -r answer <&3
        kill -KILL "$server" 2>/dev/null
        wait "$server" 2>/dev/null
        if [ "$answer" != stop ]; then rm -rf "$folder"; fi
        """

    static func start(_ arguments: [String], folder: TemporaryFolder) async throws -> WatchedServer {
        unlink(folder.appending("pid"))
        var ends: [Int32] = [-1, -1]
        // A socket pair as the pipe, because it closes on exec from its start: a copy of our end in any other child that
        // is started meanwhile would keep the server alive.
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EMFILE)
        }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[0], 3)

        let argv = (["/bin/sh", "-c", script, "watchdog", folder.path] + arguments).map { strdup($0) } + [nil]
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let envp = [strdup("PATH=\(path)"), strdup("LC_ALL=C"), nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var shell = pid_t()
        let failure = posix_spawn(&shell, "/bin/sh", &actions, nil, argv, envp)
        guard failure == 0 else {
            close(ends[1])
            throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EINVAL)
        }
        let deadline = ContinuousClock.now.advanced(by: .seconds(30))
        while ContinuousClock.now < deadline {
            if let text = try? folder.read("pid"), let pid = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines))
            {
                return WatchedServer(serverPID: pid, shellPID: shell, end: ends[1])
            }
            try await Task.sleep(for: .milliseconds(2))
        }
        close(ends[1])
        throw POSIXError(.ETIMEDOUT)
    }

    /// Whether the server's process is there and not a zombie.
    var isRunning: Bool {
        guard let state = try? String(contentsOfFile: "/proc/\(serverPID)/stat", encoding: .utf8) else { return false }
        return !(state.split(separator: ")").last?.hasPrefix(" Z") ?? true)
    }

    /// Kills the server and returns when it is gone.
    func stop() async throws {
        let word = Array("stop\n".utf8)
        _ = send(end, word, word.count, Int32(MSG_NOSIGNAL))
        close(end)
        let deadline = ContinuousClock.now.advanced(by: .seconds(30))
        var status: Int32 = 0
        while waitpid(shellPID, &status, WNOHANG) == 0 {
            guard ContinuousClock.now < deadline else { throw POSIXError(.ETIMEDOUT) }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// A port of 127.0.0.1 that nobody uses at the moment.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EMFILE) }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EADDRINUSE) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

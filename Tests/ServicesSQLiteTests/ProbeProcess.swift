import Foundation
import Glibc
import Locking
import TestSupport

/// A `ServicesProbe` that runs beside the test.
final class ProbeProcess: Sendable {
    private struct State {
        var lines: [String] = []
        var isEnded = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let pid: pid_t
    private let input: Int32
    private let state = Lock(State())

    /// Starts the probe; its output is read on a thread of its own.
    init(_ arguments: String...) throws {
        let program = try BuiltProduct.executable("ServicesProbe")
        var (toChild, fromChild): ([Int32], [Int32]) = ([0, 0], [0, 0])
        guard pipe(&toChild) == 0, pipe(&fromChild) == 0 else { throw POSIXError(.EMFILE) }
        // What the probe inherits it gets by the actions alone: an open end would keep a pipe from ever ending.
        for descriptor in toChild + fromChild { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, toChild[0], 0)
        posix_spawn_file_actions_adddup2(&actions, fromChild[1], 1)
        let words: [String] = [program] + arguments
        let argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        let envp: [UnsafeMutablePointer<CChar>?] = [nil]
        defer { for pointer in argv { free(pointer) } }
        var pid = pid_t()
        let failure = posix_spawn(&pid, program, &actions, nil, argv, envp)
        close(toChild[0])
        close(fromChild[1])
        guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EINVAL) }
        self.pid = pid
        input = toChild[1]
        let output = fromChild[0]
        Thread.detachNewThread { [self] in readAll(output) }
    }

    deinit {
        close(input)
    }

    /// All lines, when the probe has ended.
    func allLines() async -> [String] {
        await withCheckedContinuation { waiter in
            let isEnded = state.withLock { state in
                if !state.isEnded { state.waiters.append(waiter) }
                return state.isEnded
            }
            if isEnded { waiter.resume() }
        }
        return lines
    }

    var lines: [String] { state.withLock { $0.lines } }

    /// Waits for a line that begins with the text, or for the end; looks again and again, for at most a minute.
    func line(beginningWith text: String) async throws -> String? {
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            let (lines, isEnded) = state.withLock { ($0.lines, $0.isEnded) }
            if let line = lines.first(where: { $0.hasPrefix(text) }) { return line }
            if isEnded { return nil }
            try await ContinuousClock().sleep(for: .milliseconds(5))
        }
        return nil
    }

    func send(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(input, bytes, bytes.count)
    }

    /// Ends the probe at once; does nothing when it has ended.
    func kill() {
        // The id stays the probe's until it is waited for, which happens under the same lock.
        state.withLock { state in
            if !state.isEnded { _ = Glibc.kill(pid, SIGKILL) }
        }
    }

    private func readAll(_ output: Int32) {
        var rest: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(output, &chunk, chunk.count)
            guard count > 0 else { break }
            rest += chunk[..<count]
            var parts = rest.split(separator: 10, omittingEmptySubsequences: false)
            rest = Array(parts.removeLast())
            let lines = parts.map { String(decoding: $0, as: UTF8.self) }
            state.withLock { $0.lines += lines }
        }
        close(output)
        var status = siginfo_t()
        waitid(P_PID, id_t(pid), &status, WEXITED | WNOWAIT)
        let waiters = state.withLock { state in
            waitpid(pid, nil, 0)
            state.isEnded = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}

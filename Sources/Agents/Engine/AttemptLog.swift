import ChildProcesses
import Dispatch
import Foundation
import Locking
import RunModel

/// The log files of one attempt: `stdout.log` and `stderr.log`, each up to a size.
///
/// Lines are gathered in memory and written on a queue of its own, so that the thread that reads from the child never
/// waits for the disk, unless the disk is so slow that memory would fill.
final class AttemptLog: Sendable {
    private struct State {
        var pending: [RunModel.OutputStream: [UInt8]] = [:]
        var written: [RunModel.OutputStream: Int] = [:]
        var droppedBytes = 0
        var isFlushing = false
    }

    /// Bytes that may wait for the disk.
    private static let mostPendingBytes = 4 << 20

    private let folder: String
    private let limitInBytes: Int
    private let state = Lock(State())
    private let queue = DispatchQueue(label: "switchyard.attempt-log")

    init(folder: String, limitInBytes: Int) {
        self.folder = folder
        self.limitInBytes = limitInBytes
    }

    /// Creates the folder and empty files, and writes the given files beside them.
    func prepare(files: [String: String] = [:]) async throws {
        try await onQueue { [folder] in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for name in ["stdout.log", "stderr.log"] { try Data().write(to: URL(filePath: "\(folder)/\(name)")) }
            for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)")) }
        }
    }

    /// Adds one line.
    ///
    /// What goes over the limit is counted and dropped.
    func add(_ stream: RunModel.OutputStream, _ line: String) {
        let bytes = Array(line.utf8) + [UInt8(ascii: "\n")]
        let limit = limitInBytes
        let (mustFlush, isFull) = state.withLock { state -> (Bool, Bool) in
            let room = max(0, limit - state.written[stream, default: 0])
            state.droppedBytes += max(0, bytes.count - room)
            guard room > 0 else { return (false, false) }
            let kept = bytes.prefix(room)
            state.written[stream, default: 0] += kept.count
            state.pending[stream, default: []] += kept
            let mustFlush = !state.isFlushing
            state.isFlushing = true
            return (mustFlush, state.pending.values.reduce(0) { $0 + $1.count } > Self.mostPendingBytes)
        }
        if mustFlush { queue.async { self.flush() } }
        // Waiting here slows the child down, which is the right thing when the disk cannot follow.
        if isFull { queue.sync {} }
    }

    /// Writes what is pending and returns the bytes that were dropped.
    func close() async -> Int {
        await withCheckedContinuation { continuation in
            queue.async {
                self.flush()
                continuation.resume()
            }
        }
        return state.withLock { $0.droppedBytes }
    }

    private func flush() {
        let pending = state.withLock { state in
            state.isFlushing = false
            defer { state.pending = [:] }
            return state.pending
        }
        for (stream, bytes) in pending where !bytes.isEmpty {
            guard append(bytes, to: "\(folder)/\(stream.rawValue).log") else {
                // A full disk must not end the attempt: its log is evidence, not its work.
                state.withLock { $0.droppedBytes += bytes.count }
                continue
            }
        }
    }

    private func append(_ bytes: [UInt8], to path: String) -> Bool {
        guard let file = FileHandle(forWritingAtPath: path) else { return false }
        defer { try? file.close() }
        do {
            try file.seekToEnd()
            try file.write(contentsOf: Data(bytes))
            return true
        } catch {
            return false
        }
    }

    private func onQueue(_ body: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            queue.async { continuation.resume(with: Result(catching: body)) }
        }
    }
}

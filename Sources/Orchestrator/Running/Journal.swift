import CLinux
import Dispatch
package import Foundation
import Glibc
import Locking
package import RunModel

/// The append-only record of one run's facts: one JSON object a line.
///
/// A fact is written before anything depends on it. Lines reach the disk at phase ends (``sync()``); a line torn by a
/// crash is cut off when the journal is opened again. One process at a time writes it: the owner lock of the run
/// folder is taken by ``RunStore``.
package final class Journal: Sendable {
    package let path: String
    private let state: Lock<State>
    private let now: @Sendable () -> Date
    private let queue = DispatchQueue(label: "switchyard.journal")

    private struct State {
        var descriptor: Int32
        var record: RunRecord
    }

    private init(path: String, descriptor: Int32, record: RunRecord, now: @escaping @Sendable () -> Date) {
        self.path = path
        self.now = now
        state = Lock(State(descriptor: descriptor, record: record))
    }

    deinit {
        close(state.withLock { $0.descriptor })
    }

    /// The fold of everything written so far.
    package var record: RunRecord { state.withLock { $0.record } }

    /// Opens the journal, folding what it holds; makes it when it is missing.
    ///
    /// - Throws: `OrchestratorError` when it cannot be read or written, holds a line that is not a fact, or was written
    ///   by a newer program.
    package static func open(
        _ path: String,
        now: @escaping @Sendable () -> Date = { Date() }
    ) throws -> Journal {
        let entries = try load(path)
        let descriptor = linux_openat(AT_FDCWD, path, O_RDWR | O_CREAT | O_CLOEXEC | O_APPEND, 0o644)
        guard descriptor >= 0 else { throw OrchestratorError.journalUnusable(path: path, why: lastSystemError()) }
        if ftruncate(descriptor, off_t(entries.lengthInBytes)) != 0 {
            let why = lastSystemError()
            close(descriptor)
            throw OrchestratorError.journalUnusable(path: path, why: why)
        }
        return Journal(path: path, descriptor: descriptor, record: RunRecord(entries.entries), now: now)
    }

    /// Reads a journal without opening it for writing; a last line without its newline is left out.
    package static func load(_ path: String) throws -> (entries: [JournalEntry], lengthInBytes: Int) {
        guard FileManager.default.fileExists(atPath: path) else { return ([], 0) }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw OrchestratorError.journalUnusable(path: path, why: lastSystemError())
        }
        var entries: [JournalEntry] = []
        var length = 0
        for (index, line) in data.split(separator: 10, omittingEmptySubsequences: false).dropLast().enumerated() {
            length += line.count + 1
            do {
                let entry = try JSONText.decode(JournalEntry.self, from: Data(line))
                guard entry.schema <= JournalEntry.currentSchema else {
                    throw OrchestratorError.journalIsNewer(path: path, schema: entry.schema)
                }
                entries.append(entry)
            } catch let error as OrchestratorError {
                throw error
            } catch {
                throw OrchestratorError.journalDamaged(path: path, line: index + 1, why: "\(error)")
            }
        }
        return (entries, length)
    }

    /// When the journal's first fact happened; `nil` when there is none that can be read.
    package static func start(_ path: String) -> Date? {
        struct Start: Decodable {
            var time: Date
        }
        guard let data = FileManager.default.contents(atPath: path), let end = data.firstIndex(of: 10) else {
            return nil
        }
        return try? JSONText.decode(Start.self, from: data[..<end]).time
    }

    /// Appends one fact and folds it in.
    @discardableResult
    package func append(_ fact: RunFact) throws -> JournalEntry {
        let time = JSONText.rounded(now())
        return try state.withLock { state -> Result<JournalEntry, any Error> in
            let entry = JournalEntry(sequence: state.record.lastSequence + 1, time: time, fact: fact)
            return Result {
                let line = try JSONText.encode(entry) + Data([10])
                try Self.write(line, to: state.descriptor, path: path)
                state.record.apply(entry)
                return entry
            }
        }.get()
    }

    /// Waits until everything written has reached the disk.
    package func sync() async {
        let descriptor = state.withLock { $0.descriptor }
        await withCheckedContinuation { continuation in
            queue.async {
                fdatasync(descriptor)
                continuation.resume()
            }
        }
    }

    private static func write(_ line: Data, to descriptor: Int32, path: String) throws {
        let start = lseek(descriptor, 0, SEEK_END)
        var rest = line[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                let why = lastSystemError()
                // A half line would damage the next one: take it back, the file stays whole.
                ftruncate(descriptor, start)
                throw OrchestratorError.journalUnusable(path: path, why: why)
            }
            rest = rest.dropFirst(count)
        }
    }

    private static func lastSystemError() -> String { String(cString: strerror(errno)) }
}

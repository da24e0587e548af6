import Dispatch
import GRDB
import Locking
package import Services

/// One SQLite file as a store for all services, shared safely by several processes of one host.
///
/// One connection writes, several read. The file must not lie on a network file system.
package final class SQLiteStore: Sendable {
    /// Where work runs that is neither a connection's nor the cooperative pool's.
    static let background = DispatchQueue(label: "switchyard.sqlite", attributes: .concurrent)

    /// The file's absolute path.
    package let path: String
    package let options: Options
    let changes: ChangeWatch
    private let writer: SQLiteLane
    private let readers: [SQLiteLane]

    init(path: String, options: Options, writer: SQLiteLane, readers: [SQLiteLane], changes: ChangeWatch) {
        self.path = path
        self.options = options
        self.writer = writer
        self.readers = readers
        self.changes = changes
    }

    /// Requests that wait for the writer.
    package var waitingWrites: Int { writer.waiting }

    /// Runs the closure in a write transaction, which it shares with other waiting closures.
    ///
    /// The closure must not wait for anything, and may be run more than once before one run counts. An error it throws
    /// undoes its own changes only.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (SQLiteTransaction) throws(ServicesError) -> Value
    ) async throws(ServicesError) -> Value {
        try await writer.perform(deadline: .now + options.timeout, body)
    }

    /// Runs the closure on a snapshot that has everything committed before the call.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (SQLiteTransaction) throws(ServicesError) -> Value
    ) async throws(ServicesError) -> Value {
        let lane = readers.min { $0.load < $1.load } ?? writer
        return try await lane.perform(deadline: .now + options.timeout, body)
    }

    /// Serves what waits, then closes the file; later requests fail.
    ///
    /// - Throws: `ServicesError` when SQLite could not close it cleanly; nothing committed is lost.
    package func close() async throws(ServicesError) {
        await changes.close()
        for lane in readers { try await lane.close() }
        try await writer.close()
    }
}

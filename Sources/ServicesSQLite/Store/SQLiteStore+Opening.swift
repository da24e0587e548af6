import Dispatch
import Foundation
import GRDB
import Glibc
package import Services

extension SQLiteStore {
    /// Opens the file; makes it, and the folders above it, when missing.
    ///
    /// The file is made for its owner alone (mode 0600). Blocking work runs off the cooperative pool.
    ///
    /// - Parameters:
    ///   - path: the file's absolute path.
    ///   - options: see each field.
    /// - Returns: the open store.
    /// - Throws: `ServicesError`: `schemaNewer` when the file was made by a newer program, `storeCorrupt` when it is no
    ///   database, `storeUnavailable` when it cannot be opened.
    package static func open(path: String, options: Options = Options()) async throws(ServicesError) -> SQLiteStore {
        let outcome = await withCheckedContinuation { caller in
            background.async { caller.resume(returning: openBlocking(path: path, options: options)) }
        }
        let store = try outcome.get()
        do {
            try await store.prepareSchema()
        } catch {
            // The first error is the one to tell; the file is left as it was.
            try? await store.close()
            throw error
        }
        return store
    }

    private func prepareSchema() async throws(ServicesError) {
        let schema = SQLiteSchemaDriver(store: self)
        let status = try await schema.status()
        if let newest = status.unknown.last {
            throw .sqliteSchemaNewer(path, found: newest, known: SQLiteSchema.migrations.count)
        }
        if options.migratesOnOpen, !status.isCurrent { _ = try await schema.migrate() }
    }

    private static func openBlocking(path: String, options: Options) -> Result<SQLiteStore, ServicesError> {
        do throws(ServicesError) {
            try makeFile(path)
            let writer = try makeLane(path, .writer, options)
            var readers: [SQLiteLane] = []
            for _ in 0..<max(1, options.readers) { readers.append(try makeLane(path, .reader, options)) }
            return .success(
                SQLiteStore(
                    path: path,
                    options: options,
                    writer: writer,
                    readers: readers,
                    changes: ChangeWatch(path: path, options: options)
                )
            )
        } catch {
            return .failure(error)
        }
    }

    static func makeLane(
        _ path: String,
        _ role: SQLiteLane.Role,
        _ options: Options
    ) throws(ServicesError) -> SQLiteLane {
        let (connection, busy) = try connect(path, role, options)
        return SQLiteLane(
            connection: connection,
            busy: busy,
            role: role,
            limits: SQLiteLane.Limits(
                waiting: options.waitingLimit,
                batch: max(1, options.batchLimit),
                batchTime: options.batchTime
            ),
            clock: options.clock
        )
    }

    static func connect(
        _ path: String,
        _ role: SQLiteLane.Role,
        _ options: Options
    ) throws(ServicesError) -> (SQLiteConnection, BusyWait) {
        let busy = BusyWait()
        let deadline = ContinuousClock.now + options.timeout
        busy.ask { ContinuousClock.now < deadline }
        var configuration = Configuration()
        configuration.label = "switchyard.sqlite.\(role)"
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .callback { _ in busy.pause() }
        configuration.readonly = role == .reader
        let queue: DatabaseQueue
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw .grdb(error, path: path)
        }
        let connection = try SQLiteConnection(path: path, queue: queue)
        if role == .writer {
            try connection.onQueue { () throws(ServicesError) in try prepareWriter(connection, busy, options) }
        }
        return (connection, busy)
    }

    private static let walMode = SQL("PRAGMA journal_mode = WAL")
    private static let look = SQL("SELECT count(*) FROM sqlite_schema")

    /// Not by GRDB's own option: that makes and drops a table, also in a file this program must not touch, and resets
    /// `synchronous`.
    private static func prepareWriter(
        _ connection: SQLiteConnection,
        _ busy: BusyWait,
        _ options: Options
    ) throws(ServicesError) {
        var mode: String?
        while mode == nil {
            do throws(ServicesError) {
                mode = try connection.first(walMode) { $0.text(0) } ?? ""
            } catch {
                // Several processes that open a fresh file may find it locked without SQLite asking the busy handler.
                guard error.code == .storeTimedOut, busy.pause() else { throw error }
            }
        }
        guard mode == "wal" else { throw .sqliteNoWAL(connection.path) }
        // Makes the companion files that readers need.
        _ = try connection.first(look) { $0.integer(0) }
        try connection.runScript(
            """
            PRAGMA synchronous = \(options.durability.rawValue);
            PRAGMA cache_size = -16384;
            PRAGMA wal_autocheckpoint = 4000;
            PRAGMA journal_size_limit = 67108864
            """
        )
    }

    /// Makes an empty file with the right mode; SQLite's own would be readable by all.
    private static func makeFile(_ path: String) throws(ServicesError) {
        guard access(path, F_OK) != 0 else { return }
        let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
        // Its failure shows in the next call, with a better reason.
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // Under another name first: closing a file that this process also has open through SQLite would drop the locks
        // SQLite holds on it.
        let draft = path + ".\(getpid()).\(UInt32.random(in: .min ... .max))"
        let descriptor = Glibc.open(draft, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .sqliteFile(path, errno: errno) }
        Glibc.close(descriptor)
        defer { unlink(draft) }
        guard link(draft, path) == 0 || errno == EEXIST else { throw .sqliteFile(path, errno: errno) }
    }
}

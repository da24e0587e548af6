import GRDB
import GRDBSQLite
import Services

/// One open connection, its prepared statements, and the dispatch queue all its work runs on.
///
/// GRDB opens, configures and closes the connection and serializes access to it; statements go to SQLite directly,
/// because they must carry NUL bytes and are most of the cost.
final class SQLiteConnection: @unchecked Sendable {
    // Invariant that makes the unchecked conformance right: everything but the constants is touched only within
    // `queue`, or while nobody else has the connection (opening, deinit).
    let path: String
    let queue: DatabaseQueue
    private let handle: OpaquePointer
    private var statements: [ObjectIdentifier: (sql: SQL, statement: SQLiteStatement)] = [:]

    init(path: String, queue: DatabaseQueue) throws(ServicesError) {
        self.path = path
        self.queue = queue
        guard let handle = queue.inDatabase({ $0.sqliteConnection }) else { throw .sqliteClosed(path) }
        self.handle = handle
    }

    deinit {
        finalizeStatements()
    }

    /// Runs the closure on the connection's queue and waits for it; never on the cooperative pool.
    func onQueue<Value>(_ body: () throws(ServicesError) -> Value) throws(ServicesError) -> Value {
        let outcome = queue.inDatabase { _ in
            do throws(ServicesError) {
                return Result<Value, ServicesError>.success(try body())
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    var lastID: Int64 { sqlite3_last_insert_rowid(handle) }

    /// Runs a statement that returns no rows, or whose rows do not matter.
    ///
    /// - Returns: how many rows it changed.
    @discardableResult
    func run(_ sql: SQL, _ values: [SQLiteValue] = []) throws(ServicesError) -> Int {
        let statement = try start(sql, values)
        defer { statement.reset() }
        var code = sqlite3_step(statement.handle)
        while code == SQLITE_ROW { code = sqlite3_step(statement.handle) }
        guard code == SQLITE_DONE else { throw failure() }
        return Int(sqlite3_changes(handle))
    }

    /// Runs a statement and makes a value of each row; the closure must not run the same statement.
    func rows<Value>(
        _ sql: SQL,
        _ values: [SQLiteValue] = [],
        _ make: (SQLiteRow) throws(ServicesError) -> Value?
    ) throws(ServicesError) -> [Value] {
        let statement = try start(sql, values)
        defer { statement.reset() }
        var result: [Value] = []
        while true {
            switch sqlite3_step(statement.handle) {
            case SQLITE_ROW:
                if let value = try make(SQLiteRow(statement)) { result.append(value) }
            case SQLITE_DONE: return result
            default: throw failure()
            }
        }
    }

    /// Runs a statement and makes a value of its first row.
    func first<Value>(
        _ sql: SQL,
        _ values: [SQLiteValue] = [],
        _ make: (SQLiteRow) throws(ServicesError) -> Value
    ) throws(ServicesError) -> Value? {
        let statement = try start(sql, values)
        defer { statement.reset() }
        switch sqlite3_step(statement.handle) {
        case SQLITE_ROW: return try make(SQLiteRow(statement))
        case SQLITE_DONE: return nil
        default: throw failure()
        }
    }

    /// Runs statements that are used once, such as a migration.
    func runScript(_ text: String) throws(ServicesError) {
        guard sqlite3_exec(handle, text, nil, nil, nil) == SQLITE_OK else { throw failure() }
    }

    private func start(_ sql: SQL, _ values: [SQLiteValue]) throws(ServicesError) -> SQLiteStatement {
        let statement = try prepared(sql)
        guard statement.bind(values) == SQLITE_OK else {
            statement.reset()
            throw failure()
        }
        return statement
    }

    private func prepared(_ sql: SQL) throws(ServicesError) -> SQLiteStatement {
        let key = ObjectIdentifier(sql)
        if let known = statements[key] { return known.statement }
        var pointer: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql.text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
        guard code == SQLITE_OK, let pointer else { throw failure() }
        let statement = SQLiteStatement(handle: pointer)
        // The text is kept with the statement, so that its identity is not given to another one.
        statements[key] = (sql, statement)
        return statement
    }

    func finalizeStatements() {
        for (_, statement) in statements.values { sqlite3_finalize(statement.handle) }
        statements = [:]
    }

    /// The connection's latest error; read before anything else runs on it.
    private func failure() -> ServicesError {
        let code = sqlite3_extended_errcode(handle)
        let systemError = sqlite3_system_errno(handle)
        guard code == SQLITE_ERROR else {
            return .sqlite(code, systemError: systemError, path: path)
        }
        // SQLite's general error: most often a table that is not there.
        return hasTables ? .sqlite(code, systemError: 0, path: path) : .sqliteSchemaMissing(path)
    }

    private var hasTables: Bool {
        var pointer: OpaquePointer?
        let text = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN (\(SQLiteSchema.tableList))"
        guard sqlite3_prepare_v2(handle, text, -1, &pointer, nil) == SQLITE_OK, let pointer else { return true }
        defer { sqlite3_finalize(pointer) }
        guard sqlite3_step(pointer) == SQLITE_ROW else { return true }
        return sqlite3_column_int64(pointer, 0) == Int64(SQLiteSchema.tables.count)
    }
}

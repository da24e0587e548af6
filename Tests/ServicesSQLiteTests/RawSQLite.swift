import GRDBSQLite

/// The file as another program uses it, without any of the store's code.
final class RawSQLite {
    struct Failure: Error {
        let code: Int32
        let message: String
    }

    private var handle: OpaquePointer?

    init(_ path: String) throws {
        let code = sqlite3_open(path, &handle)
        guard code == SQLITE_OK else { throw Failure(code: code, message: "cannot open") }
        sqlite3_busy_timeout(handle, 10_000)
    }

    deinit {
        sqlite3_close(handle)
    }

    /// Runs statements, and returns the first column of all rows as text.
    @discardableResult
    func run(_ text: String) throws -> [String] {
        var rows: [String] = []
        let code = withUnsafeMutablePointer(to: &rows) { rows in
            sqlite3_exec(
                handle,
                text,
                { rows, _, columns, _ in
                    let value = columns?[0].map { String(cString: $0) } ?? "NULL"
                    rows?.assumingMemoryBound(to: [String].self).pointee.append(value)
                    return 0
                },
                rows,
                nil
            )
        }
        guard code == SQLITE_OK else {
            throw Failure(code: code, message: String(cString: sqlite3_errmsg(handle)))
        }
        return rows
    }
}

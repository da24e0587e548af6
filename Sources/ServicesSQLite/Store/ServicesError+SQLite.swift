import GRDB
import GRDBSQLite
import Glibc
import Services

extension ServicesError {
    /// What SQLite answered, in the words of the services.
    ///
    /// - Parameters:
    ///   - code: SQLite's extended result code.
    ///   - systemError: `errno` of the failed system call, or 0.
    ///   - path: the file.
    /// - Returns: an error without bound values.
    static func sqlite(_ code: Int32, systemError: Int32, path: String) -> ServicesError {
        let cause = "sqlite \(code)" + (systemError == 0 ? "" : " errno \(systemError)")
        let why = String(cString: sqlite3_errstr(code))
        func error(_ code: Code, _ message: String, hint: String? = nil) -> ServicesError {
            ServicesError(code: code, message: "The store '\(path)' " + message, hint: hint, cause: cause)
        }
        switch code & 0xff {
        case SQLITE_BUSY, SQLITE_LOCKED:
            return error(
                .storeTimedOut,
                "is locked by another process.",
                hint: "find the program that keeps a transaction open: fuser '\(path)'"
            )
        case SQLITE_READONLY where code == sqliteMovedAway:
            return error(
                .storeUnavailable,
                "was moved or removed while it was in use.",
                hint: "start the program again"
            )
        case SQLITE_READONLY:
            return error(
                .storeReadOnly,
                "cannot be written: the file, its folder or its file system is read-only.",
                hint: "check owner and mode of the file and of its folder"
            )
        case SQLITE_FULL:
            return full(path, cause: cause)
        case SQLITE_IOERR where code == cannotWrite || code == cannotGrowShared:
            // A quota and a file size limit come as these, with `errno` often overwritten; so does a failing disk.
            return full(path, cause: cause)
        case SQLITE_NOMEM:
            return error(.storeFull, "could not get the memory for the request.")
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            return error(
                .storeCorrupt,
                "is damaged or is no database (\(why)).",
                hint:
                    "stop all programs, move '\(path)', '\(path)-wal' and '\(path)-shm' away together, and keep them: "
                    + "sqlite3 FILE .recover may read what is left"
            )
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH, SQLITE_NOLFS:
            return error(.storeUnavailable, "cannot be opened (\(why)).", hint: "check owner and mode of its folder")
        case SQLITE_IOERR, SQLITE_PROTOCOL:
            return error(.storeUnavailable, "cannot be read or written (\(why)).", hint: "check the disk")
        case SQLITE_TOOBIG:
            return error(.invalidRequest, "refuses a value of that size.")
        case SQLITE_INTERRUPT:
            return .cancelled
        default:
            return error(.storeRefused, "refused a statement (\(why)).")
        }
    }

    private static func full(_ path: String, cause: String) -> ServicesError {
        ServicesError(
            code: .storeFull,
            message:
                "The store '\(path)' cannot grow: the disk, a quota or a file size limit is full, or the disk fails.",
            hint: "free space, then try again",
            cause: cause
        )
    }

    // SQLite's extended codes are macros that Swift does not import.
    private static let sqliteMovedAway = SQLITE_READONLY | (4 << 8)
    private static let cannotWrite = SQLITE_IOERR | (3 << 8)
    private static let cannotGrowShared = SQLITE_IOERR | (19 << 8)

    private static func isFull(_ systemError: Int32) -> Bool {
        systemError == ENOSPC || systemError == EDQUOT || systemError == EFBIG
    }

    /// What GRDB answered while it opened or closed the file.
    static func grdb(_ error: any Error, path: String) -> ServicesError {
        guard let error = error as? DatabaseError else {
            return ServicesError(
                code: .storeRefused,
                message: "The store '\(path)' cannot be opened.",
                cause: "\(type(of: error))"
            )
        }
        return .sqlite(error.extendedResultCode.rawValue, systemError: 0, path: path)
    }

    static func sqliteClosed(_ path: String) -> ServicesError {
        ServicesError(code: .storeUnavailable, message: "The store '\(path)' has been closed by this program.")
    }

    static func sqliteFile(_ path: String, errno number: Int32) -> ServicesError {
        ServicesError(
            code: isFull(number) ? .storeFull : number == EROFS ? .storeReadOnly : .storeUnavailable,
            message: "The store '\(path)' cannot be made: \(String(cString: strerror(number))).",
            hint: "check owner, mode and free space of its folder",
            cause: "errno \(number)"
        )
    }

    static func sqliteNoWAL(_ path: String) -> ServicesError {
        ServicesError(
            code: .storeRefused,
            message: "The store '\(path)' lies where SQLite cannot share a file between processes.",
            hint: "put it on a local disk"
        )
    }

    static func sqliteSchemaMissing(_ path: String) -> ServicesError {
        ServicesError(
            code: .schemaMissing,
            message: "The store '\(path)' lacks tables that this program needs.",
            hint: "make them: 'switchyard db migrate'"
        )
    }

    static func sqliteSchemaNewer(_ path: String, found: Int, known: Int) -> ServicesError {
        ServicesError(
            code: .schemaNewer,
            message: "The store '\(path)' has schema version \(found), made by a newer program; "
                + "this one knows versions up to \(known).",
            hint: "update this program"
        )
    }

    static func sqliteOverloaded(_ path: String, limit: Int) -> ServicesError {
        ServicesError(
            code: .overloaded,
            message: "The store '\(path)' has \(limit) requests waiting and takes no more.",
            hint: "try again later, or ask with larger batches"
        )
    }

    static func sqliteDeadline(_ path: String) -> ServicesError {
        ServicesError(
            code: .storeTimedOut,
            message:
                "The store '\(path)' did not get to the request in time: another process holds it, or too much waits.",
            hint: "find the program that keeps a transaction open: fuser '\(path)'"
        )
    }
}

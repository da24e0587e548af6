import CLibPQ

/// The rows a statement returned, in the binary format, decoded when asked for.
package final class PostgresRows: RandomAccessCollection, @unchecked Sendable {
    // Invariant that makes the unchecked conformance right: libpq never touches a result again once it was handed out,
    // and reading one changes nothing.
    private let result: OpaquePointer

    /// Takes over a result, to be cleared with this value.
    init(_ result: OpaquePointer) {
        self.result = result
    }

    deinit {
        PQclear(result)
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { Int(PQntuples(result)) }
    package subscript(position: Int) -> PostgresRow { PostgresRow(rows: self, index: Int32(position)) }

    package var columnCount: Int { Int(PQnfields(result)) }

    /// How many rows an insert, update, delete or select touched.
    package var affected: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    /// What the server calls what it did, such as `INSERT 0 1`.
    package var commandTag: String { String(cString: PQcmdStatus(result)) }

    /// The column's name as the statement gave it.
    package func name(of column: Int) -> String {
        PQfname(result, Int32(column)).map { String(cString: $0) } ?? ""
    }

    func type(of column: Int) -> UInt32 { PQftype(result, Int32(column)) }

    /// The bytes of a field while the body runs; nil for null.
    func withField<Result>(
        _ row: Int32,
        _ column: Int,
        _ body: (UnsafeRawBufferPointer?) throws(PostgresError) -> Result
    ) throws(PostgresError) -> Result {
        guard column >= 0, column < columnCount else {
            throw .decoding(column: column, name: "", wanted: "a value", why: "there are \(columnCount) columns")
        }
        if PQgetisnull(result, row, Int32(column)) == 1 { return try body(nil) }
        let count = Int(PQgetlength(result, row, Int32(column)))
        return try body(UnsafeRawBufferPointer(start: PQgetvalue(result, row, Int32(column)), count: count))
    }
}

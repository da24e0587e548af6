import Locking

/// A transaction under way, for the body of ``PostgresPool/transaction(_:_:)``.
///
/// `BEGIN` travels with the first request, so a transaction of one request and its commit are two round trips.
package struct PostgresTransaction: Sendable {
    let connection: PostgresConnection
    let begin: String
    let isBegun = Lock(false)
    let last = Lock<[PostgresStatement]>([])

    /// Runs one statement within the transaction; see ``PostgresConnection/query(_:_:timeout:)``.
    @discardableResult
    package func query(
        _ sql: String,
        _ values: [PostgresValue] = [],
        timeout: Duration? = nil
    ) async throws(PostgresError) -> PostgresRows {
        let results = try await batch([PostgresStatement(sql, values)], timeout: timeout)
        guard let rows = results.first else { throw .invalidRequest("the statement gave no result") }
        return rows
    }

    /// Runs statements within the transaction in one round trip.
    @discardableResult
    package func batch(
        _ statements: [PostgresStatement],
        timeout: Duration? = nil
    ) async throws(PostgresError) -> [PostgresRows] {
        let isFirst = isBegun.withLock { isBegun in
            defer { isBegun = true }
            return !isBegun
        }
        guard isFirst else { return try await connection.batch(statements, timeout: timeout) }
        let results = try await connection.batch([PostgresStatement(begin)] + statements, timeout: timeout)
        return Array(results.dropFirst())
    }

    /// Adds statements that travel with the commit, in the same round trip; their rows are not given back.
    package func atCommit(_ statements: [PostgresStatement]) {
        last.withLock { $0 += statements }
    }

    func commit() async throws(PostgresError) {
        var statements = last.withLock { $0 }
        let isFirst = isBegun.withLock { isBegun in
            defer { isBegun = isBegun || !statements.isEmpty }
            return !isBegun
        }
        if isFirst, statements.isEmpty { return }
        if isFirst { statements.insert(PostgresStatement(begin), at: 0) }
        let results = try await connection.send(statements + [PostgresStatement("COMMIT")], kind: .commit, timeout: nil)
        // The server's way to say that a statement had failed before and somebody ignored it.
        guard results.last?.commandTag == "COMMIT" else {
            throw PostgresError(
                code: .server,
                message: "the transaction was rolled back because a statement in it had failed",
                hint: "let the statement's error end the body",
                sqlState: "25P02"
            )
        }
    }

    func rollBack() async {
        guard isBegun.withLock({ $0 }), connection.isOpen else { return }
        // If it fails, the connection counts as left in a transaction and is thrown away.
        _ = try? await connection.send([PostgresStatement("ROLLBACK")], kind: .cleanUp, timeout: .seconds(5))
    }
}

/// How strictly a transaction is separated from others.
package enum TransactionIsolation: String, Hashable, Sendable {
    case readCommitted = "READ COMMITTED"
    case repeatableRead = "REPEATABLE READ"
    case serializable = "SERIALIZABLE"
}

/// How often and when a transaction is repeated after a conflict or a connection lost before its commit.
package struct TransactionRetries: Hashable, Sendable {
    /// How often it is run at most.
    ///
    /// Default 8.
    package var attempts = 8
    /// Waiting times in between.
    ///
    /// Default: 5 milliseconds doubled up to 500 milliseconds, with full jitter.
    package var backoff = Backoff(base: .milliseconds(5), limit: .milliseconds(500))

    package init() {}
}

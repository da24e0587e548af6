extension PostgresPool {
    /// Runs the body in a transaction, commits when it returns and rolls back when it throws.
    ///
    /// The body is run again when the server rolled back because of others (40001, 40P01), or when the connection
    /// broke before the commit was sent: it must have no effect outside the transaction that cannot be repeated. A
    /// commit that got no answer is never repeated.
    ///
    /// - Parameters:
    ///   - isolation: how strictly it is separated from others.
    ///   - body: runs with the transaction, possibly several times.
    /// - Returns: what the body returned in the attempt that was committed.
    /// - Throws: `PostgresError` with code `outcome_unknown` when the commit got no answer; other `PostgresError`s;
    ///   what the body throws.
    package func transaction<Result>(
        _ isolation: TransactionIsolation = .readCommitted,
        _ body: (PostgresTransaction) async throws -> Result
    ) async throws -> Result {
        var attempt = 1
        while true {
            do {
                return try await attemptTransaction(isolation, body)
            } catch let error as PostgresError where mayRepeat(error, attempt: attempt) {
                try await Task.sleep(for: options.transactions.backoff.delay(afterFailures: attempt))
                attempt += 1
            }
        }
    }

    private func attemptTransaction<Result>(
        _ isolation: TransactionIsolation,
        _ body: (PostgresTransaction) async throws -> Result
    ) async throws -> Result {
        let connection = try await lease()
        defer { release(connection) }
        let transaction = PostgresTransaction(
            connection: connection,
            begin: "BEGIN ISOLATION LEVEL \(isolation.rawValue)"
        )
        let result: Result
        do {
            result = try await body(transaction)
            try Task.checkCancellation()
        } catch {
            await transaction.rollBack()
            throw error
        }
        do {
            try await transaction.commit()
        } catch {
            // A statement that travelled with the commit was refused: the transaction is still open.
            await transaction.rollBack()
            throw error
        }
        return result
    }

    private func mayRepeat(_ error: PostgresError, attempt: Int) -> Bool {
        guard attempt < options.transactions.attempts, !Task.isCancelled else { return false }
        // A lost connection here is lost before the commit: after it, the code is `outcomeUnknown`.
        return error.isConflict || error.code == .connectionLost
    }
}

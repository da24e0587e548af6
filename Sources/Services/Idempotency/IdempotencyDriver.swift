/// Stores what has been executed: one backend of ``IdempotencyLedger``.
package protocol IdempotencyDriver: Sendable {
    /// Claims the keys that are new, expired, or whose owner's lease has ended; one answer each, in order.
    ///
    /// - Parameters:
    ///   - requests: keys, each with a digest of its request; an empty digest matches every other.
    ///   - owner: who executes.
    ///   - lease: how long the claim lasts unless renewed.
    /// - Returns: one answer per request.
    /// - Throws: `ServicesError` when the store cannot do it.
    func begin(
        _ requests: [(key: IdempotencyKey, digest: [UInt8])],
        owner: String,
        lease: Duration
    ) async throws(ServicesError) -> [IdempotencyAnswer]

    /// Extends the claim; `false` when it is finished or has been taken over.
    func renew(_ claim: IdempotencyClaim, lease: Duration) async throws(ServicesError) -> Bool

    /// Stores the answer, to be replayed for as long as `keepFor` says.
    ///
    /// - Returns: `false`, with nothing changed, when the claim is finished or has been taken over.
    func finish(
        _ claim: IdempotencyClaim,
        with answer: StoredAnswer,
        keepFor: Duration
    ) async throws(ServicesError) -> Bool

    /// Gives the claim up, so that the next caller executes; without effect when it is finished or was taken over.
    func forget(_ claim: IdempotencyClaim) async throws(ServicesError)

    /// Deletes expired answers, and claims that were abandoned a day ago, at most `limit`, oldest first.
    ///
    /// - Returns: how many.
    func prune(limit: Int) async throws(ServicesError) -> Int
}

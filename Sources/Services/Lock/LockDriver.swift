/// Stores leases: one backend of ``LeaseLock``.
///
/// Names are checked before they come here. All times are the store's. A token never goes back: releasing and expiring
/// keep the name's record.
package protocol LockDriver: Sendable {
    /// Takes all leases of the request when nobody else holds any of them; never waits.
    ///
    /// An expired lease is taken over. The same holder and request id again, while the leases last, is granted the same
    /// tokens; the same holder under another request id is refused like anybody else.
    func acquire(_ request: LeaseRequest) async throws(ServicesError) -> LeaseAnswer

    /// Gives the leases a new time to live from now.
    ///
    /// - Returns: `false`, with nothing changed, when any of them has ended or gone to another holder.
    func renew(_ leases: [Lease], timeToLive: Duration) async throws(ServicesError) -> Bool

    /// Gives the leases back; those that are no longer the holder's are left alone.
    ///
    /// - Returns: how many of them were still held.
    func release(_ leases: [Lease]) async throws(ServicesError) -> Int

    /// Whether the lease is still held and still the newest one granted for its name.
    func isCurrent(_ lease: Lease) async throws(ServicesError) -> Bool

    /// The names that begin with the prefix, in order of their bytes, after the given one; free ones included.
    func records(prefix: String, after name: String?, limit: Int) async throws(ServicesError) -> [LockRecord]
}

/// A lock driver that can tell waiters when to look again.
///
/// A signal is a hint: it may be missed or come for nothing, so waiters also look at intervals.
package protocol LockReleaseSignals: LockDriver {
    /// Yields whenever one of the names may have become free; ends when the caller stops listening.
    func releases(of names: [String]) async throws(ServicesError) -> AsyncStream<Void>
}

/// Stores leases: one backend of ``LeaseLock``.
package protocol LockDriver: Sendable {
    /// Takes the lease when nobody holds it; never waits.
    func acquire(_ name: String, holder: String) async throws(ServicesError) -> LeaseAnswer

    /// Gives the lease back; without effect when it is no longer the holder's.
    func release(_ lease: Lease) async

    /// Whether the lease is still the newest one granted for its name.
    func isCurrent(_ lease: Lease) async -> Bool
}

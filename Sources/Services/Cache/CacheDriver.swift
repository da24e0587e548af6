/// Times that all cache stores keep to.
package enum CacheTimes {
    /// How long a load whose lease has ended may still store what it computed: longer than computing takes.
    package static let loadGrace: Duration = .seconds(600)
}

/// Stores cached values: one shared backend of ``Cache``.
///
/// A cache may forget anything at any time; it never returns a value after it was invalidated or became unusable.
package protocol CacheDriver: Sendable {
    /// The entry, while it is usable.
    func entry(_ key: CacheKey) async throws(ServicesError) -> CacheEntry?

    /// Stores the entry over what was there.
    ///
    /// - Parameters:
    ///   - write: the value and its times, from now by the store's clock.
    ///   - version: store only when the entry's version is still this one (`0`: there is none), so that a value
    ///     computed before an invalidation does not come back; `nil` stores always.
    /// - Returns: the new version, or `nil` when somebody was faster.
    /// - Throws: `ServicesError` when the store cannot do it.
    func store(_ write: CacheWrite, ifVersion version: Int64?) async throws(ServicesError) -> Int64?

    /// Removes what the selector names, and voids the loads that may be under way for it.
    ///
    /// A load that began before stores nothing afterwards, also where there was no entry yet. The tags of a value that is
    /// still computed are not known, so a tag voids every load of its namespace that has no entry; a voided load no longer
    /// keeps others from beginning one.
    ///
    /// - Returns: how many entries were removed.
    func invalidate(_ selector: CacheSelector) async throws(ServicesError) -> Int

    /// Gives one caller among all processes the right to compute a value, for a short time.
    ///
    /// A store that holds nothing for the key makes a version for the load, so that an invalidation can void it. Whoever
    /// takes over when the lease has ended gets the same version: of several the first that comes stores.
    ///
    /// - Returns: the version to store under, or `nil` when somebody computes it already.
    func beginLoad(_ key: CacheKey, holder: String, lease: Duration) async throws(ServicesError) -> Int64?

    /// Ends the right early; without effect when it is no longer the holder's.
    func endLoad(_ key: CacheKey, holder: String) async throws(ServicesError)

    /// Counts per namespace, by name.
    func usage() async throws(ServicesError) -> [CacheUsage]

    /// Removes what is no longer usable, at most `limit` entries.
    ///
    /// - Returns: how many; stores that forget by themselves answer 0.
    func prune(limit: Int) async throws(ServicesError) -> Int
}

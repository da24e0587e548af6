/// A cached value as the store has it now.
package struct CacheEntry: Hashable, Sendable {
    /// `nil`: it is known that there is no such value (negative caching).
    package let value: [UInt8]?
    /// How long it stays fresh; zero or less: it is stale.
    package let freshFor: Duration
    /// How long it may still be served while it is renewed; never less than `freshFor`.
    package let usableFor: Duration
    /// How long computing it took; early renewal weighs it.
    package let loadTime: Duration
    /// Rises with every store of this key in this store, also over invalidations.
    package let version: Int64

    package init(value: [UInt8]?, freshFor: Duration, usableFor: Duration, loadTime: Duration, version: Int64) {
        self.value = value
        self.freshFor = freshFor
        self.usableFor = usableFor
        self.loadTime = loadTime
        self.version = version
    }
}

/// A value to be cached.
package struct CacheWrite: Hashable, Sendable {
    package var key: CacheKey
    /// `nil` stores that there is no such value.
    package var value: [UInt8]?
    package var freshFor: Duration
    /// At least `freshFor`; the store forgets the entry after it.
    package var usableFor: Duration
    package var loadTime: Duration = .zero
    package var tags: [String] = []

    package init(key: CacheKey, value: [UInt8]?, freshFor: Duration, usableFor: Duration) {
        self.key = key
        self.value = value
        self.freshFor = freshFor
        self.usableFor = usableFor
    }
}

/// A namespace in numbers, as its store counts them.
package struct CacheUsage: Hashable, Sendable {
    package let namespace: String
    package var entries: Int
    package var sizeInBytes: Int

    package init(namespace: String, entries: Int, sizeInBytes: Int) {
        self.namespace = namespace
        self.entries = entries
        self.sizeInBytes = sizeInBytes
    }
}

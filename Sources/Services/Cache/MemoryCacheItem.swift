/// A value in this process's memory.
///
/// A class, so that a hit hands out one reference.
package final class MemoryCacheItem: Sendable {
    /// `nil`: it is known that there is no such value.
    package let value: [UInt8]?
    package let freshUntil: StoreTime
    package let usableUntil: StoreTime
    package let loadTime: Duration
    /// The version in the store it came from, if any.
    package let version: Int64
    package let tags: [String]

    package init(
        value: [UInt8]?,
        freshUntil: StoreTime,
        usableUntil: StoreTime,
        loadTime: Duration = .zero,
        version: Int64 = 0,
        tags: [String] = []
    ) {
        self.value = value
        self.freshUntil = freshUntil
        self.usableUntil = max(freshUntil, usableUntil)
        self.loadTime = loadTime
        self.version = version
        self.tags = tags
    }

    /// What the item counts against a bound in bytes: its value, its tags and what is spent on any entry.
    package func weight(of key: CacheKey) -> Int {
        let names = key.namespace.utf8.count + key.key.utf8.count + tags.reduce(0) { $0 + $1.utf8.count }
        return (value?.count ?? 0) + names + 160
    }
}

extension CacheSelector {
    /// Whether an entry of the key with the tags is meant.
    package func matches(_ key: CacheKey, tags: [String]) -> Bool {
        switch self {
        case .key(let wanted): key == wanted
        case .prefix(let prefix):
            key.namespace.hasSameBytes(as: prefix.namespace) && key.key.hasBytePrefix(prefix.key)
        case .tag(let namespace, let tag):
            key.namespace.hasSameBytes(as: namespace) && tags.contains { $0.hasSameBytes(as: tag) }
        case .namespace(let namespace): key.namespace.hasSameBytes(as: namespace)
        }
    }
}

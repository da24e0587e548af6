/// The statements a connection has prepared, and what is to be forgotten on the server; a pure state machine.
struct StatementCache {
    struct Key: Hashable {
        var sql: String
        var types: [UInt32]
    }

    struct Use: Hashable {
        var name: String
        /// The server does not know the name yet: prepare it in the same pipeline, and call ``remove(_:)`` if that
        /// fails.
        var isNew: Bool
    }

    private struct Entry {
        var name: String
        var lastUse: UInt64
    }

    let capacity: Int
    private var entries: [Key: Entry] = [:]
    private var lastNumber: UInt64 = 0
    private var clock: UInt64 = 0
    /// Names that left the cache and still exist on the server.
    private(set) var evicted: [String] = []

    /// - Parameter capacity: how many statements are kept; the least recently used one leaves first.
    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    var count: Int { entries.count }

    mutating func use(_ key: Key) -> Use {
        clock += 1
        if let entry = entries[key] {
            entries[key] = Entry(name: entry.name, lastUse: clock)
            return Use(name: entry.name, isNew: false)
        }
        if entries.count >= capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            entries[oldest.key] = nil
            evicted.append(oldest.value.name)
        }
        lastNumber += 1
        let name = "s\(lastNumber)"
        entries[key] = Entry(name: name, lastUse: clock)
        return Use(name: name, isNew: true)
    }

    /// Forgets a statement that the server does not have, or whose plan it cannot use any more.
    ///
    /// The name is given up on the server too: deallocating an unknown name does no harm.
    mutating func remove(_ key: Key) {
        guard let entry = entries.removeValue(forKey: key) else { return }
        evicted.append(entry.name)
    }

    /// Hands over the names to be deallocated, at most the given number.
    mutating func takeEvicted(_ limit: Int) -> [String] {
        let names = Array(evicted.prefix(limit))
        evicted.removeFirst(names.count)
        return names
    }
}

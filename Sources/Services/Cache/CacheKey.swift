/// Names a cached value within its namespace; told apart by its bytes.
package struct CacheKey: Hashable, Sendable {
    /// Groups keys that share a default time to live, such as `thread_messages`.
    package let namespace: String
    package let key: String

    package init(_ namespace: String, _ key: String) {
        self.namespace = namespace
        self.key = key
    }

    package static func == (left: CacheKey, right: CacheKey) -> Bool {
        left.key.hasSameBytes(as: right.key) && left.namespace.hasSameBytes(as: right.namespace)
    }

    package func hash(into hasher: inout Hasher) {
        namespace.hashBytes(into: &hasher)
        key.hashBytes(into: &hasher)
    }
}

/// What to invalidate.
package enum CacheSelector: Hashable, Sendable {
    case key(CacheKey)
    /// All keys of a namespace that begin with the text.
    case prefix(CacheKey)
    /// All keys of a namespace that carry the tag.
    case tag(namespace: String, tag: String)
    case namespace(String)

    package var namespace: String {
        switch self {
        case .key(let key), .prefix(let key): key.namespace
        case .tag(let namespace, _), .namespace(let namespace): namespace
        }
    }
}

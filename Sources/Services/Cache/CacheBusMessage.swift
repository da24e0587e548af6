import Foundation

/// What caches of several processes tell each other: what to forget, never values.
package struct CacheBusMessage: Hashable, Sendable, Codable {
    /// The process that sent it.
    package let origin: String
    /// Counts the origin's messages from 1, so that a missing one is noticed.
    package let sequence: Int64
    /// What to forget; `nil`: only a sign of life.
    package let selector: CacheSelector?

    package func encoded() -> [UInt8] {
        // A message of strings and a number always encodes; were it empty, receivers would take it for damaged and flush.
        (try? JSONEncoder().encode(self)).map { Array($0) } ?? []
    }

    package init(origin: String, sequence: Int64, selector: CacheSelector?) {
        self.origin = origin
        self.sequence = sequence
        self.selector = selector
    }

    /// - Returns: `nil` for what is not such a message.
    package init?(_ bytes: [UInt8]) {
        guard let message = try? JSONDecoder().decode(CacheBusMessage.self, from: Data(bytes)) else { return nil }
        self = message
    }
}

extension CacheSelector: Codable {
    private enum Kind: String, Codable {
        case key, prefix, tag, namespace
    }

    private enum CodingKeys: String, CodingKey {
        case kind, namespace, name
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let namespace = try values.decode(String.self, forKey: .namespace)
        let name = try values.decodeIfPresent(String.self, forKey: .name) ?? ""
        switch try values.decode(Kind.self, forKey: .kind) {
        case .key: self = .key(CacheKey(namespace, name))
        case .prefix: self = .prefix(CacheKey(namespace, name))
        case .tag: self = .tag(namespace: namespace, tag: name)
        case .namespace: self = .namespace(namespace)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(namespace, forKey: .namespace)
        switch self {
        case .key(let key):
            try values.encode(Kind.key, forKey: .kind)
            try values.encode(key.key, forKey: .name)
        case .prefix(let key):
            try values.encode(Kind.prefix, forKey: .kind)
            try values.encode(key.key, forKey: .name)
        case .tag(_, let tag):
            try values.encode(Kind.tag, forKey: .kind)
            try values.encode(tag, forKey: .name)
        case .namespace:
            try values.encode(Kind.namespace, forKey: .kind)
        }
    }
}

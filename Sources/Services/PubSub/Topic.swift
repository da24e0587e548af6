/// Names what messages are about, such as `instance:build-7:commands`; told apart by its bytes.
package struct Topic: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    package var description: String { rawValue }

    package static func == (left: Topic, right: Topic) -> Bool { left.rawValue.hasSameBytes(as: right.rawValue) }

    package func hash(into hasher: inout Hasher) { rawValue.hashBytes(into: &hasher) }
}

/// Which topics a subscriber wants.
package enum TopicPattern: Hashable, Sendable {
    case exact(Topic)
    /// Every topic that begins with the text; an empty text means every topic.
    case prefix(String)

    package func matches(_ topic: Topic) -> Bool {
        switch self {
        case .exact(let exact): exact == topic
        case .prefix(let prefix): topic.rawValue.hasBytePrefix(prefix)
        }
    }

    package static func == (left: TopicPattern, right: TopicPattern) -> Bool {
        switch (left, right) {
        case (.exact(let left), .exact(let right)): left == right
        case (.prefix(let left), .prefix(let right)): left.hasSameBytes(as: right)
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .exact(let topic): topic.hash(into: &hasher)
        case .prefix(let prefix): prefix.hashBytes(into: &hasher)
        }
    }
}

/// Names what messages are about, such as `instance:build-7:commands`.
package struct Topic: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    package var description: String { rawValue }
}

/// Which topics a subscriber wants.
package enum TopicPattern: Hashable, Sendable {
    case exact(Topic)
    /// Every topic that begins with the text; an empty text means every topic.
    case prefix(String)

    package func matches(_ topic: Topic) -> Bool {
        switch self {
        case .exact(let exact): exact == topic
        case .prefix(let prefix): Array(topic.rawValue.utf8).starts(with: Array(prefix.utf8))
        }
    }
}

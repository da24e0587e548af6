/// Somebody outside who did something: the author of a commit, the sender of a message, the user of a webhook.
package struct ExternalActor: Hashable, Sendable, Codable {
    /// Where it happened, such as `github`.
    package var source: String
    package var externalID: String?
    package var userName: String?
    package var email: String?
    /// The page it is about.
    package var url: String?

    package init(
        source: String,
        externalID: String? = nil,
        userName: String? = nil,
        email: String? = nil,
        url: String? = nil
    ) {
        self.source = source
        self.externalID = externalID
        self.userName = userName
        self.email = email
        self.url = url
    }
}

/// Names an owner: who an outside event is handed to.
package struct OwnerID: Hashable, Sendable, Codable, CustomStringConvertible {
    package let rawValue: String

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    package var description: String { rawValue }
}

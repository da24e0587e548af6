/// One way to find the owner of an external actor.
package enum ResolutionStrategy: String, Hashable, Sendable, CaseIterable, Codable {
    /// The id the source gives the actor.
    case externalID = "external_id"
    /// The user name, as an integration of that source knows it.
    case integrationUserName = "integration_user_name"
    /// The user name in a profile.
    case profileUserName = "profile_user_name"
    case profileEmail = "profile_email"
    case accountEmail = "account_email"
    /// A rule on the page's address.
    case urlPattern = "url_pattern"

    /// From the surest to the vaguest.
    package static let standard = allCases

    /// What to look up for the actor; `nil` when it lacks what the strategy needs.
    package func lookup(_ actor: ExternalActor) -> OwnerLookup? {
        switch self {
        case .externalID: Self.text(actor.externalID).map { .externalID(source: actor.source, id: $0) }
        case .integrationUserName: Self.text(actor.userName).map { .integrationUserName(source: actor.source, $0) }
        case .profileUserName: Self.text(actor.userName).map { .profileUserName($0) }
        case .profileEmail: Self.text(actor.email).map { .profileEmail($0.lowercased()) }
        case .accountEmail: Self.text(actor.email).map { .accountEmail($0.lowercased()) }
        case .urlPattern: Self.text(actor.url).map { .url($0) }
        }
    }

    /// Without white space around it; `nil` when nothing is left.
    private static func text(_ text: String?) -> String? {
        guard let text else { return nil }
        let trimmed = text.drop { $0.isWhitespace }
        guard let last = trimmed.lastIndex(where: { !$0.isWhitespace }) else { return nil }
        return String(trimmed[...last])
    }
}

/// A question to the directory of owners.
package enum OwnerLookup: Hashable, Sendable {
    case externalID(source: String, id: String)
    case integrationUserName(source: String, String)
    case profileUserName(String)
    /// In lower case.
    case profileEmail(String)
    /// In lower case.
    case accountEmail(String)
    case url(String)
}

/// Knows owners; one backend of ``ResolverChain``.
package protocol OwnerDirectory: Sendable {
    /// The owner, or `nil` when nobody fits.
    func owner(_ lookup: OwnerLookup) async throws(ServicesError) -> OwnerID?
}

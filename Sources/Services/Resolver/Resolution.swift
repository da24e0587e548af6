/// What came of looking for an actor's owner.
package struct Resolution: Hashable, Sendable, Codable {
    package let actor: ExternalActor
    /// `nil`: nobody was found.
    package let owner: OwnerID?
    /// The strategy that found the owner.
    package let strategy: ResolutionStrategy?
    /// The strategies that were tried, in order.
    package let tried: [ResolutionStrategy]
    /// Why the search stopped early, if it did.
    package let failure: String?

    package init(
        actor: ExternalActor,
        owner: OwnerID?,
        strategy: ResolutionStrategy?,
        tried: [ResolutionStrategy],
        failure: String? = nil
    ) {
        self.actor = actor
        self.owner = owner
        self.strategy = strategy
        self.tried = tried
        self.failure = failure
    }

    package var isResolved: Bool { owner != nil }
}

/// Stores what came of resolving actors: one backend of ``ResolverChain``.
package protocol ResolutionDriver: Sendable {
    func record(_ resolution: Resolution) async throws(ServicesError)

    /// Those without an owner, newest first.
    func unresolved(limit: Int) async throws(ServicesError) -> [Resolution]
}

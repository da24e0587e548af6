/// Names a request that must take effect once.
package struct IdempotencyKey: Hashable, Sendable {
    /// Who gives the keys, such as `webhook:github`.
    package let scope: String
    package let key: String

    package init(scope: String, key: String) {
        self.scope = scope
        self.key = key
    }
}

/// What a first execution left for all later ones.
package enum StoredAnswer: Hashable, Sendable {
    case succeeded([UInt8])
    case failed([UInt8])
}

/// The right to execute, for as long as its lease lasts.
package struct IdempotencyClaim: Hashable, Sendable {
    package let key: IdempotencyKey
    package let owner: String
    /// Rises when the claim is taken over from an owner whose lease ended; an older one can no longer finish.
    package let generation: Int64

    package init(key: IdempotencyKey, owner: String, generation: Int64) {
        self.key = key
        self.owner = owner
        self.generation = generation
    }
}

/// The answer to a request to execute.
package enum IdempotencyAnswer: Hashable, Sendable {
    /// Execute now, then finish or forget the claim.
    case started(IdempotencyClaim)
    /// It has been executed: use this.
    case stored(StoredAnswer)
    /// Somebody executes it now; their lease ends after this time if it is not renewed.
    case inProgress(remaining: Duration)
    /// The key was used for a different request (its digest differs).
    case conflict
}

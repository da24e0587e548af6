/// The exclusive right to a name until it expires, as the store granted it.
package struct Lease: Hashable, Sendable {
    package let name: String
    /// Instance id and nonce of the holder.
    package let holder: String
    package let token: FencingToken
    /// For how long the store granted it, from the moment of the request.
    ///
    /// A holder counts from before it sent the request, on its own monotonic clock: then it stops before the store lets
    /// somebody else in. `nil`: the lease ends with the holder's process and needs no renewal.
    package let timeToLive: Duration?

    package init(name: String, holder: String, token: FencingToken, timeToLive: Duration? = nil) {
        self.name = name
        self.holder = holder
        self.token = token
        self.timeToLive = timeToLive
    }
}

/// The answer to a request for leases; a held lock is an answer, not an error.
package enum LeaseAnswer: Hashable, Sendable {
    /// One lease per name asked for, in the order of the request.
    case granted([Lease])
    case held(LeaseHolder)
}

/// Who stands in the way of a request.
package struct LeaseHolder: Hashable, Sendable {
    /// The first name of the request that is held.
    package let name: String
    /// The holder, where the store knows it.
    package let holder: String?
    /// Until the lease ends if it is not renewed, where it has an end.
    package let remaining: Duration?

    package init(name: String, holder: String?, remaining: Duration?) {
        self.name = name
        self.holder = holder
        self.remaining = remaining
    }
}

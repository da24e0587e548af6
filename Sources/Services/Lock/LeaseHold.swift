/// Leases that are renewed while a body runs under them.
package struct LeaseHold: Sendable {
    /// One per name; empty when the body runs without, because the store is away and the use allows it.
    package let leases: [Lease]
    /// `nil`: the leases need no renewal, or there are none.
    let keeper: LeaseKeeper?

    /// The token of a single name's lease; `nil` without one.
    package var token: FencingToken? { leases.first?.token }

    /// Whether the leases can be relied on now, as far as this process knows without asking the store.
    package var isSafe: Bool { !leases.isEmpty && keeper?.isSafe ?? true }
}

/// What became of a body that wanted a lease.
package enum LeaseRun<Value: Sendable>: Sendable {
    case ran(Value)
    /// Somebody else held a name for as long as was waited.
    case held(LeaseHolder)
}

/// What a use of a lock does when the store cannot be asked.
package enum LockFailurePolicy: Sendable {
    /// The error is thrown; a body whose lease cannot be renewed is cancelled. The default.
    case closed
    /// The body runs without a lease, on this instance alone; the closure is told why, once.
    case open(@Sendable (ServicesError) async -> Void)
}

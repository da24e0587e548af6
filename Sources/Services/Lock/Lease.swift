/// The exclusive right to a name, as the store granted it.
package struct Lease: Hashable, Sendable {
    package let name: String
    /// Instance id and nonce of the holder.
    package let holder: String
    package let token: FencingToken

    package init(name: String, holder: String, token: FencingToken) {
        self.name = name
        self.holder = holder
        self.token = token
    }
}

/// The answer to a request for a lease; a held lock is an answer, not an error.
package enum LeaseAnswer: Hashable, Sendable {
    case granted(Lease)
    /// Somebody else has it; the holder's name where the store knows it.
    case held(by: String?)
}

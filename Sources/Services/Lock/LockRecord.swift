/// What a store knows about one lock name, for people.
package struct LockRecord: Hashable, Sendable {
    package let name: String
    /// `nil` when nobody holds it now.
    package let holder: String?
    package let token: FencingToken
    package let acquiredAt: StoreTime?
    /// Until the lease ends; `nil` when nobody holds it.
    package let remaining: Duration?

    package init(
        name: String,
        holder: String?,
        token: FencingToken,
        acquiredAt: StoreTime?,
        remaining: Duration?
    ) {
        self.name = name
        self.holder = holder
        self.token = token
        self.acquiredAt = acquiredAt
        self.remaining = remaining
    }
}

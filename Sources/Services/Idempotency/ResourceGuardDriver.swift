/// Stores which resource an owner has: one backend of ``ResourceGuard``.
package protocol ResourceGuardDriver: Sendable {
    /// What was recorded for the owner.
    func resource(of owner: String, kind: String) async throws(ServicesError) -> ResourceRecord?

    /// Records a provisioned resource unless the owner has one.
    ///
    /// - Returns: what is recorded now: the given one, or the one that was there before.
    func record(
        _ description: [UInt8],
        of owner: String,
        kind: String,
        token: FencingToken
    ) async throws(ServicesError) -> ResourceRecord

    /// Forgets the owner's resource; `false` when there was none.
    func remove(owner: String, kind: String) async throws(ServicesError) -> Bool
}

package struct ResourceRecord: Hashable, Sendable {
    package let owner: String
    package let kind: String
    /// What the provisioning returned, such as an address or an id.
    package let description: [UInt8]
    /// Of the lock under which it was provisioned.
    package let token: FencingToken
    package let createdAt: StoreTime

    package init(owner: String, kind: String, description: [UInt8], token: FencingToken, createdAt: StoreTime) {
        self.owner = owner
        self.kind = kind
        self.description = description
        self.token = token
        self.createdAt = createdAt
    }
}

/// Provisions a resource once per owner and kind, however many ask at the same time, on however many machines.
///
/// The owner's lock keeps two from provisioning at once. A process that dies between provisioning and recording leaves
/// a resource nobody knows of; the closure should therefore find what is there before it makes something new.
package struct ResourceGuard: Sendable {
    package enum Outcome: Hashable, Sendable {
        /// Made by this call.
        case provisioned(ResourceRecord)
        /// Somebody had made it before.
        case existing(ResourceRecord)
        /// Somebody else held the owner's lock for as long as was waited.
        case held(LeaseHolder)

        package var record: ResourceRecord? {
            switch self {
            case .provisioned(let record), .existing(let record): record
            case .held: nil
            }
        }
    }

    private let driver: any ResourceGuardDriver
    private let lock: LeaseLock
    private let instance: InstanceID
    private let limits: SizeLimits

    /// - Parameters:
    ///   - driver: where resources are recorded.
    ///   - lock: keeps owners apart; of the same store, or one that outlives it.
    ///   - instance: this process.
    ///   - limits: of names and of the description.
    package init(
        driver: any ResourceGuardDriver,
        lock: LeaseLock,
        instance: InstanceID,
        limits: SizeLimits = SizeLimits()
    ) {
        self.driver = driver
        self.lock = lock
        self.instance = instance
        self.limits = limits
    }

    /// Returns what the owner has; provisions and records it when there is nothing.
    ///
    /// - Parameters:
    ///   - owner: who needs the resource.
    ///   - kind: which sort; an owner may have one of each.
    ///   - wait: how long to wait for another one who provisions; `nil` as in the lock's options.
    ///   - provision: makes it, given the lock's fencing token, and returns its description.
    /// - Returns: what is recorded now, or who held the lock for too long.
    /// - Throws: what `provision` throws; `ServicesError` when a store cannot be used or the lock was lost.
    package func ensure(
        _ owner: String,
        kind: String,
        wait: Duration? = nil,
        provision: @Sendable @escaping (FencingToken) async throws -> [UInt8]
    ) async throws -> Outcome {
        try limits.check(name: owner, what: "owner")
        try limits.check(name: kind, what: "resource kind")
        if let record = try await driver.resource(of: owner, kind: kind) { return .existing(record) }
        let holder = "\(instance)#\(String(UInt64.random(in: .min ... .max), radix: 36))"
        let run = try await lock.withLease([lockName(owner, kind)], holder: holder, wait: wait) { hold in
            // Somebody may have provisioned while this call waited for the lock.
            if let record = try await driver.resource(of: owner, kind: kind) { return Outcome.existing(record) }
            let token = hold.token ?? FencingToken(0)
            let description = try await provision(token)
            try limits.check(payload: description, what: "resource description")
            let record = try await driver.record(description, of: owner, kind: kind, token: token)
            return record.token == token && record.description == description ? .provisioned(record) : .existing(record)
        }
        switch run {
        case .ran(let outcome): return outcome
        case .held(let holder): return .held(holder)
        }
    }

    package func resource(of owner: String, kind: String) async throws(ServicesError) -> ResourceRecord? {
        try await driver.resource(of: owner, kind: kind)
    }

    /// Forgets the owner's resource, so that the next `ensure` provisions; `false` when there was none.
    package func forget(_ owner: String, kind: String) async throws(ServicesError) -> Bool {
        try await driver.remove(owner: owner, kind: kind)
    }

    /// One name per pair: the length keeps `a` + `bc` from `ab` + `c`.
    ///
    /// A pair that would be too long for a lock name shares one with few others, which only costs waiting.
    private func lockName(_ owner: String, _ kind: String) -> String {
        let name = "resource:\(kind.utf8.count):\(kind):\(owner)"
        guard name.utf8.count > limits.nameInBytes else { return name }
        let digest = name.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        return "resource:" + String(digest, radix: 16)
    }
}

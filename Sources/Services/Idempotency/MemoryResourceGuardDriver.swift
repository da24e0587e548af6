import Locking

/// Provisioned resources that live and die with this process.
package final class MemoryResourceGuardDriver: ResourceGuardDriver {
    private struct Name: Hashable {
        let owner: ExactName
        let kind: ExactName

        init(_ owner: String, _ kind: String) {
            self.owner = ExactName(owner)
            self.kind = ExactName(kind)
        }
    }

    private let records = Lock<[Name: ResourceRecord]>([:])
    private let clock: StoreClock

    package init(clock: StoreClock = .system) {
        self.clock = clock
    }

    package func resource(of owner: String, kind: String) -> ResourceRecord? {
        records.withLock { $0[Name(owner, kind)] }
    }

    package func record(
        _ description: [UInt8],
        of owner: String,
        kind: String,
        token: FencingToken
    ) -> ResourceRecord {
        let record = ResourceRecord(
            owner: owner,
            kind: kind,
            description: description,
            token: token,
            createdAt: clock.now
        )
        return records.withLock { records in
            let recorded = records[Name(owner, kind)] ?? record
            records[Name(owner, kind)] = recorded
            return recorded
        }
    }

    package func remove(owner: String, kind: String) -> Bool {
        records.withLock { $0.removeValue(forKey: Name(owner, kind)) != nil }
    }
}

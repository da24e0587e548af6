package import Services
import Testing

/// What every store of provisioned resources promises.
package enum ResourceGuardContract {
    package typealias Check = ContractCheck<any ResourceGuardDriver>

    package static let checks: [Check] = [
        Check("An owner has nothing until something is recorded, then that") { store in
            let driver = try await store.open()
            #expect(try await driver.resource(of: "o", kind: "k") == nil)
            let record = try await driver.record([1, 0, 2], of: "o", kind: "k", token: FencingToken(7))
            #expect(record.owner == "o")
            #expect(record.kind == "k")
            #expect(record.description == [1, 0, 2])
            #expect(record.token == FencingToken(7))
            #expect(try await driver.resource(of: "o", kind: "k") == record)
        },
        Check("What was there first stays, whoever comes later") { store in
            let driver = try await store.open()
            let first = try await driver.record([1], of: "o", kind: "k", token: FencingToken(7))
            #expect(try await driver.record([2], of: "o", kind: "k", token: FencingToken(8)) == first)
            #expect(try await driver.resource(of: "o", kind: "k") == first)
        },
        Check("Owners and kinds are apart") { store in
            let driver = try await store.open()
            for (index, pair) in [("a", "b"), ("b", "a"), ("ab", ""), ("", "ab"), ("b", "b")].enumerated() {
                let bytes = [UInt8(index)]
                let record = try await driver.record(bytes, of: pair.0, kind: pair.1, token: FencingToken(1))
                #expect(record.description == bytes, "\(pair)")
            }
            for name in HostileNames.all {
                let bytes = Array(name.utf8)
                let record = try await driver.record(bytes, of: name, kind: name, token: FencingToken(1))
                #expect(record.description == bytes, "\(name.debugDescription)")
                #expect(HostileNames.isSame(record.owner, name))
            }
        },
        Check("A removed resource is gone, and another one may be recorded") { store in
            let driver = try await store.open()
            _ = try await driver.record([1], of: "o", kind: "k", token: FencingToken(1))
            #expect(!(try await driver.remove(owner: "o", kind: "other")))
            #expect(try await driver.remove(owner: "o", kind: "k"))
            #expect(!(try await driver.remove(owner: "o", kind: "k")))
            #expect(try await driver.resource(of: "o", kind: "k") == nil)
            #expect(try await driver.record([2], of: "o", kind: "k", token: FencingToken(2)).description == [2])
        },
        Check("Of many who record at once one wins, and all are told the same") { store in
            let records = try await withThrowingTaskGroup(of: ResourceRecord.self) { group in
                for index in 0..<8 {
                    let driver = try await store.open()
                    group.addTask {
                        let token = FencingToken(UInt64(index))
                        return try await driver.record([UInt8(index)], of: "o", kind: "k", token: token)
                    }
                }
                return try await group.reduce(into: [ResourceRecord]()) { $0.append($1) }
            }
            #expect(records.count == 8)
            #expect(Set(records).count == 1)
        },
    ]
}

package import Services
import Testing

/// What every store of scheduled jobs' runs promises.
package enum JobHistoryContract {
    package typealias Check = ContractCheck<any JobHistoryDriver>

    package static let checks: [Check] = [
        Check("A run is recorded at its start and ended once") { store in
            let driver = try await store.open()
            let run = try await driver.begin("job", instance: "i", token: FencingToken(1 << 62))
            #expect(run.job == "job")
            #expect(run.instance == InstanceID("i"))
            #expect(run.token == FencingToken(1 << 62))
            #expect(run.endedAt == nil)
            #expect(run.result == nil)
            #expect(try await driver.runs(of: "job", before: nil, limit: 5) == [run])
            #expect(try await driver.end(run.id, result: .failed, error: "broken"))
            #expect(!(try await driver.end(run.id, result: .ok, error: nil)))
            let ended = try #require(try await driver.runs(of: "job", before: nil, limit: 5).first)
            #expect(ended.result == .failed)
            #expect(ended.error == "broken")
            #expect(try #require(ended.endedAt) >= ended.startedAt)
        },
        Check("Every result is kept as it was") { store in
            let driver = try await store.open()
            for result in JobRun.Result.allCases {
                let run = try await driver.begin("job", instance: "i", token: nil)
                #expect(run.token == nil)
                #expect(try await driver.end(run.id, result: result, error: nil))
                let ended = try #require(try await driver.runs(of: "job", before: nil, limit: 1).first)
                #expect(ended.result == result)
                #expect(ended.error == nil)
            }
        },
        Check("A run that does not exist cannot be ended") { store in
            let driver = try await store.open()
            #expect(!(try await driver.end(4_711, result: .ok, error: nil)))
        },
        Check("Runs come newest first, of all jobs or one, and pages miss and repeat none") { store in
            let driver = try await store.open()
            var ids: [Int64] = []
            for index in 0..<11 {
                ids.append(try await driver.begin(index % 3 == 0 ? "a" : "b", instance: "i", token: nil).id)
            }
            #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
            var found: [Int64] = []
            while true {
                let page = try await driver.runs(of: nil, before: found.last, limit: 4)
                #expect(page.count <= 4)
                found += page.map(\.id)
                if page.count < 4 { break }
            }
            #expect(found == ids.reversed())
            #expect(try await driver.runs(of: "a", before: nil, limit: 10).map(\.job) == ["a", "a", "a", "a"])
            #expect(try await driver.runs(of: "a", before: ids[9], limit: 10).count == 3)
            #expect(try await driver.runs(of: "none", before: nil, limit: 10).isEmpty)
        },
        Check("Pruning deletes old runs, oldest first and bounded") { store in
            let driver = try await store.open()
            var ids: [Int64] = []
            for _ in 0..<5 { ids.append(try await driver.begin("job", instance: "i", token: nil).id) }
            try await store.pass()
            #expect(try await driver.prune(olderThan: .hour, limit: 10) == 0)
            #expect(try await driver.prune(olderThan: .zero, limit: 3) == 3)
            #expect(try await driver.runs(of: nil, before: nil, limit: 10).map(\.id) == [ids[4], ids[3]])
            #expect(try await driver.prune(olderThan: .zero, limit: 3) == 2)
        },
        Check("Jobs may be called anything, and errors may say anything") { store in
            let driver = try await store.open()
            for name in HostileNames.all {
                let run = try await driver.begin(name, instance: InstanceID(name), token: nil)
                #expect(try await driver.end(run.id, result: .failed, error: name))
            }
            for name in HostileNames.all {
                let runs = try await driver.runs(of: name, before: nil, limit: 10)
                #expect(runs.count == 1, "\(name.debugDescription)")
                let run = try #require(runs.first)
                #expect(HostileNames.isSame(run.job, name))
                #expect(HostileNames.isSame(run.instance.rawValue, name))
                #expect(HostileNames.isSame(try #require(run.error), name))
            }
        },
    ]
}

extension JobHistoryDriver {
    fileprivate func begin(_ job: String, instance: String, token: FencingToken?) async throws -> JobRun {
        try await begin(job, instance: InstanceID(instance), token: token)
    }
}

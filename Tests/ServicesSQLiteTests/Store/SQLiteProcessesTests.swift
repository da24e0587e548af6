import Services
import ServicesSQLite
import TestSupport
import Testing

@Suite("Several processes on one SQLite file")
struct SQLiteProcessesTests {
    /// With the machine's clock, as other processes have it.
    private func open(_ path: String) async throws -> SQLiteStore {
        var options = SQLiteStore.Options()
        options.timeout = .seconds(120)
        return try await SQLiteStore.open(path: path, options: options)
    }

    @Test("A killed worker loses nothing and repeats no more than it held", .timeLimit(.minutes(10)))
    func killed() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending("state.sqlite")
            let store = try await open(path)
            let driver = SQLiteWorkQueueDriver(store: store)
            let total = 6_000
            let ids = try await driver.push((0..<total).map { NewJob.make("\($0)") })
            var told: [String] = []
            for round in 0..<20 {
                let probe = try ProbeProcess("work", path)
                _ = try await probe.line(beginningWith: round % 2 == 0 ? "completed" : "started")
                probe.kill()
                told += await probe.allLines()
            }
            // What the killed ones held comes back when their leases have ended.
            let isReturned = try await eventually {
                _ = try await driver.maintainFully()
                return try await driver.statistics(of: ["q"]).first?.running == 0
            }
            #expect(isReturned)
            for id in told.filter({ $0.hasPrefix("completed ") }).compactMap({ Int64($0.dropFirst(10)) }) {
                #expect(try await driver.state(JobID(id)) == .completed)
            }
            let starts = told.filter { $0.hasPrefix("started ") }
            let repeated = starts.filter { !$0.contains(".1.") }
            #expect(repeated.count <= 20 * 7, "\(repeated.count) of \(starts.count)")
            let last = await (try ProbeProcess("work", path)).allLines()
            #expect(last.last == "done")
            let statistics = try #require(try await driver.statistics(of: ["q"]).first)
            #expect(statistics.completed == total)
            #expect(try await driver.state(ids[total - 1]) == .completed)
            #expect(try RawSQLite(path).run("PRAGMA integrity_check") == ["ok"])
            try await store.close()
        }
    }

    @Test("A process killed while it stores keeps every job it told of", .timeLimit(.minutes(10)))
    func killedWhileStoring() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending("state.sqlite")
            let store = try await open(path)
            let driver = SQLiteWorkQueueDriver(store: store)
            for _ in 0..<8 {
                let probe = try ProbeProcess("enqueue", path, "100000")
                _ = try await probe.line(beginningWith: "stored")
                probe.kill()
                for line in await probe.allLines() {
                    let id = try #require(Int64(line.dropFirst("stored ".count)))
                    #expect(try await driver.state(JobID(id)) == .ready)
                }
            }
            #expect(try RawSQLite(path).run("PRAGMA integrity_check") == ["ok"])
            try await store.close()
        }
    }

    @Test("None of four processes that write without pause starves", .timeLimit(.minutes(10)))
    func fairness() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending("state.sqlite")
            try await open(path).close()
            let probes = try (0..<4).map { _ in try ProbeProcess("contend", path, "3") }
            for probe in probes { #expect(try await probe.line(beginningWith: "ready") != nil) }
            for probe in probes { probe.send("go") }
            var counts: [Int] = []
            for probe in probes {
                let line = try #require(await probe.allLines().last)
                counts.append(try #require(Int(line.dropFirst("count ".count)), "\(line)"))
            }
            let mean = counts.reduce(0, +) / 4
            #expect(counts.allSatisfy { $0 * 5 >= mean }, "\(counts)")
        }
    }

    @Test("A release in another process wakes who waits", .timeLimit(.minutes(10)))
    func release() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending("state.sqlite")
            let store = try await open(path)
            let driver = SQLiteLockDriver(store: store)
            let probe = try ProbeProcess("release", path)
            #expect(try await probe.line(beginningWith: "holds") != nil)
            #expect(try await driver.take("shared", by: "me") == nil)
            let releases = driver.releases(of: ["shared"])
            probe.send("go")
            #expect(await releases.yields(within: .seconds(60)))
            #expect(try await eventually { try await driver.take("shared", by: "me") != nil })
            try await store.close()
        }
    }

    @Test("Jobs that another process stores wake idle workers", .timeLimit(.minutes(10)))
    func arrivals() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending("state.sqlite")
            let store = try await open(path)
            let driver = SQLiteWorkQueueDriver(store: store)
            let arrivals = driver.arrivals(in: ["other", "q"])
            let probe = try ProbeProcess("enqueue", path, "1")
            #expect(await arrivals.yields(within: .seconds(60)))
            #expect(await probe.allLines().count == 1)
            try await store.close()
        }
    }

    @Test("Messages of another process arrive, all and in order", .timeLimit(.minutes(10)))
    func messages() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending("state.sqlite")
            let store = try await open(path)
            let driver = SQLitePubSubDriver(store: store)
            let subscription = try await driver.subscribe(to: .prefix("t"), bufferLimit: 1_000)
            let probe = try ProbeProcess("publish", path, "t:1")
            var heard: [String] = []
            for await event in subscription {
                guard case .message(let message) = event else { continue }
                heard.append(String(decoding: message.payload, as: UTF8.self))
                if heard.count == 100 { break }
            }
            #expect(heard == (0..<100).map { "\($0)" })
            _ = await probe.allLines()
            try await store.close()
        }
    }
}

import Agents
import Foundation
import RunModel
import Services
import TestSupport
import Testing

@Suite("Ledger store", .timeLimit(.minutes(10)))
struct LedgerStoreTests {
    private func store(_ folder: TemporaryFolder, driver: MemoryLockDriver = MemoryLockDriver()) -> LedgerStore {
        var options = LedgerStore.Options()
        // A crowded test machine may let minutes pass between two renewals.
        options.timeToLive = .seconds(3_600)
        return LedgerStore(
            locations: LedgerLocations(repository: folder.path),
            lock: LeaseLock(driver: driver),
            holder: "test-\(UUID().uuidString)",
            options: options
        )
    }

    @Test("A change of one ticket rewrites its line and keeps the file's permissions")
    func change() async throws {
        try await withTemporaryFolder { folder in
            let source =
                "{\n  \"tickets\": [\n    {\n      \"id\": \"TKT-1\",\n      \"status\": \"ready\"\n    }\n  ]\n}"
            let path = try folder.write(source, to: "data/tickets.json")
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
            try await store(folder).edit { session in
                var tickets = try session.document(.tickets)
                tickets.update(at: 0, in: "tickets") { $0.set("status", to: "blocked") }
                #expect(try session.save(tickets, as: .tickets))
                #expect(try !session.save(session.document(.tickets), as: .tickets))
            }
            #expect(try folder.read("data/tickets.json") == source.replacing("ready", with: "blocked"))
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o640)
            #expect(try folder.list("data") == ["tickets.json"])
        }
    }

    @Test("Missing files are empty, and appear with their first entry")
    func missing() async throws {
        try await withTemporaryFolder { folder in
            try await store(folder).edit { session in
                for file in LedgerFile.allCases {
                    var document = try session.document(file)
                    #expect(document.entries(in: file.list).isEmpty)
                    document.append(["id": "1"], to: file.list)
                    try session.save(document, as: file)
                }
                #expect(try session.names(in: .blocked) == [])
            }
            #expect(try folder.list("data").count == LedgerFile.allCases.count)
        }
    }

    @Test("A broken data file is told with its place and never written over")
    func broken() async throws {
        try await withTemporaryFolder { folder in
            try folder.write("{\"tickets\": [\n  {\"id\": }\n]}", to: "data/tickets.json")
            let error = await #expect(throws: AgentsError.self) {
                try await store(folder).edit { session in _ = try session.document(.tickets) }
            }
            #expect(error?.code == .ledgerUnreadable && error?.message.contains("tickets.json:2:") == true)
            #expect(try folder.read("data/tickets.json").hasPrefix("{\"tickets\""))
        }
    }

    @Test("Changes of many at once are made one after the other and none is lost")
    func contention() async throws {
        try await withTemporaryFolder { folder in
            let driver = MemoryLockDriver()
            let stores = (0..<4).map { _ in store(folder, driver: driver) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<24 {
                    group.addTask {
                        try await stores[number % 4].edit { session in
                            var document = try session.document(.requeue)
                            document.append(.number(number), to: "entries")
                            try session.save(document, as: .requeue)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let entries = try await store(folder).read { try $0.document(.requeue).entries(in: "entries") }
            #expect(Set(entries.compactMap(\.integer)) == Set(0..<24) && entries.count == 24)
        }
    }

    @Test("Links that lead out of the repository are refused as folder, and as file")
    func links() async throws {
        try await withTemporaryFolder { folder in
            try await withTemporaryFolder { outside in
                try folder.write("x", to: "docs/keep")
                let manager = FileManager.default
                try manager.createSymbolicLink(atPath: folder.appending("data"), withDestinationPath: outside.path)
                try outside.write("{}", to: "secret.json")
                try manager.createDirectory(
                    atPath: folder.appending("docs/agent-output/blocked"),
                    withIntermediateDirectories: true
                )
                try manager.createSymbolicLink(
                    atPath: folder.appending("docs/agent-output/blocked/a.json"),
                    withDestinationPath: outside.appending("secret.json")
                )
                let ledger = store(folder)
                let error = await #expect(throws: AgentsError.self) {
                    try await ledger.edit { try $0.write("x", to: "x.json", in: .data) }
                }
                #expect(error?.code == .ledgerPathOutside)
                let names = try await ledger.read { try $0.names(in: .blocked) }
                #expect(names == [])
                await #expect(throws: AgentsError.self) {
                    try await ledger.read { _ = try $0.read("a.json", in: .blocked) }
                }
                await #expect(throws: AgentsError.self) {
                    try await ledger.edit { try $0.write("x", to: "a.json", in: .blocked) }
                }
                #expect(try outside.list() == ["secret.json"])
            }
        }
    }

    @Test("A link that stays inside of the repository is followed")
    func innerLink() async throws {
        try await withTemporaryFolder { folder in
            try folder.write("", to: "ledger/data/keep")
            try FileManager.default.createSymbolicLink(
                atPath: folder.appending("data"),
                withDestinationPath: "ledger/data"
            )
            try await store(folder).edit { try $0.write("x", to: "a.txt", in: .data) }
            #expect(try folder.read("ledger/data/a.txt") == "x")
        }
    }

    @Test("Names that would leave their folder are refused", arguments: ["", ".", "..", "../x", "a/b", "a\u{0}b"])
    func names(name: String) async throws {
        try await withTemporaryFolder { folder in
            await #expect(throws: AgentsError.self) {
                try await store(folder).edit { try $0.write("x", to: name, in: .inbox) }
            }
            let left = try folder.list()
            #expect(left == [])
        }
    }

    @Test("A move keeps every byte, never replaces a file, and repairs one that was cut off")
    func moves() async throws {
        try await withTemporaryFolder { folder in
            try folder.write("one", to: "docs/agent-output/blocked/a.json")
            let day = LedgerLocations.Place.archive(day: "2026-01-01")
            let ledger = store(folder)
            #expect(try await ledger.edit { try $0.move("a.json", from: .blocked, to: day) } == "a.json")
            try folder.write("two", to: "docs/agent-output/blocked/a.json")
            #expect(try await ledger.edit { try $0.move("a.json", from: .blocked, to: day) } == "a-2.json")
            // Cut off between the two halves: the file has both names.
            try folder.write("two", to: "docs/agent-output/blocked/a.json")
            #expect(try await ledger.edit { try $0.move("a.json", from: .blocked, to: day) } == "a-2.json")
            #expect(try await ledger.edit { try $0.move("a.json", from: .blocked, to: day) } == nil)
            #expect(try folder.list("docs/agent-output/archive/2026-01-01") == ["a-2.json", "a.json"])
            #expect(try folder.list("docs/agent-output/blocked") == [])
        }
    }

    @Test("A quarantined file lies beside the reason")
    func quarantine() async throws {
        try await withTemporaryFolder { folder in
            try folder.write("{", to: "docs/agent-output/blocked/bad name.json")
            let date = Date(timeIntervalSince1970: 1_765_012_920)
            _ = try await store(folder).edit {
                try $0.quarantine("bad name.json", from: .blocked, why: "it is cut off.", on: date)
            }
            let place = "docs/agent-output/quarantine/2025-12-06"
            #expect(try folder.list(place) == ["bad name.json", "bad name.json.why.md"])
            #expect(try folder.read(place + "/bad name.json.why.md").contains("it is cut off."))
        }
    }

    @Test("Who only reads cannot change, and who waits too long is told who holds the ledger")
    func rights() async throws {
        try await withTemporaryFolder { folder in
            let driver = MemoryLockDriver()
            let error = await #expect(throws: AgentsError.self) {
                try await store(folder, driver: driver).read { try $0.write("x", to: "a", in: .data) }
            }
            #expect(error?.code == .ledgerReadOnly)
            _ = try await LeaseLock(driver: driver).acquire("ledger", holder: "somebody")
            var options = LedgerStore.Options()
            options.wait = .zero
            let ledger = LedgerStore(
                locations: LedgerLocations(repository: folder.path),
                lock: LeaseLock(driver: driver),
                holder: "me",
                options: options
            )
            let busy = await #expect(throws: AgentsError.self) { try await ledger.edit { _ in } }
            #expect(busy?.code == .ledgerBusy && busy?.message.contains("somebody") == true)
        }
    }
}

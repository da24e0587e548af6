import Foundation
import Services
import ServicesSQLite
import TestSupport
import Testing

@Suite("A SQLite file in trouble")
struct SQLiteFaultTests {
    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test("The file and its companions are for their owner alone", .timeLimit(.minutes(10)))
    func isPrivate() async throws {
        try await withSQLite { fixture in
            _ = try await SQLiteWorkQueueDriver(store: try await fixture.open()).push(.make())
            for suffix in ["", "-wal", "-shm"] { #expect(try mode(fixture.path + suffix) == 0o600, "\(suffix)") }
        }
    }

    @Test(
        "A file that another program holds is waited for, and then given up with a clear error",
        .timeLimit(.minutes(10))
    )
    func locked() async throws {
        try await withSQLite { fixture in
            let store = try await fixture.open { $0.timeout = .milliseconds(300) }
            let driver = SQLiteWorkQueueDriver(store: store)
            let other = try RawSQLite(fixture.path)
            try other.run("BEGIN IMMEDIATE")
            let errors = await withTaskGroup(of: ServicesError?.self) { group in
                for _ in 0..<5 {
                    group.addTask { await #expect(throws: ServicesError.self) { _ = try await driver.push(.make()) } }
                }
                return await group.reduce(into: [ServicesError?]()) { $0.append($1) }
            }
            for error in errors {
                #expect(error?.code == .storeTimedOut)
                #expect(error?.message.contains(fixture.path) == true)
                #expect(error?.isTransient == true)
            }
            // Readers do not wait for a writer.
            let patient = SQLiteWorkQueueDriver(store: try await fixture.open { $0.migratesOnOpen = false })
            #expect(try await patient.statistics(of: []).isEmpty)
            try other.run("COMMIT")
            #expect(try await patient.push(.make()).count == 1)
        }
    }

    @Test("Who may only read is told so, and can read", .timeLimit(.minutes(10)))
    func readOnly() async throws {
        try await withSQLite { fixture in
            let store = try await fixture.open()
            _ = try await SQLiteWorkQueueDriver(store: store).push(.make(), .make())
            // Companions that exist already need not be made by the reader.
            for suffix in ["", "-wal", "-shm"] {
                try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: fixture.path + suffix)
            }
            let folder = URL(filePath: fixture.path).deletingLastPathComponent().path(percentEncoded: false)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
            let probe = try ProbeProcess("stranger", fixture.path)
            #expect(await probe.allLines() == ["readable 2", "error store_read_only"])
        }
    }

    @Test("When no file may grow, callers are told, and every acknowledged job is there", .timeLimit(.minutes(10)))
    func full() async throws {
        try await withSQLite { fixture in
            let lines = await (try ProbeProcess("fill", fixture.path, "3000000")).allLines()
            let stored = lines.filter { $0.hasPrefix("stored ") }
            let errors = lines.filter { $0.hasPrefix("error ") }
            #expect(stored.count > 100)
            #expect(errors == Array(repeating: "error store_full", count: 16), "\(Set(errors))")
            #expect(lines.last == "readable \(stored.count)")
            let driver = SQLiteWorkQueueDriver(store: try await fixture.open())
            #expect(try await driver.statistics(of: ["q"]).first?.ready == stored.count)
            #expect(try RawSQLite(fixture.path).run("PRAGMA integrity_check") == ["ok"])
            #expect(try await driver.push(.make()).count == 1)
        }
    }

    @Test("A file that is no database is refused and left as it is", .timeLimit(.minutes(10)))
    func noDatabase() async throws {
        try await withTemporaryFolder { folder in
            let text = String(repeating: "These are notes, not a database.\n", count: 500)
            let path = try folder.write(text, to: "state.sqlite")
            let error = await #expect(throws: ServicesError.self) { _ = try await SQLiteStore.open(path: path) }
            #expect(error?.code == .storeCorrupt)
            #expect(error?.message.contains(path) == true)
            #expect(try folder.read("state.sqlite") == text)
        }
    }

    @Test("A damaged file gives a clear error, and is not written to", .timeLimit(.minutes(10)))
    func damaged() async throws {
        try await withSQLite { fixture in
            let store = try await fixture.open()
            _ = try await SQLiteWorkQueueDriver(store: store).push(
                (0..<2_000).map { NewJob.make(String(repeating: "\($0)", count: 100)) }
            )
            try await store.close()
            var bytes = try Data(contentsOf: URL(filePath: fixture.path))
            for index in stride(from: 8_192, to: bytes.count, by: 1) { bytes[index] = 0xa5 }
            try bytes.write(to: URL(filePath: fixture.path))
            let error = await #expect(throws: ServicesError.self) {
                let driver = SQLiteWorkQueueDriver(store: try await fixture.open())
                _ = try await driver.push(.make())
                _ = try await driver.statistics(of: [])
            }
            #expect(error?.code == .storeCorrupt)
            #expect(error?.hint?.contains("-wal") == true)
            #expect(try Data(contentsOf: URL(filePath: fixture.path)) == bytes)
        }
    }

    @Test("A place where no folder can be made is told", .timeLimit(.minutes(10)))
    func noFolder() async throws {
        try await withTemporaryFolder { folder in
            let path = try folder.write("a file", to: "file") + "/state.sqlite"
            let error = await #expect(throws: ServicesError.self) { _ = try await SQLiteStore.open(path: path) }
            #expect(error?.code == .storeUnavailable)
            #expect(error?.message.contains(path) == true)
        }
    }

    @Test("Messages never show what was bound", .timeLimit(.minutes(10)))
    func secrecy() async throws {
        try await withSQLite { fixture in
            let driver = SQLiteWorkQueueDriver(store: try await fixture.open())
            // The table refuses such a priority.
            let error = await #expect(throws: ServicesError.self) {
                _ = try await driver.push(.make("secret payload", in: "secret queue") { $0.priority = -7_654_321 })
            }
            #expect(error?.code == .storeRefused)
            let text = "\(String(describing: error))"
            #expect(!text.contains("secret") && !text.contains("7654321"), "\(text)")
        }
    }
}

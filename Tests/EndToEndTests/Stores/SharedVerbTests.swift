import Foundation
import TestSupport
import Testing

@Suite("Cache, limit, once, alerts and database verbs", .timeLimit(.minutes(10)))
struct SharedVerbTests {
    @Test(
        "A cached value comes back until it is deleted, or invalidated by tag, prefix or namespace",
        arguments: StoreKind.allCases
    )
    func cache(kind: StoreKind) async throws {
        try await withStore(kind) { store, _ in
            #expect(try await store.call("cache", "get", "models", "a").status == 1)
            #expect(try await store.call("cache", "set", "models", "a", "--tag", "t", input: "one\n").status == 0)
            let hit = try await store.call("cache", "get", "models", "a")
            #expect(hit.status == 0)
            #expect(hit.output == "one\n")
            _ = try await store.call("cache", "set", "models", "ab", "two")
            _ = try await store.call("cache", "set", "models", "c", "three")
            #expect(try await store.call("cache", "stats", "--json").objects.first?["entries"] as? Int == 3)
            #expect(try await store.call("cache", "invalidate", "models", "--tag", "t").output == "1\n")
            #expect(try await store.call("cache", "get", "models", "a").status == 1)
            #expect(try await store.call("cache", "invalidate", "models", "--prefix", "a").output == "1\n")
            #expect(try await store.call("cache", "delete", "models", "c").status == 0)
            #expect(try await store.call("cache", "delete", "models", "c").status == 1)
        }
    }

    @Test(
        "A limit lets so many through, denies the next, and forgets on reset",
        arguments: ["gcra", "fixed", "sliding"],
        StoreKind.allCases
    )
    func limit(policy: String, kind: StoreKind) async throws {
        try await withStore(kind) { store, _ in
            let words = ["k", "--limit", "2", "--per", "1h", "--policy", policy]
            #expect(try await store.call(["limit", "peek"] + words).status == 0)
            #expect(try await store.call(["limit", "hit"] + words).output == "allowed 1/2 left\n")
            #expect(try await store.call(["limit", "hit"] + words).status == 0)
            let denied = try await store.call(["limit", "hit"] + words + ["--json"])
            #expect(denied.status == 1)
            let object = try #require(try denied.objects.first)
            #expect(object["allowed"] as? Bool == false)
            #expect(try #require(object["retry_after_seconds"] as? Double) > 0)
            #expect(try await store.call("limit", "reset", "k").status == 0)
            #expect(try await store.call(["limit", "hit"] + words).status == 0)
        }
    }

    @Test("A command runs once per key; others get its output, errors and status", arguments: StoreKind.allCases)
    func once(kind: StoreKind) async throws {
        try await withStore(kind) { store, folder in
            let words = [
                "once", "k", "--keep-failures", "--", "sh", "-c", "echo run >> runs; echo out; echo err >&2; exit 3",
            ]
            for _ in 0..<3 {
                let call = try await store.call(words)
                #expect(call.status == 3)
                #expect(call.output == "out\n")
                #expect(call.talk == "err\n")
            }
            let runs = try String(contentsOfFile: folder.appending("runs"), encoding: .utf8)
            #expect(runs == "run\n")
            let other = try await store.call("once", "k", "--", "echo", "another command")
            #expect(other.status == 2)
            #expect(other.talk.contains("another command"))
        }
    }

    @Test(
        "Of many processes that ask at the same time one runs the command, and a failure is tried again",
        arguments: StoreKind.allCases
    )
    func concurrentOnce(kind: StoreKind) async throws {
        try await withStore(kind) { store, folder in
            _ = try await store.call("once", "k", "--", "sh", "-c", "echo bad >> runs; exit 1")
            try await withThrowingTaskGroup(of: StoreScenario.Call.self) { group in
                for _ in 0..<8 {
                    group.addTask { try await store.call("once", "j", "--", "sh", "-c", "echo run >> runs; echo out") }
                }
                for try await call in group { #expect(call.output == "out\n", "\(call.talk)") }
            }
            _ = try await store.call("once", "k", "--", "sh", "-c", "echo bad >> runs; exit 1")
            let runs = try String(contentsOfFile: folder.appending("runs"), encoding: .utf8)
            #expect(runs == "bad\nrun\nbad\n")
        }
    }

    @Test("An alert is counted, listed and acknowledged", arguments: StoreKind.allCases)
    func alerts(kind: StoreKind) async throws {
        try await withStore(kind) { store, _ in
            let words = ["alerts", "raise", "disk", "nearly full", "--severity", "critical"]
            #expect(try await store.call(words).output == "1\n")
            #expect(try await store.call(words).output == "1\n")
            let alert = try #require(try await store.call("alerts", "--json").objects.first)
            #expect(alert["count"] as? Int == 2)
            #expect(alert["severity"] as? String == "critical")
            #expect(try await store.call("alerts", "ack", "1", "--by", "ann").status == 0)
            #expect(try await store.call("alerts", "list", "--json").output == "")
            #expect(try await store.call("alerts", "ack", "9").status == 1)

            #expect(try await store.call("db", "prune", "--json").objects.first?["alerts"] as? Int == 0)
            #expect(try await store.call("db", "prune", "--older-than", "0").output.contains(" 1 alerts"))
            #expect(try await store.call("alerts", "list", "--all", "--json").output == "")
        }
    }

    @Test("A subscriber in another process hears what is published", arguments: StoreKind.allCases)
    func pubSub(kind: StoreKind) async throws {
        try await withStore(kind) { store, _ in
            async let heard = store.call("pubsub", "subscribe", "builds", "--count", "2", "--for", "60s", "--json")
            // Nothing is stored, so it is said until it is heard.
            let publishing = Task {
                while !Task.isCancelled { _ = try await store.call("pubsub", "publish", "builds", "ready") }
            }
            let call = try await heard
            publishing.cancel()
            _ = await publishing.result
            #expect(call.status == 0)
            #expect(try call.objects.map { $0["payload"] as? String } == ["ready", "ready"])
        }
    }

    @Test("The database is up to date and healthy, and says so", arguments: StoreKind.allCases)
    func database(kind: StoreKind) async throws {
        try await withStore(kind) { store, _ in
            #expect(try await store.call("db", "migrate").status == 0)
            let status = try #require(try await store.call("db", "status", "--json").objects.first)
            #expect(status["current"] as? Bool == true)
            let health = try #require(try await store.call("health", "--json").objects.first)
            #expect(health["status"] as? String == "ready")
        }
    }

    @Test("A database whose tables are of another version is refused with what to do, and is left as it is")
    func otherSchema() async throws {
        try await withStore(.postgres) { store, _ in
            #expect(try await store.call("lock", "acquire", "x").status == 0)
            let url = try #require(store.variables["SWITCHYARD_DATABASE_URL"])
            let database = try #require(URLComponents(string: url)?.path.dropFirst())
            func alter(_ sql: String) async throws {
                _ = try await PostgresServer.shared().run(sql, database: String(database))
            }

            try await alter("INSERT INTO schema_migrations (number, name) VALUES (99, 'from the future')")
            let newer = try await store.call("lock", "list")
            #expect(newer.status == 3)
            #expect(newer.talk.contains("made by a newer program"), "\(newer.talk)")
            #expect(try await store.call("db", "status").status == 1)
            #expect(try await store.call("db", "migrate").status == 3)

            try await alter("DELETE FROM schema_migrations WHERE number = 99 OR number = 1")
            let older = try await store.call("lock", "list")
            #expect(older.status == 3)
            #expect(older.talk.contains("made by an older program"), "\(older.talk)")
            #expect(older.talk.contains("'switchyard db migrate'"), "\(older.talk)")
            #expect(
                try await PostgresServer.shared().run(
                    "SELECT count(*) FROM distributed_locks",
                    database: String(database)
                ) == "1"
            )
        }
    }

    @Test("Outside of a repository and without a database the verbs say what to do")
    func nowhere() async throws {
        try await withTemporaryFolder { folder in
            let store = try StoreScenario(in: folder, variables: ["SWITCHYARD_DATABASE_URL": ""])
            let call = try await store.call("lock", "list")
            #expect(call.status == 3)
            #expect(call.talk.contains("SWITCHYARD_DATABASE_URL"))
        }
    }
}

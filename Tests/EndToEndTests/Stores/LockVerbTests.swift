import Foundation
import TestSupport
import Testing

@Suite("Lock verbs", .timeLimit(.minutes(10)))
struct LockVerbTests {
    @Test("A lock is granted once, its token rises, and statuses tell the rest", arguments: StoreKind.allCases)
    func life(kind: StoreKind) async throws {
        try await withStore(kind) { store, _ in
            let first = try await store.call("lock", "acquire", "deploy", "--holder", "ann")
            #expect(first.status == 0)
            #expect(first.output == "1\n")
            let second = try await store.call("lock", "acquire", "deploy", "--holder", "bob")
            #expect(second.status == 1)
            #expect(second.output == "")
            #expect(second.talk.contains("'deploy' is held by 'ann'"))
            let held = try await store.call("lock", "list", "--json").objects
            #expect(held.map { $0["holder"] as? String } == ["ann"])
            let stranger = try await store.call("lock", "release", "deploy", "--token", "1", "--holder", "bob")
            #expect(stranger.status == 1)
            #expect(try await store.call("lock", "renew", "deploy", "--token", "1", "--holder", "ann").status == 0)
            #expect(try await store.call("lock", "release", "deploy", "--token", "1", "--holder", "ann").status == 0)
            let third = try await store.call("lock", "acquire", "deploy", "--holder", "bob", "--json").objects
            #expect(third.first?["token"] as? Int == 2)
            #expect(third.first?["acquired"] as? Bool == true)
        }
    }

    @Test("The same request id gives the same token again", arguments: StoreKind.allCases)
    func repeated(kind: StoreKind) async throws {
        try await withStore(kind) { store, _ in
            let words = ["lock", "acquire", "a", "b", "--holder", "ann", "--request-id", "r1"]
            let first = try await store.call(words)
            #expect(first.output == "a\t1\nb\t1\n")
            #expect(try await store.call(words).output == first.output)
        }
    }

    @Test(
        "'lock run' runs under the lock, hands on the token and the command's status, and frees the name",
        arguments: StoreKind.allCases
    )
    func runs(kind: StoreKind) async throws {
        try await withStore(kind) { store, _ in
            let script = "echo token $SWITCHYARD_LOCK_TOKEN; exit 7"
            let run = try await store.call("lock", "run", "deploy", "--", "sh", "-c", script)
            #expect(run.status == 7)
            #expect(run.output == "token 1\n")
            let again = try await store.call("lock", "run", "deploy", "--", "sh", "-c", script)
            #expect(again.output == "token 2\n")
            _ = try await store.call("lock", "acquire", "deploy", "--holder", "ann")
            let refused = try await store.call("lock", "run", "deploy", "--", "echo", "never")
            #expect(refused.status == 75)
            #expect(refused.output == "")
        }
    }

    @Test("Many processes that run under one lock never overlap", arguments: StoreKind.allCases)
    func excludes(kind: StoreKind) async throws {
        try await withStore(kind) { store, folder in
            // A folder can be made once: whoever finds it made has company.
            let script = "mkdir inside || echo overlap >> overlaps; echo $SWITCHYARD_LOCK_TOKEN >> tokens; rmdir inside"
            try await withThrowingTaskGroup(of: Int32.self) { group in
                for _ in 0..<12 {
                    group.addTask {
                        try await store.call("lock", "run", "x", "--wait", "90s", "--", "sh", "-c", script).status
                    }
                }
                for try await status in group { #expect(status == 0) }
            }
            #expect(!FileManager.default.fileExists(atPath: folder.appending("overlaps")))
            let tokens = try String(contentsOfFile: folder.appending("tokens"), encoding: .utf8)
            #expect(tokens.split(separator: "\n").compactMap { Int($0) } == Array(1...12))
        }
    }

    @Test("A command whose name is missing ends with 3, and the lock is free again", arguments: StoreKind.allCases)
    func missingCommand(kind: StoreKind) async throws {
        try await withStore(kind) { store, _ in
            let run = try await store.call("lock", "run", "x", "--", "no-such-program")
            #expect(run.status == 3)
            #expect(run.talk.contains("no-such-program"))
            #expect(try await store.call("lock", "acquire", "x").status == 0)
        }
    }
}

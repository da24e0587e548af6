import Foundation
import TestSupport
import Testing

@Suite("Queue verbs", .timeLimit(.minutes(10)))
struct QueueVerbTests {
    @Test("A job goes from push over pull to complete, and a second report is refused", arguments: StoreKind.allCases)
    func life(kind: StoreKind) async throws {
        try await withStore(kind) { store, _ in
            #expect(try await store.call("queue", "pull", "mail").status == 1)
            #expect(try await store.call("queue", "push", "mail", "--kind", "note", input: "hello\n").output == "1\n")
            let pulled = try #require(try await store.call("queue", "pull", "mail", "--json").objects.first)
            #expect(pulled["payload"] as? String == "hello\n")
            #expect(pulled["kind"] as? String == "note")
            #expect(pulled["attempt"] as? Int == 1)
            let receipt = try #require(pulled["receipt"] as? String)
            #expect(try await store.call("queue", "pull", "mail").status == 1)
            #expect(try await store.call("queue", "heartbeat", receipt).status == 0)
            #expect(try await store.call("queue", "complete", receipt).status == 0)
            let late = try await store.call("queue", "complete", receipt)
            #expect(late.status == 1)
            #expect(late.talk.contains(receipt))
            let stats = try #require(try await store.call("queue", "stats", "mail", "--json").objects.first)
            #expect(stats["completed"] as? Int == 1)
            #expect(stats["ready"] as? Int == 0)
        }
    }

    @Test("Bytes that are no text survive, and are told as Base64", arguments: StoreKind.allCases)
    func binary(kind: StoreKind) async throws {
        try await withStore(kind) { store, _ in
            let push = #"printf 'a\000\377b' | "$TOOL" queue push raw"#
            let pushed = try await store.call(
                "lock",
                "run",
                "shell",
                "--",
                "sh",
                "-c",
                push,
                adding: ["TOOL": store.tool]
            )
            #expect(pushed.status == 0)
            let pulled = try #require(try await store.call("queue", "pull", "raw", "--json").objects.first)
            #expect(pulled["payload_base64"] as? String == "YQD/Yg==")
        }
    }

    @Test(
        "A failed job becomes a dead letter with its error, is redriven, and can be purged",
        arguments: StoreKind.allCases
    )
    func deadLetters(kind: StoreKind) async throws {
        try await withStore(kind) { store, _ in
            _ = try await store.call("queue", "push", "mail", "x", "--max-attempts", "1")
            let receipt = try await receipt(store)
            #expect(try await store.call("queue", "fail", receipt, "--error", "no route").status == 0)
            let dead = try await store.call("queue", "dead", "mail")
            #expect(dead.output.contains("no route"))
            #expect(try await store.call("queue", "redrive", "mail", "--all").output == "1\n")
            let again = try await self.receipt(store)
            #expect(try await store.call("queue", "fail", again, "--dead").status == 0)
            #expect(try await store.call("queue", "purge", "mail", "--state", "dead").output == "1\n")
            #expect(try await store.call("queue", "show", "1").status == 1)
        }
    }

    @Test("A unique key is taken once, and a paused queue hands out nothing", arguments: StoreKind.allCases)
    func uniqueAndPaused(kind: StoreKind) async throws {
        try await withStore(kind) { store, _ in
            #expect(try await store.call("queue", "push", "mail", "x", "--unique", "u").status == 0)
            let second = try await store.call("queue", "push", "mail", "y", "--unique", "u")
            #expect(second.status == 1)
            #expect(second.output == "1\n")
            #expect(try await store.call("queue", "pause", "mail").status == 0)
            #expect(try await store.call("queue", "pull", "mail").status == 1)
            #expect(try await store.call("queue", "resume", "mail").status == 0)
            #expect(try await store.call("queue", "pull", "mail").status == 0)
        }
    }

    @Test("'queue work' runs a command per job, and its exit status decides", arguments: StoreKind.allCases)
    func works(kind: StoreKind) async throws {
        try await withStore(kind) { store, folder in
            let payloads = (1...20).map(String.init).joined(separator: "\n")
            #expect(try await store.call("queue", "push", "numbers", "--lines", input: payloads).status == 0)
            _ = try await store.call("queue", "push", "numbers", "bad", "--max-attempts", "1")
            _ = try await store.call("queue", "push", "numbers", "unreadable")
            let script = #"""
                n=$(cat); case $n in bad) echo broken >&2; exit 4;; unreadable) exit 65;; esac
                echo "$SWITCHYARD_JOB_ATTEMPT $n" >> done.txt
                """#
            let work = try await store.call(
                "queue",
                "work",
                "numbers",
                "--exec",
                script,
                "--concurrency",
                "3",
                "--drain"
            )
            #expect(work.status == 0, "\(work.talk)")
            let lines = try String(contentsOfFile: folder.appending("done.txt"), encoding: .utf8).split(separator: "\n")
            #expect(lines.sorted() == (1...20).map { "1 \($0)" }.sorted().map { Substring($0) })
            let dead = try await store.call("queue", "dead", "numbers", "--json").objects
            #expect(dead.map { $0["payload"] as? String } == ["bad", "unreadable"])
            let errors = (dead.first?["errors"] as? [[String: any Sendable]])?.compactMap { $0["error"] as? String }
            #expect(errors == ["exit status 4: broken"])
        }
    }

    @Test("Two workers share a queue and no job is done twice", arguments: StoreKind.allCases)
    func shared(kind: StoreKind) async throws {
        try await withStore(kind) { store, folder in
            let payloads = (1...40).map(String.init).joined(separator: "\n")
            _ = try await store.call("queue", "push", "n", "--lines", input: payloads)
            try await withThrowingTaskGroup(of: Int32.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        try await store.call(
                            "queue",
                            "work",
                            "n",
                            "--exec",
                            "printf '%s\\n' \"$(cat)\" >> done.txt",
                            "--concurrency",
                            "2",
                            "--drain"
                        ).status
                    }
                }
                for try await status in group { #expect(status == 0) }
            }
            let lines = try String(contentsOfFile: folder.appending("done.txt"), encoding: .utf8).split(separator: "\n")
            #expect(lines.compactMap { Int($0) }.sorted() == Array(1...40))
        }
    }

    private func receipt(_ store: StoreScenario) async throws -> String {
        let pulled = try await store.call("queue", "pull", "mail", "--json").objects.first
        return try #require(pulled?["receipt"] as? String)
    }
}

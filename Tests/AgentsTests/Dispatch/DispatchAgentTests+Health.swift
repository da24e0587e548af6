import Agents
import Foundation
import Locking
import RunModel
import TestSupport
import Testing

extension DispatchAgentTests {
    @Test("A reservation of a ticket that is done, or older than a day, ends; a fresh one stays")
    func reservations() async throws {
        try await withTemporaryFolder { folder in
            let scene = try sceneWithMergedTicket(folder)
            func file(_ id: String, _ started: Date) -> String {
                "{\"ticket_id\": \"\(id)\", \"started_at\": \"\(LedgerStamp.text(started))\", \"files_locking\": [\"src/a.ts\"]}"
            }
            try folder.write(file("TKT-001", scene.now), to: "docs/agent-output/started/done.json")
            try folder.write(file("TKT-002", scene.now - 90_000), to: "docs/agent-output/started/old.json")
            try folder.write(file("TKT-002", scene.now - 60), to: "docs/agent-output/started/fresh.json")
            let run = try await scene.agent(steps: [.health]).run()
            #expect(run.report.count(.health, "reservations_expired") == 2)
            #expect(try folder.list("docs/agent-output/started") == ["fresh.json"])
            #expect(
                try folder.list("docs/agent-output/archive/\(LedgerStamp.day(scene.now))") == ["done.json", "old.json"]
            )
        }
    }

    @Test("Prompts of finished tickets are put away; open ones and those of people stay")
    func prompts() async throws {
        try await withTemporaryFolder { folder in
            let scene = try sceneWithMergedTicket(folder)
            let done = WorkPrompt.fileName(.continuation, try #require(TicketID("TKT-001")), key: "1a2b3c4d")
            let open = WorkPrompt.fileName(.tooling, try #require(TicketID("TKT-002")), key: "1a2b3c4d")
            for name in [done, open, "nightly.md"] { try folder.write("# T\n", to: "prompts/active/\(name)") }
            let dry = try await scene.agent(steps: [.health], isDryRun: true).run()
            #expect(dry.report.count(.health, "prompts_archived") == 1)
            #expect(try folder.list("prompts/active") == [done, "nightly.md", open])
            let run = try await scene.agent(steps: [.health]).run()
            #expect(run.report.count(.health, "prompts_archived") == 1)
            #expect(try folder.list("prompts/active") == ["nightly.md", open])
            #expect(try folder.list("docs/agent-output/archive/\(LedgerStamp.day(scene.now))") == [done])
        }
    }

    @Test("A prompt whose putting away is cut off before any change is put away by the next dispatch", arguments: 0...1)
    func cutOffRetirement(changes: Int) async throws {
        struct Cut: Error {}
        try await withTemporaryFolder { folder in
            let left = Lock(changes)
            var options = LedgerStore.Options()
            options.beforeStep = { _ in
                try left.withLock { left in
                    guard left > 0 else { throw Cut() }
                    left -= 1
                }
            }
            let scene = LedgerScene(folder)
            try scene.write([LedgerScene.ticket("TKT-001", status: "in_progress")], to: .tickets)
            let name = WorkPrompt.fileName(.continuation, try #require(TicketID("TKT-001")), key: "1a2b3c4d")
            try folder.write("# TKT-001: T\n", to: "prompts/active/\(name)")
            let retirement = PromptRetirement(now: scene.now)
            let cut = LedgerScene(folder, options: options)
            await #expect(throws: Cut.self) {
                try await cut.store.edit { try retirement.retire(name, isOnMain: true, $0) }
            }
            #expect(try folder.list("prompts/active") == [name], "the prompt goes last")
            let state = try await scene.entries(.tickets).first?["status"]
            #expect(state == (changes == 0 ? "in_progress" : "merged"))
            // A ticket that had not moved yet is moved by whoever runs the prompt again, or by hand.
            if changes == 0 { _ = try await scene.store.edit { try retirement.retire(name, isOnMain: true, $0) } }
            _ = try await scene.agent(steps: [.health]).run()
            #expect(try folder.list("prompts/active").isEmpty)
            #expect(try await scene.entries(.tickets).first?["status"] == "merged")
        }
    }

    @Test("A ticket's state moves under the name it has, and is never there twice")
    func ownNames() async throws {
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            try folder.write(
                #"{"tickets": [{"id": "TKT-001", "State": "qa_pending", "updatedAt": "2026-01-01T00:00:00Z"}]}"#,
                to: "data/tickets.json"
            )
            let now = scene.now
            try await scene.store.edit { session in
                var book = try LedgerBook(session)
                book.move(0, to: .merged, at: now)
                try book.save(to: session)
            }
            let entry = try #require(try await scene.entries(.tickets).first)
            #expect(entry.members.map(\.key) == ["id", "State", "updatedAt"])
            #expect(entry["State"] == "merged" && entry["updatedAt"]?.text == LedgerStamp.text(now))
        }
    }

    @Test(
        "The ticket of a prompt that has landed moves along, as far as its work has come",
        arguments: [
            (WorkPrompt.Kind.continuation, true, "merged"), (.continuation, false, "qa_pending"),
            (.tooling, true, "merged"), (.retest, true, "in_progress"),
        ]
    )
    func landedPrompt(kind: WorkPrompt.Kind, isOnMain: Bool, state: LedgerValue) async throws {
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            try scene.write([LedgerScene.ticket("TKT-001", status: "in_progress")], to: .tickets)
            let name = WorkPrompt.fileName(kind, try #require(TicketID("TKT-001")), key: "1a2b3c4d")
            try folder.write("# TKT-001: T\n", to: "prompts/active/\(name)")
            let retirement = PromptRetirement(now: scene.now)
            let first = try await scene.store.edit { try retirement.retire(name, isOnMain: isOnMain, $0) }
            #expect(first?.archived == "docs/agent-output/archive/\(LedgerStamp.day(scene.now))/\(name)")
            #expect(try await scene.entries(.tickets).first?["status"] == state)
            #expect(try await scene.store.edit { try retirement.retire(name, isOnMain: isOnMain, $0) } == nil)
            #expect(try await scene.store.edit { try retirement.retire("nightly.md", isOnMain: isOnMain, $0) } == nil)
        }
    }

    /// A ledger of two tickets, the first of them merged.
    private func sceneWithMergedTicket(_ folder: TemporaryFolder) throws -> LedgerScene {
        let scene = LedgerScene(folder)
        let tickets: LedgerValue = [LedgerScene.ticket("TKT-001", status: "merged"), LedgerScene.ticket("TKT-002")]
        try scene.write(tickets, to: .tickets)
        return scene
    }
}

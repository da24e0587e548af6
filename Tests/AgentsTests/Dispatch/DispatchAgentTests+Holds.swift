import Agents
import Foundation
import RunModel
import TestSupport
import Testing

/// What holds tickets up, and what lets them go on.
extension DispatchAgentTests {
    @Test(
        "Giving the ticket up closes it with its thread; any other refusal leaves it to people",
        arguments: [
            ("Cancel ticket - not needed", "2", "closed"), ("Ask each time", "cancel the ticket", "closed"),
            ("Ask each time", "skip, we are too small", "blocked"),
        ]
    )
    func refusedTicket(option: String, said: String, state: String) async throws {
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            try scene.write([LedgerScene.ticket("TKT-007", status: "blocked")], to: .tickets)
            let posts = [("system", "1. Use the cache\n2. " + option), ("human", said)]
            try scene.write([LedgerScene.thread("BLOCKED-TKT-007-1", posts)], to: .decisions)
            let run = try await scene.agent(steps: [.tickets]).run()
            #expect(try await scene.entries(.tickets)[0]["status"]?.text == state)
            #expect(try await scene.entries(.decisions)[0]["status"] == "resolved")
            #expect(run.report.forPeople.contains { $0.contains("TKT-007") } == (state == "blocked"))
        }
    }

    @Test(
        "An obstacle that was taken away lets its ticket go on, and a promise to do so does not",
        arguments: [("done", "ready", "resolved"), ("will be set tomorrow", "blocked", "pending")]
    )
    func obstacle(said: String, state: String, status: String) async throws {
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            try scene.write([LedgerScene.ticket("TKT-007", status: "blocked")], to: .tickets)
            let posts = [("system", "MAIL_TOKEN is not set on the QA machine."), ("human", said)]
            var thread = LedgerScene.thread("ENV-TKT-007-1a2b3c4d", posts)
            thread.set("category", to: "environment")
            try scene.write([thread], to: .decisions)
            _ = try await scene.agent(steps: [.tickets]).run()
            #expect(try await scene.entries(.tickets)[0]["status"]?.text == state)
            #expect(try await scene.entries(.decisions)[0]["status"]?.text == status)
        }
    }

    @Test("A ticket that two threads are about goes on with the second decision")
    func twoDecisions() async throws {
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            try scene.write([LedgerScene.ticket("TKT-007", status: "blocked")], to: .tickets)
            let list = ("system", "1. Keep the field\n2. Drop the field")
            try scene.write(
                [
                    LedgerScene.thread("BLOCKED-TKT-007-1", [list, ("human", "option 1")]),
                    LedgerScene.thread("BLOCKED-TKT-007-2", [list]),
                ],
                to: .decisions
            )
            _ = try await scene.agent(steps: [.tickets]).run()
            let held = try await scene.entries(.tickets)[0]
            #expect(held["status"] == "blocked")
            #expect(held["fix_required"]?.elements.last?.text?.contains("Keep the field") == true)

            let now = scene.now
            try await scene.store.edit { session in
                var book = try LedgerBook(session)
                let thread = try #require(book.readThreads().last)
                ThreadEditor(now: now).post("option 2", in: thread, role: .human, status: nil, &book)
                try book.save(to: session)
            }
            _ = try await scene.agent(steps: [.tickets]).run()
            let free = try await scene.entries(.tickets)[0]
            #expect(free["status"] == "ready" && free["fix_required"]?.count == 3)
            #expect(free["fix_required"]?.elements.last?.text?.contains("Drop the field") == true)
        }
    }

    @Test(
        "A ticket that waits for two tools goes back once, when both have landed, together or not",
        arguments: [false, true]
    )
    func twoTools(together: Bool) async throws {
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            let tools = [try #require(TicketID("TKT-060")), try #require(TicketID("TKT-061"))]
            try scene.write(
                [
                    LedgerScene.ticket("TKT-050", status: "blocked_tooling"), LedgerScene.ticket("TKT-060"),
                    LedgerScene.ticket("TKT-061"),
                ],
                to: .tickets
            )
            try scene.write(.list(tools.map { Self.waiting("TKT-050", for: $0) }), to: .requeue)
            if !together {
                let early = try await scene.agent(landed: [tools[0]: "abc123def"], steps: [.requeue]).run()
                #expect(early.report.statistics.ticketsRequeued == 0)
                #expect(try await scene.entries(.tickets)[0]["status"] == "blocked_tooling")
            }
            let landed = [tools[0]: "abc123def", tools[1]: "def456abc"]
            let run = try await scene.agent(landed: landed, steps: [.requeue]).run()
            #expect(run.report.statistics.ticketsRequeued == 1)
            #expect(try folder.list("prompts/active").count == 1)
            #expect(try await scene.entries(.tickets)[0]["status"] == "qa_pending")
            #expect(try await scene.entries(.requeue).map { $0["status"]?.text } == ["requeued", "requeued"])
        }
    }

    @Test(
        "A ticket that an agent has, or a person must decide about, is left when its tool lands",
        arguments: [
            ("in_progress", "resolved", "in_progress"), ("blocked", "pending", "blocked"),
            ("blocked", "resolved", "qa_pending"), ("blocked_tooling", "resolved", "qa_pending"),
        ]
    )
    func heldTicket(state: String, thread: String, after: String) async throws {
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            let tool = try #require(TicketID("TKT-060"))
            try scene.write(
                [LedgerScene.ticket("TKT-050", status: state), LedgerScene.ticket("TKT-060")],
                to: .tickets
            )
            try scene.write(
                [LedgerScene.thread("BLOCKED-TKT-050-1", [("system", "1. Left\n2. Right")], status: thread)],
                to: .decisions
            )
            try scene.write([Self.waiting("TKT-050", for: tool)], to: .requeue)
            let run = try await scene.agent(landed: [tool: "abc123def"], steps: [.requeue]).run()
            #expect(try await scene.entries(.tickets)[0]["status"]?.text == after)
            #expect(run.report.statistics.ticketsRequeued == (state == after ? 0 : 1))
            #expect(try await scene.entries(.requeue)[0]["status"]?.text == (state == after ? "waiting" : "requeued"))
        }
    }

    /// The requeue entry of a ticket that waits for a tool.
    private static func waiting(_ ticket: String, for tool: TicketID) -> LedgerValue {
        [
            "blocked_ticket": .text(ticket), "waiting_for": .text(tool.rawValue), "requeue_to": "qa",
            "status": "waiting",
        ]
    }
}

import Agents
import Foundation
import RunModel
import TestSupport
import Testing

/// What one attempt passes on to the next.
extension BlockerTriageAgentTests {
    private static let refused: LedgerValue = [
        "ticket_id": "TKT-001", "blocker_type": "qa_failure", "blocked_at": "2026-01-11T10:00:00Z",
        "summary": "Badge is grey instead of red", "recommendation": "Use the red token",
        "failures": [["criterion": "AC1", "expected": "red", "actual": "grey"]],
        "dispatch_action": "create_continuation_ticket",
    ]

    /// What one agent of a run leaves; without a run it is somebody else's blocker.
    private static func conflict(
        _ ticket: String,
        agent: String = "A",
        run: String? = "r1",
        attempt: Int = 1
    ) -> LedgerValue {
        var context: LedgerValue = [
            "ticket_id": .text(ticket), "agent": .text(agent), "owns": ["src/"], "attempt": .number(attempt),
        ]
        if let run { context.set("run", to: .text(run)) }
        return [
            "id": .text("\(run ?? "r0")-\(agent)"), "type": "blocker", "source": "switchyard",
            "category": "merge_conflict", "issue": .text("The work of \(agent) conflicts."), "blocker_context": context,
        ]
    }

    @Test(
        "Agents of one run that are refused go on each for itself, also when one is refused again",
        arguments: [["SPRINT-82-1A", "SPRINT-82-1B"], ["TKT-101-A", "TKT-101-B"]]
    )
    func agentsOfOneRun(tickets: [String]) async throws {
        try await withTemporaryFolder { folder in
            let harness = TriageHarness(folder)
            for (ticket, agent) in zip(tickets, ["first", "second"]) {
                try harness.put(Self.conflict(ticket, agent: agent), "BLOCKED-\(ticket)-20261121T084500Z.json")
            }
            let result = try await harness.triage()
            #expect(result.outcomes.map { $0.ticket?.rawValue } == tickets)
            let prompts = harness.prompts
            #expect(prompts.compactMap { WorkPrompt.parts(ofFileName: $0)?.ticket } == tickets)

            let again = Self.conflict(tickets[0], agent: "first", run: "r2")
            try harness.put(again, "BLOCKED-\(tickets[0])-20261122T084500Z.json")
            try await harness.triage()
            let (first, second) = (try #require(harness.prompts.first), harness.prompts.last)
            #expect(harness.prompts.count == 2 && first != prompts.first && second == prompts.last)
            let text = try folder.read("prompts/active/" + first)
            #expect(text.contains("What was tried before") && !text.contains("The work of second"))
        }
    }

    @Test("An attempt that came to no end passes on what the one before it was refused for", arguments: [false, true])
    func attemptWithoutEnd(isOnePass: Bool) async throws {
        try await withTemporaryFolder { folder in
            let harness = TriageHarness(folder)
            let ticket: LedgerValue = ["id": "TKT-001", "status": "in_progress"]
            try harness.setTickets([ticket])
            try harness.put(Self.refused, "QA-TKT-001-FAILED-20260111.json")
            if !isOnePass {
                try await harness.triage()
                try harness.setTickets([ticket])
            }
            try harness.put(
                [
                    "ticket_id": "TKT-001", "blocker_type": "engine_failure", "blocked_at": "2026-01-12T10:00:00Z",
                    "summary": "The session of the agent crashed",
                ],
                "BLOCKED-TKT-001-20260112.json"
            )
            try await harness.triage()
            #expect(harness.prompts.count == 1)
            let text = try folder.read("prompts/active/" + (try #require(harness.prompts.first)))
            #expect(text.contains("Expected: red") && text.contains("- Use the red token"))
            #expect(try await harness.entries(.tickets)[0]["status"] == "qa_failed")
        }
    }

    @Test("A failure on a build server that a person gets leaves the work on an older failure to an agent")
    func inboxBesideWork() async throws {
        try await withTemporaryFolder { folder in
            let harness = TriageHarness(folder)
            try harness.put(Self.refused, "QA-TKT-001-FAILED-20260111.json")
            try harness.put(
                [
                    "ticket_id": "TKT-001", "type": "ci_failure", "blocked_at": "2026-01-12T10:00:00Z",
                    "summary": "The build server reported a failure",
                ],
                "CI-TKT-001-20260112.json"
            )
            let result = try await harness.triage()
            #expect(result.outcomes.map(\.action) == [.continuation, .inbox])
            #expect(harness.prompts.count == 1 && harness.inbox.count == 1)
        }
    }

    @Test(
        "Starts of an engine are no attempts of the ticket; attempts that somebody else counted are",
        arguments: [true, false]
    )
    func countedAttempts(isOwnRun: Bool) async throws {
        try await withTemporaryFolder { folder in
            let harness = TriageHarness(folder)
            let blocker = Self.conflict("TKT-001", run: isOwnRun ? "r1" : nil, attempt: 4)
            try harness.put(blocker, "BLOCKED-TKT-001-20260111.json")
            let outcome = try #require(try await harness.triage().outcomes.first)
            #expect(outcome.needsHuman == !isOwnRun)
            #expect(harness.inbox.count == (isOwnRun ? 0 : 1) && harness.prompts.count == 1)
        }
    }

    @Test(
        "Work goes on from the ticket's own branch, and from none that many land on",
        arguments: [("staging", false), ("release/2", false), ("main", false), ("agent/tkt-001", true)]
    )
    func base(branch: String, isBase: Bool) async throws {
        try await withTemporaryFolder { folder in
            var harness = TriageHarness(folder)
            harness.facts = RepositoryFacts(
                branches: ["main", "staging", "release/2", "agent/tkt-001"],
                mainBranch: "main"
            )
            var blocker = Self.refused
            blocker.set("branch", to: .text(branch))
            try harness.put(blocker, "QA-TKT-001-FAILED-20260111.json")
            try await harness.triage()
            let text = try folder.read("prompts/active/" + (try #require(harness.prompts.first)))
            #expect(text.hasPrefix("---\nbase: \"\(branch)\"\n---\n") == isBase)
        }
    }

    @Test(
        "A new question joins the thread of its id as long as nobody has settled that one",
        arguments: [("pending", true), ("in_discussion", true), ("awaiting_human", true), ("resolved", false)]
    )
    func threadOfThatID(status: String, isJoined: Bool) async throws {
        try await withTemporaryFolder { folder in
            let harness = TriageHarness(folder)
            try folder.write(
                #"{"threads": [{"finding_id": "BLOCKED-TKT-160-1", "status": "\#(status)", "messages": []}]}"#,
                to: "data/decisions.json"
            )
            let entry = try #require(BlockerFixtures.all.first { $0.ticket == "TKT-160" })
            try folder.write(Data(entry.bytes), to: TriageHarness.blocked + "/" + entry.file)
            try await harness.triage()
            let threads = try await harness.entries(.decisions)
            #expect(threads.count == (isJoined ? 1 : 2))
            #expect(threads.map { $0["messages"]?.count } == (isJoined ? [1] : [0, 1]))
            #expect(threads.last?["status"]?.text == (isJoined ? status : "pending"))
            #expect(threads.last?["finding_id"]?.text?.hasPrefix("BLOCKED-TKT-160-1") == true)
            #expect(Set(threads.map { $0["finding_id"] }).count == threads.count)
        }
    }

    @Test("Numbered advice in a question's post is nothing to choose from", arguments: [true, false])
    func numberedAdvice(hasOptions: Bool) async throws {
        try await withTemporaryFolder { folder in
            let harness = TriageHarness(folder)
            var blocker: LedgerValue = [
                "ticket_id": "TKT-001", "blocker_type": "clarification", "summary": "Which day is meant?",
                "recommendation": ["1. Ask the shop", "2. Tell the mailer"],
            ]
            if hasOptions { blocker.set("options", to: ["Same day", "Next day"]) }
            try harness.put(blocker, "BLOCKED-TKT-001-20260111.json")
            try await harness.triage()
            let thread = try #require(try await harness.entries(.decisions).first)
            let post = try #require(thread["messages"]?.elements.first?["text"]?.text)
            #expect(post.contains("- Ask the shop"))
            let messages = [
                ThreadMessage(role: .system, text: post, time: nil),
                ThreadMessage(role: .human, text: "option 2", time: nil),
            ]
            for options in [DecisionOption.read(thread["options"]), []] {
                let labels = ThreadReader(options: options).read(messages).last?.options.map(\.label)
                #expect(labels == (hasOptions ? ["Next day"] : []))
            }
        }
    }
}

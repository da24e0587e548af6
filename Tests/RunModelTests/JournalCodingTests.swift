import Foundation
import RunModel
import Testing

@Suite("Facts are written as one line of JSON and read back")
struct JournalCodingTests {
    private static let agent = AgentID("A")

    private func roundTrip(_ fact: RunFact) throws -> (text: String, entry: JournalEntry) {
        let entry = JournalEntry(sequence: 4, time: Date(timeIntervalSince1970: 1_767_323_045.125), fact: fact)
        let data = try JSONText.encode(entry)
        let text = String(decoding: data, as: UTF8.self)
        #expect(!text.contains("\n"))
        #expect(try JSONText.decode(JournalEntry.self, from: data) == entry)
        return (text, entry)
    }

    @Test("An entry has sorted snake-case keys, a date with milliseconds and the fact's name")
    func shape() throws {
        let text = try roundTrip(.worktreeRemoved(WorktreeRemoved(agent: Self.agent, path: "/w/ü\n\"x"))).text
        #expect(
            text
                == #"{"fact":{"data":{"agent":"A","path":"/w/ü\n\"x"},"kind":"worktree_removed"},"schema":1,"#
                + #""sequence":4,"time":"2026-01-02T03:04:05.125Z"}"#
        )
    }

    @Test(
        "Every way an attempt can end is kept",
        arguments: [
            AttemptOutcome.Ending.exited(code: 3), .signalled(signal: 9), .timedOut(after: .seconds(60)),
            .silent(for: .milliseconds(1500)), .cancelled, .failedToStart(why: "no such file"),
        ]
    )
    func endings(ending: AttemptOutcome.Ending) throws {
        let outcome = AttemptOutcome(
            ending: ending,
            reportedSuccess: false,
            summary: "s",
            usage: Usage(inputTokens: 1, outputTokens: nil, cost: 0.25),
            sessionID: "id",
            duration: .milliseconds(1),
            droppedBytes: 9,
            failure: EngineFailure(kind: .rateLimited, retryAfter: .seconds(30))
        )
        let finished = AttemptFinished(agent: Self.agent, attempt: 2, outcome: outcome)
        #expect(try roundTrip(.attemptFinished(finished)).text.contains(#""session_id":"id""#))
    }

    @Test("Every reason for a refusal is a word of its own that is read back", arguments: RefusalReason.allCases)
    func reasons(reason: RefusalReason) throws {
        let text = try roundTrip(.agentRefused(AgentRefused(agent: Self.agent, reason: reason, summary: ""))).text
        #expect(text.contains("\"reason\":\"\(reason.rawValue)\""))
        #expect(reason.rawValue.allSatisfy { $0.isLowercase || $0 == "_" })
    }

    @Test("The options of a run survive, budgets and protocols among them")
    func options() throws {
        let options = RunOptions(
            only: [Self.agent],
            attemptTimeout: .milliseconds(1500),
            allowedGitProtocols: ["https"],
            budget: RunBudget(agentTokens: 5, runCost: 1.5)
        )
        let data = try JSONText.encode(options)
        #expect(try JSONText.decode(RunOptions.self, from: data) == options)
    }

    @Test("A fact of another version is an error, not a guess")
    func unknown() {
        let line =
            #"{"fact":{"data":{},"kind":"teleported"},"schema":1,"sequence":1,"time":"2026-01-02T03:04:05.000Z"}"#
        #expect(throws: DecodingError.self) { try JSONText.decode(JournalEntry.self, from: Data(line.utf8)) }
    }

    @Test("Times come back as they were written, to the millisecond")
    func times() throws {
        for milliseconds in [0, 1, 499, 500, 999, 1_767_323_045_003] {
            let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            let data = try JSONText.encode([date])
            #expect(try JSONText.decode([Date].self, from: data) == [JSONText.rounded(date)], "\(milliseconds)")
        }
    }
}

@Suite("Budgets")
struct RunBudgetTests {
    @Test("A budget is used up when it is reached, and says by how much")
    func excess() {
        let budget = RunBudget(agentTokens: 100, agentCost: 0.5, runTokens: 1000)
        #expect(budget.agentExcess(Usage(inputTokens: 60, outputTokens: 39)) == nil)
        #expect(budget.agentExcess(Usage(inputTokens: 60, outputTokens: 40)) == "used 100 of 100 tokens")
        #expect(budget.agentExcess(Usage(cost: 0.5)) == "used $0.50 of $0.50")
        #expect(budget.agentExcess(Usage(cost: 12.349)) == "used $12.35 of $0.50")
        #expect(budget.runExcess(Usage(inputTokens: 999, cost: 99)) == nil)
        #expect(RunBudget().runExcess(Usage(inputTokens: .max / 2, cost: 1e9)) == nil)
    }

    @Test("Usage adds up, and what no engine told stays unknown")
    func sums() {
        let sum = Usage(inputTokens: 1, cost: 0.5) + Usage(inputTokens: 2, outputTokens: 3)
        #expect(sum == Usage(inputTokens: 3, outputTokens: 3, cost: 0.5))
        #expect(Usage() + Usage() == Usage())
    }
}

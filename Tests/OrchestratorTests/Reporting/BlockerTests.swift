import Agents
import Foundation
import RunModel
import TestSupport
import Testing

@testable import Orchestrator

@Suite("Blockers")
struct BlockerTests {
    private func blocker(_ id: String, in story: ReportStory) throws -> Blocker {
        let refusal = try #require(story.record.agents[AgentID(id)]?.refusal)
        return try #require(Blocker(refusal, in: story.record))
    }

    private func json(_ blocker: Blocker) throws -> String {
        try withTemporaryFolder { folder in
            try folder.read(BlockerWriter(repository: folder.path).write(blocker))
        }
    }

    @Test("An ownership blocker holds the finding, the file, its owners and the kept work")
    func ownership() throws {
        Snapshot.expect(try json(blocker("C", in: .oneRefused)), matches: "ownership.json", normalizing: .none)
    }

    @Test("A conflict blocker holds the hunks of both sides")
    func conflict() throws {
        Snapshot.expect(try json(blocker("B", in: .conflict)), matches: "conflict.json", normalizing: .none)
    }

    @Test("A verify blocker holds the command and what it printed")
    func verify() throws {
        Snapshot.expect(try json(blocker("D", in: .bisected)), matches: "verify.json", normalizing: .none)
    }

    @Test("A blocker of an engine that never worked names how it ended, and no ref")
    func engine() throws {
        let blocker = try blocker("C", in: .nothingLanded)
        #expect(blocker.blockerContext.ref == nil)
        #expect(blocker.blockerContext.failures.map(\.actual) == ["the attempt ended with exit status 1"])
        #expect(blocker.blockerContext.failures.map(\.evidence) == ["Invalid API key · Please run /login"])
    }

    @Test("Every reason has options of which the first is recommended", arguments: RefusalReason.allCases)
    func everyReasonHasAdvice(reason: RefusalReason) throws {
        let refusal = AgentRefused(agent: AgentID("A"), reason: reason, summary: "why")
        let blocker = try #require(Blocker(refusal, in: ReportStory.allLanded.record))
        #expect(blocker.options.map(\.recommended).first == true)
        #expect(blocker.options.filter(\.recommended).count == 1)
        #expect(blocker.category == reason)
        #expect(!blocker.blockerContext.failures.isEmpty)
        #expect(blocker.recommendation.hasPrefix("Option 1: "))
    }

    @Test("The ticket is the one in the title, else the run's label with the agent")
    func tickets() {
        let ticket = { (title: String, id: String, label: String?) in
            Blocker.ticket(
                for: Assignment(id: AgentID(id), title: title),
                in: Plan(title: "x", label: label, file: "x.md")
            )
        }
        #expect(ticket("Fix TKT-005b at last", "A", "QS9-T3") == "TKT-005b")
        #expect(ticket("Retest TKT-007-V2", "A", nil) == "TKT-007-V2")
        #expect(ticket("Pool tuning", "A", "QS9-T3") == "QS9-T3-A")
        #expect(ticket("Pool tuning", "T3-A", "QS9-T3") == "QS9-T3-A")
        #expect(ticket("Pool tuning", "1B", "Sprint 82") == "SPRINT-82-1B")
        #expect(ticket("../../etc", "A/..", nil) == "RUN-A---")
    }

    @Test("Agents of one ticket are told apart, and one that has a ticket for itself bears its id")
    func agentsOfOneTicket() {
        let titles = ["A": "TKT-101: the list", "B": "Tests for TKT-101", "C": "TKT-102: the page"]
        let assignments = titles.keys.sorted().map { Assignment(id: AgentID($0), title: titles[$0] ?? "") }
        let plan = Plan(title: "TKT-101 and more", file: "prompts/shop.md", assignments: assignments)
        #expect(assignments.map { Blocker.ticket(for: $0, in: plan) } == ["TKT-101-A", "TKT-101-B", "TKT-102"])
    }

    @Test(
        "A prompt made by triage keeps its ticket, whatever its title speaks of",
        arguments: [("TKT-005b", "Red badge"), ("SPRINT-82-1B", "Pool tuning"), ("TKT-101-A", "As for TKT-009")]
    )
    func ticketOfPrompt(id: String, title: String) throws {
        let ticket = try #require(TicketID(id))
        let name = WorkPrompt.fileName(.continuation, ticket, key: "1a2b3c4d")
        let prompt = WorkPrompt(kind: .continuation, ticket: ticket, title: title, reason: "Once more.")
        let plan = Planner.plan(source: Array(prompt.markdown().utf8), file: "prompts/active/" + name)
        let assignment = try #require(plan.assignments.first)
        #expect(Blocker.ticket(for: assignment, in: plan) == id)
    }

    @Test(
        "A blocker's file stays in its folder, whatever its ticket is called",
        arguments: ["../../etc/x", "a/b\\c", "..", "a\u{0}b", "-rf", String(repeating: "x", count: 900)]
    )
    func hostileTickets(ticket: String) throws {
        try withTemporaryFolder { folder in
            var blocker = try blocker("C", in: .oneRefused)
            blocker.blockerContext.ticketID = ticket
            let path = try BlockerWriter(repository: folder.path).write(blocker)
            let names = try folder.list("docs/agent-output/blocked")
            #expect(names == [blocker.fileName] && path == "docs/agent-output/blocked/\(blocker.fileName)")
            #expect(blocker.fileName.hasPrefix("BLOCKED-") && blocker.fileName.utf8.count < 200)
        }
    }

    @Test("Writing a blocker twice gives one file with the same bytes")
    func writingIsIdempotent() throws {
        try withTemporaryFolder { folder in
            let writer = BlockerWriter(repository: folder.path)
            let blocker = try blocker("C", in: .oneRefused)
            let path = try writer.write(blocker)
            let first = try folder.read(path)
            let again = try writer.write(blocker)
            let second = try folder.read(path)
            let names = try folder.list("docs/agent-output/blocked")
            #expect(again == path)
            #expect(first == second)
            #expect(names == ["BLOCKED-GH1-C-20261121T084500Z.json"])
        }
    }

    @Test("A file of that name that is no blocker of this run is never touched")
    func foreignFilesStay() throws {
        try withTemporaryFolder { folder in
            let blocker = try blocker("C", in: .oneRefused)
            try folder.write("", to: "docs/agent-output/blocked/\(blocker.fileName)")
            let path = try BlockerWriter(repository: folder.path).write(blocker)
            let old = try folder.read("docs/agent-output/blocked/\(blocker.fileName)")
            #expect(path.hasSuffix("-20261121T084500Z-2.json"))
            #expect(old == "")
        }
    }
}

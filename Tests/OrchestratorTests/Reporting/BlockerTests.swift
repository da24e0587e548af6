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

import Foundation
import RunModel
import Testing

@Suite("A run is the fold of its facts")
struct RunRecordTests {
    private static let (a, b) = (AgentID("A"), AgentID("B"))

    private static func record(_ facts: [RunFact]) -> RunRecord {
        RunRecord(
            facts.enumerated().map {
                JournalEntry(
                    sequence: $0.offset + 1,
                    time: Date(timeIntervalSince1970: Double($0.offset)),
                    fact: $0.element
                )
            }
        )
    }

    private static var created: RunFact {
        .runCreated(
            RunCreated(
                run: RunID("20260101-0000-x-0000"),
                program: "1",
                repository: "/r",
                taskFile: "t.md",
                plan: Plan(
                    title: "T",
                    file: "t.md",
                    assignments: [Assignment(id: a, title: "A"), Assignment(id: b, title: "B")],
                    mergeOrder: [a, b],
                    waves: [Wave([a, b])]
                ),
                options: RunOptions()
            )
        )
    }

    private static func ended(_ attempt: Int, _ usage: Usage) -> RunFact {
        let outcome = AttemptOutcome(ending: .exited(code: 0), usage: usage)
        return .attemptFinished(AttemptFinished(agent: a, attempt: attempt, outcome: outcome))
    }

    @Test("Nothing is known of a run without facts")
    func empty() {
        let record = RunRecord()
        #expect(record.created == nil && record.agents.isEmpty && record.finished == nil)
        #expect(record.usage == Usage())
    }

    @Test("Agents are known from the start, and times are those of the first and the last fact")
    func start() {
        let record = Self.record([Self.created, .stateChanged(.preparing), .stateChanged(.running)])
        #expect(Set(record.agents.keys) == [Self.a, Self.b])
        #expect(record.state == .running)
        #expect(record.stateChanges.map(\.state) == [.preparing, .running])
        #expect(record.startedAt == Date(timeIntervalSince1970: 0))
        #expect(record.updatedAt == Date(timeIntervalSince1970: 2))
        #expect(record.lastSequence == 3)
    }

    @Test("An attempt told twice is one attempt, with the process of the second telling")
    func attempts() {
        let mark = ProcessMark(pid: 7, startTicks: 9)
        let record = Self.record([
            Self.created,
            .attemptStarted(AttemptStarted(agent: Self.a, attempt: 1, engine: "e")),
            .attemptStarted(AttemptStarted(agent: Self.a, attempt: 1, engine: "e", process: mark)),
            Self.ended(1, Usage(inputTokens: 10, outputTokens: 1, cost: 0.5)),
            .attemptStarted(AttemptStarted(agent: Self.a, attempt: 2, engine: "e")),
            Self.ended(2, Usage(inputTokens: 5)),
            // The end of an attempt nobody began is no attempt.
            Self.ended(7, Usage(inputTokens: 99)),
        ])
        let attempts = record.agents[Self.a]?.attempts ?? []
        #expect(attempts.map(\.started.attempt) == [1, 2])
        #expect(attempts.first?.started.process == mark)
        #expect(attempts.map(\.finishedAt) == [3, 5].map { Date(timeIntervalSince1970: $0) })
        #expect(record.agents[Self.a]?.usage == Usage(inputTokens: 15, outputTokens: 1, cost: 0.5))
        #expect(record.usage.tokens == 16)
    }

    @Test("A rebase takes a landing that was begun back; a settled train ends the rebase")
    func rebase() {
        let landing = Landing(branch: "refs/heads/main", from: "b", to: "t", agents: [Self.a])
        var facts: [RunFact] = [
            Self.created, .landingStarted(landing), .trainRebased(TrainRebased(onto: "c", cause: .branchMoved)),
        ]
        var record = Self.record(facts)
        #expect(record.landingStarted == nil && record.pendingRebase?.onto == "c" && record.rebaseCount == 1)
        facts.append(
            .trainSettled(TrainSettled(waves: 1, base: "c", commit: "u", agents: [Self.a], isVerified: true))
        )
        record = Self.record(facts)
        #expect(record.pendingRebase == nil && record.train?.commit == "u" && record.rebaseCount == 1)
        record = Self.record(facts + [.landingStarted(landing), .landed(landing)])
        #expect(record.landingStarted == nil && record.landed == landing)
        #expect(record.agents[Self.a]?.isLanded == true && record.agents[Self.b]?.isLanded == false)
    }

    @Test("The end of a run is its state, whatever came before")
    func finished() {
        let record = Self.record([
            Self.created, .stateChanged(.running), .runFinished(RunFinished(state: .failed, exitStatus: 3)),
        ])
        #expect(record.state == .failed && record.finished?.exitStatus == 3)
    }

    @Test("Folding one fact at a time is folding all of them")
    func incremental() {
        let facts: [RunFact] = [
            Self.created, .stateChanged(.running), .waveStarted(WaveStarted(index: 0, agents: [Self.a], base: "b")),
            .agentRefused(AgentRefused(agent: Self.b, reason: .noWork, summary: "nothing")),
            .noted(Finding(.note, "x", "y")), .cancelRequested(CancelRequested(by: "ada")),
        ]
        var record = RunRecord()
        for (index, fact) in facts.enumerated() {
            record.apply(
                JournalEntry(sequence: index + 1, time: Date(timeIntervalSince1970: Double(index)), fact: fact)
            )
        }
        #expect(record == Self.record(facts))
        #expect(record.agents[Self.b]?.refusal?.reason == .noWork)
    }
}

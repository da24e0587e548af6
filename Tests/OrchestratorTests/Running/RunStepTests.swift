import Orchestrator
import RunModel
import Testing

@Suite("Run step")
struct RunStepTests {
    private let landing = Landing(branch: "refs/heads/main", from: "b0", to: "t1", agents: [FactSamples.agent])
    private let settled = RunFact.trainSettled(
        TrainSettled(waves: 1, base: "b0", commit: "t1", agents: [FactSamples.agent], isVerified: true)
    )
    private let judged = RunFact.gateFinished(GateFinished(agent: FactSamples.agent, verdict: FactSamples.passed))
    private let reported = RunFact.reportWritten(ReportWritten(markdown: "m", json: "j"))

    private func step(_ facts: RunFact...) -> RunStep? { RunStep.next(after: RunRecord(facts: facts)) }

    @Test("An empty journal has no step: the run was never created")
    func nothing() {
        #expect(step() == nil)
    }

    @Test("A run goes through prepare, work, settle, land, report, finish, and then there is no step")
    func straight() {
        let created = FactSamples.created()
        let pre = FactSamples.preflight
        #expect(step(created) == .prepare)
        #expect(step(created, pre) == .work(wave: 0))
        #expect(step(created, pre, judged) == .settle(wave: 0))
        #expect(step(created, pre, judged, settled) == .land)
        #expect(step(created, pre, judged, settled, .landed(landing)) == .report)
        #expect(step(created, pre, judged, settled, .landed(landing), reported) == .finish)
        let end = RunFact.runFinished(RunFinished(state: .done, exitStatus: 0))
        #expect(step(created, pre, judged, settled, .landed(landing), reported, end) == nil)
    }

    @Test("A landing that was begun is taken up again, whatever else is asked")
    func landingBegun() {
        let cancel = RunFact.cancelRequested(CancelRequested(by: "ada"))
        let facts = [
            FactSamples.created(), FactSamples.preflight, judged, settled, .landingStarted(landing), cancel,
        ]
        #expect(RunStep.next(after: RunRecord(facts: facts)) == .land)
    }

    @Test("A push follows the landing when the plan names a remote, and not when it is switched off")
    func push() {
        let plan = FactSamples.plan(push: PushTarget(remote: "origin", branch: "main"))
        let rest = [FactSamples.preflight, judged, settled, .landed(landing)]
        #expect(RunStep.next(after: RunRecord(facts: [FactSamples.created(plan)] + rest)) == .publish)
        let withoutPush = FactSamples.created(plan, options: RunOptions(isPushEnabled: false))
        #expect(RunStep.next(after: RunRecord(facts: [withoutPush] + rest)) == .report)
    }

    @Test("A moved head leads to a rebuild, and a rebuilt train is landed again")
    func rebase() {
        let moved = TrainRebased(onto: "b9", cause: .branchMoved)
        let facts = [FactSamples.created(), FactSamples.preflight, judged, settled, .trainRebased(moved)]
        #expect(RunStep.next(after: RunRecord(facts: facts)) == .rebuild(moved))
        let again = RunFact.trainSettled(
            TrainSettled(waves: 1, base: "b9", commit: "t2", agents: [FactSamples.agent], isVerified: true)
        )
        #expect(RunStep.next(after: RunRecord(facts: facts + [again])) == .land)
    }

    @Test("A head that moves more often than there are retries ends in a report")
    func rebasesEnd() {
        var facts = [FactSamples.created(), FactSamples.preflight, judged, settled]
        for _ in 0...RunStep.maxRebases {
            facts += [.trainRebased(TrainRebased(onto: "b9", cause: .branchMoved)), settled]
        }
        #expect(RunStep.next(after: RunRecord(facts: facts)) == .report)
    }

    @Test("Nothing on the train means nothing to land; an unverified train never lands")
    func nothingToLand() {
        let empty = RunFact.trainSettled(
            TrainSettled(waves: 1, base: "b0", commit: "b0", agents: [], isVerified: true)
        )
        #expect(step(FactSamples.created(), FactSamples.preflight, judged, empty) == .report)
        let unverified = RunFact.trainSettled(
            TrainSettled(waves: 1, base: "b0", commit: "t1", agents: [FactSamples.agent], isVerified: false)
        )
        #expect(step(FactSamples.created(), FactSamples.preflight, judged, unverified) == .report)
    }

    @Test("A second wave is worked after the first is settled")
    func waves() {
        let created = FactSamples.created(FactSamples.plan(agents: ["A", "B"], waves: [["A"], ["B"]]))
        #expect(step(created, FactSamples.preflight, judged, settled) == .work(wave: 1))
    }

    @Test("Candidates are the passed agents of the waves so far, in merge order, without the refused")
    func candidates() {
        var facts = [FactSamples.created(FactSamples.plan(agents: ["B", "A", "C"]))]
        for id in ["A", "B", "C"] {
            facts.append(.gateFinished(GateFinished(agent: AgentID(id), verdict: FactSamples.passed)))
        }
        facts.append(.agentRefused(AgentRefused(agent: AgentID("A"), reason: .mergeConflict, summary: "")))
        #expect(RunRecord(facts: facts).candidates(ofWaves: 1) == [AgentID("B"), AgentID("C")])
    }
}

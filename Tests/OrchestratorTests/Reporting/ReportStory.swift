import Foundation
import Orchestrator
import RunModel

/// A journal made by hand, fact by fact, on a clock that only moves when told.
struct ReportStory {
    private(set) var record = RunRecord()
    private var time = Date(timeIntervalSince1970: 1_795_250_700)
    private var sequence = 0

    static let run = RunID("20261121-0845-gh1-7f3a")
    static let base = commit("b")
    static let candidate = commit("c")

    /// A full commit id of one repeated digit.
    static func commit(_ digit: Character) -> String { String(repeating: digit, count: 40) }

    var report: Report { Report(record) }
    var markdown: String { MarkdownReportRenderer.render(report) }

    mutating func tell(_ fact: RunFact, after seconds: Double = 0) {
        time += seconds
        sequence += 1
        record.apply(JournalEntry(sequence: sequence, time: time, fact: fact))
    }

    mutating func enter(_ state: RunState, after seconds: Double = 1) { tell(.stateChanged(state), after: seconds) }

    /// The run exists and its agents have begun to work.
    init(
        plan: Plan = ReportStory.plan,
        options: RunOptions = RunOptions(engine: "claude"),
        sandbox: String = "bubblewrap",
        baseline: [BaselineFailure] = [],
        findings: [Finding] = []
    ) {
        tell(
            .runCreated(
                RunCreated(
                    run: Self.run,
                    program: "0.1.0",
                    repository: "/home/ada/greenhouse",
                    taskFile: "prompts/greenhouse.md",
                    plan: plan,
                    options: options
                )
            )
        )
        enter(.preparing, after: 0)
        tell(
            .preflightFinished(
                PreflightFinished(
                    baseBranch: "main",
                    baseCommit: Self.base,
                    sandbox: sandbox,
                    baseline: baseline,
                    findings: findings
                )
            ),
            after: 1.5
        )
        enter(.running, after: 0.5)
    }

    /// Four agents, one file each, in the shape people write.
    static let plan = Plan(
        title: "GH1: Greenhouse reports",
        label: "GH1",
        file: "prompts/greenhouse.md",
        assignments: [
            assignment("A", "Frost alarm", owns: "src/frost.sh"),
            assignment("B", "Watering schedule", owns: "src/water.sh"),
            assignment("C", "Weekly report", owns: "src/weekly.sh"),
            assignment("D", "Guide", owns: "docs/GUIDE.md"),
        ],
        mergeOrder: ["A", "B", "C", "D"].map { AgentID($0) },
        verify: ["sh tests/run.sh"],
        push: PushTarget(remote: "origin", branch: "main"),
        reportTemplate: """
            GH1 (Greenhouse) COMPLETE
              A: Frost alarm:        [PASS/FAIL]
              B: Watering schedule:  [PASS/FAIL]
              C: Weekly report:      [PASS/FAIL]
              D: Guide:              [PASS/FAIL] (a page for users)
              Scenarios: [N] across 4 files
              Files changed: [N]
              Visual check:
                - [ ] the guide reads well
              Pushed: [commit hash]
            """,
        waves: [Wave(["A", "B", "C", "D"].map { AgentID($0) })]
    )

    private static func assignment(_ id: String, _ title: String, owns path: String) -> Assignment {
        Assignment(
            id: AgentID(id),
            title: title,
            ownership: Ownership(owned: [OwnedPath(pattern: PathPattern(kind: .path, text: path))])
        )
    }
}

extension ReportStory {
    /// The agent's engine ended, its work was collected and judged.
    mutating func work(
        _ id: String,
        seconds: Double = 40,
        ending: AttemptOutcome.Ending = .exited(code: 0),
        said: String? = nil,
        usage: Usage = Usage(inputTokens: 12_000, outputTokens: 1_500, cost: 0.21),
        statistics: ChangeStatistics? = ChangeStatistics(commits: 1, files: 2, insertions: 34, deletions: 3),
        isByRunner: Bool = false,
        checks: [GateCheckResult]? = nil
    ) {
        let agent = AgentID(id)
        let branch = "refs/heads/switchyard/\(Self.run)/\(agent.slug)/work"
        tell(
            .worktreeCreated(
                WorktreeCreated(agent: agent, path: ".switchyard/worktrees/x", branch: branch, base: Self.base)
            )
        )
        tell(.attemptStarted(AttemptStarted(agent: agent, attempt: 1, engine: "claude")))
        let outcome = AttemptOutcome(
            ending: ending,
            summary: said,
            usage: usage,
            duration: .seconds(seconds)
        )
        tell(.attemptFinished(AttemptFinished(agent: agent, attempt: 1, outcome: outcome)), after: seconds / 4)
        guard let statistics else { return }
        let digit = Character(UnicodeScalar(UInt8(ascii: "0") + (agent.rawValue.utf8.first ?? 0) % 8))
        tell(
            .workCommitted(
                WorkCommitted(
                    agent: agent,
                    commit: Self.commit(digit),
                    isByRunner: isByRunner,
                    statistics: statistics
                )
            )
        )
        tell(.gateFinished(GateFinished(agent: agent, verdict: Verdict(checks: checks ?? Self.goodChecks))), after: 0.5)
    }

    static let goodChecks = [
        GateCheckResult(check: "branch", status: .passed, summary: "one commit on the agent's branch"),
        GateCheckResult(check: "ownership", status: .passed, summary: "2 paths, all owned"),
        GateCheckResult(check: "tests", status: .passed, summary: "1 command passed"),
        GateCheckResult(check: "secrets", status: .passed, summary: "no key shape in 34 added lines"),
    ]

    mutating func refuse(_ id: String, _ reason: RefusalReason, _ summary: String, hasWork: Bool = true) {
        let agent = AgentID(id)
        let blocker = "docs/agent-output/blocked/BLOCKED-GH1-\(id)-20261121T084500Z.json"
        if hasWork, let commit = record.agents[agent]?.work?.commit {
            tell(
                .workSaved(
                    WorkSaved(agent: agent, ref: "refs/switchyard/refused/\(Self.run)/\(agent.slug)", commit: commit)
                )
            )
        }
        tell(.agentRefused(AgentRefused(agent: agent, reason: reason, summary: summary, blocker: blocker)))
    }

    static func merged(_ id: String, commit digit: Character = "c") -> MergeOutcome {
        MergeOutcome(
            agent: AgentID(id),
            result: .merged,
            commit: commit(digit),
            summary: "2 files, no path touched by both sides"
        )
    }

    /// Merges, tests, lands and pushes what is named.
    mutating func land(_ ids: [String], others: [MergeOutcome] = [], pushing isPushed: Bool = true) {
        let agents = ids.map { AgentID($0) }
        enter(.merging)
        tell(
            .candidateBuilt(
                CandidateBuilt(commit: Self.candidate, base: Self.base, outcomes: ids.map { Self.merged($0) } + others)
            ),
            after: 0.2
        )
        enter(.verifying, after: 0.1)
        tell(
            .verifyFinished(VerifyFinished(commit: Self.candidate, isPassed: true, duration: .milliseconds(3_400))),
            after: 3.4
        )
        settle(agents)
        if isPushed { push(.pushed) }
    }

    mutating func settle(_ agents: [AgentID]) {
        tell(
            .trainSettled(
                TrainSettled(waves: 1, base: Self.base, commit: Self.candidate, agents: agents, isVerified: true)
            )
        )
        enter(.landing, after: 0.1)
        tell(
            .landed(Landing(branch: "refs/heads/main", from: Self.base, to: Self.candidate, agents: agents)),
            after: 0.3
        )
        tell(.workdirUpdated(WorkdirUpdated(isUpdated: true, blockedPaths: [])))
        enter(.publishing, after: 0.1)
    }

    mutating func push(_ result: PushFinished.Result, message: String? = nil) {
        tell(
            .pushFinished(
                PushFinished(
                    remote: "origin",
                    branch: "main",
                    commit: Self.candidate,
                    result: result,
                    message: message
                )
            ),
            after: 1.2
        )
        enter(.reporting, after: 0.1)
    }
}

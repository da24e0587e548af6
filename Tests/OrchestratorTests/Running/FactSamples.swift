import Foundation
import RunModel

/// One sample of each kind of fact, and the facts of a run that goes well.
enum FactSamples {
    static let agent = AgentID("A")

    static func plan(agents: [String] = ["A"], waves: [[String]]? = nil, push: PushTarget? = nil) -> Plan {
        let ids = agents.map { AgentID($0) }
        return Plan(
            title: "Sample",
            file: "task.md",
            assignments: ids.map { Assignment(id: $0, title: "Work of \($0)") },
            mergeOrder: ids,
            push: push,
            waves: (waves ?? [agents]).map { Wave($0.map { AgentID($0) }) }
        )
    }

    static func created(_ plan: Plan = plan(), options: RunOptions = RunOptions()) -> RunFact {
        .runCreated(
            RunCreated(
                run: RunID("20260101-0000-sample-0000"),
                program: "0.1.0",
                repository: "/repository",
                taskFile: "task.md",
                plan: plan,
                options: options
            )
        )
    }

    static let preflight = RunFact.preflightFinished(
        PreflightFinished(
            baseBranch: "main",
            baseCommit: "b0",
            sandbox: "none",
            baseline: [BaselineFailure(command: "make test", tests: ["one"])],
            findings: [Finding(.warning, "dirty-worktree", "The main working tree has changes.", hint: "None needed.")]
        )
    )

    static let passed = Verdict(checks: [GateCheckResult(check: "branch", status: .passed, summary: "fast-forward")])
    static let outcome = AttemptOutcome(
        ending: .exited(code: 0),
        reportedSuccess: true,
        summary: "done",
        usage: Usage(inputTokens: 1, outputTokens: 2, cost: 0.5),
        sessionID: "s-1",
        duration: .milliseconds(1500),
        droppedBytes: 3
    )

    static let all: [RunFact] = [
        created(),
        .stateChanged(.running),
        preflight,
        .waveStarted(WaveStarted(index: 0, agents: [agent], base: "b0")),
        .worktreeCreated(WorktreeCreated(agent: agent, path: "/w/a", branch: "refs/heads/x", base: "b0")),
        .attemptStarted(
            AttemptStarted(agent: agent, attempt: 1, engine: "script", process: ProcessMark(pid: 4, startTicks: 99))
        ),
        .attemptFinished(AttemptFinished(agent: agent, attempt: 1, outcome: outcome)),
        .attemptFinished(
            AttemptFinished(
                agent: agent,
                attempt: 2,
                outcome: AttemptOutcome(ending: .timedOut(after: .seconds(3)))
            )
        ),
        .workCommitted(
            WorkCommitted(
                agent: agent,
                commit: "c1",
                isByRunner: true,
                statistics: ChangeStatistics(commits: 1, files: 2, insertions: 3, deletions: 4)
            )
        ),
        .gateFinished(GateFinished(agent: agent, verdict: passed)),
        .agentRefused(
            AgentRefused(agent: agent, reason: .mergeConflict, summary: "two sides", blocker: "blocked/x.json")
        ),
        .candidateBuilt(
            CandidateBuilt(
                commit: "t1",
                base: "b0",
                outcomes: [
                    MergeOutcome(
                        agent: agent,
                        result: .refused,
                        reason: .mergeConflict,
                        summary: "conflict",
                        conflicts: [ConflictRecord(path: "a", kind: "content", others: [AgentID("B")], hunks: ["<<<"])]
                    )
                ]
            )
        ),
        .verifyFinished(
            VerifyFinished(
                commit: "t1",
                isPassed: false,
                isFlaky: true,
                failedCommand: "make",
                output: "no",
                duration: .seconds(1)
            )
        ),
        .bisected(Bisected(culprits: [agent], rounds: 3)),
        .trainSettled(TrainSettled(waves: 1, base: "b0", commit: "t1", agents: [agent], isVerified: true)),
        .trainRebased(TrainRebased(onto: "b1", cause: .remoteMoved)),
        .landingStarted(Landing(branch: "refs/heads/main", from: "b0", to: "t1", agents: [agent])),
        .landed(Landing(branch: "refs/heads/main", from: "b0", to: "t1", agents: [agent])),
        .workdirUpdated(WorkdirUpdated(isUpdated: false, blockedPaths: ["a"])),
        .pushStarted(PushAttempt(remote: "origin", branch: "main", commit: "t1")),
        .pushFinished(
            PushFinished(remote: "origin", branch: "main", commit: "t1", result: .remoteMoved, message: "fetch first")
        ),
        .workSaved(WorkSaved(agent: agent, ref: "refs/switchyard/refused/r/a", commit: "c1")),
        .worktreeRemoved(WorktreeRemoved(agent: agent, path: "/w/a")),
        .reportWritten(ReportWritten(markdown: "report.md", json: "report.json")),
        .noted(Finding(.note, "note", "a note")),
        .cancelRequested(CancelRequested(by: "ada@host")),
        .runFinished(RunFinished(state: .done, exitStatus: 0)),
    ]
}

extension RunRecord {
    /// The fold of facts without a journal around them.
    init(facts: [RunFact]) {
        self.init(
            facts.enumerated().map {
                JournalEntry(
                    sequence: $0.offset + 1,
                    time: Date(timeIntervalSince1970: Double($0.offset)),
                    fact: $0.element
                )
            }
        )
    }
}

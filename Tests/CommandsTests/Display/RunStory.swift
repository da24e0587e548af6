import Foundation
import RunModel

/// A run told step by step, for displays: four agents in two waves, one of them refused.
struct RunStory {
    static let start = Date(timeIntervalSince1970: 1_795_251_600)
    static let base = String(repeating: "1a2b3c4d", count: 5)
    static let head = String(repeating: "9f8e7d6c", count: 5)

    private(set) var news: [RunProgress] = []
    private var sequence = 0
    /// Seconds since the start.
    private(set) var seconds = 0.0

    var now: Date { Self.start.addingTimeInterval(seconds) }

    mutating func wait(_ seconds: Double) { self.seconds += seconds }

    mutating func tell(_ fact: RunFact) {
        sequence += 1
        news.append(.fact(JournalEntry(sequence: sequence, time: JSONText.rounded(now), fact: fact)))
    }

    mutating func say(_ news: RunProgress) { self.news.append(news) }

    static let plan = Plan(
        title: "QS9-T3: Scaling services",
        label: "QS9-T3",
        file: "tasks/qs9-t3.md",
        assignments: [
            Assignment(id: AgentID("A"), title: "Redis cache with expiry"),
            Assignment(id: AgentID("B"), title: "Rate limiter per client and route"),
            Assignment(id: AgentID("C"), title: "Landing page"),
            Assignment(id: AgentID("D"), title: "文档 and changelog", dependsOn: [AgentID("A")]),
        ],
        verify: ["make check"],
        push: PushTarget(remote: "origin", branch: "main"),
        waves: [Wave(["A", "B", "C"].map { AgentID($0) }), Wave([AgentID("D")])]
    )

    /// Three agents work, one waits.
    static func working() -> RunStory {
        var story = RunStory()
        story.tell(
            .runCreated(
                RunCreated(
                    run: RunID("20261121-0900-qs9-t3-7f3a"),
                    program: "0.1.0",
                    repository: "/repository",
                    taskFile: plan.file,
                    plan: plan,
                    options: RunOptions(engine: "claude")
                )
            )
        )
        story.tell(.stateChanged(.preparing))
        story.wait(1)
        story.tell(
            .preflightFinished(
                PreflightFinished(
                    baseBranch: "main",
                    baseCommit: base,
                    sandbox: "bubblewrap",
                    baseline: [],
                    findings: [
                        Finding(
                            .warning,
                            "dirty-workdir",
                            "The main working tree has 2 changed files; the run does not touch them."
                        )
                    ]
                )
            )
        )
        story.tell(.stateChanged(.running))
        story.tell(.waveStarted(WaveStarted(index: 0, agents: plan.waves[0].agents, base: base)))
        for agent in plan.waves[0].agents {
            story.tell(
                .worktreeCreated(
                    WorktreeCreated(agent: agent, path: "/w/\(agent)", branch: "refs/heads/w/\(agent)", base: base)
                )
            )
            story.wait(0.2)
            story.tell(.attemptStarted(AttemptStarted(agent: agent, attempt: 1, engine: "claude")))
        }
        story.wait(8)
        story.say(.activity(agent: AgentID("A"), text: "Bash: swift test --filter CacheTests"))
        story.say(.usage(agent: AgentID("A"), usage: Usage(inputTokens: 12_300, outputTokens: 810, cost: 0.09)))
        story.say(
            .output(
                agent: AgentID("B"),
                stream: .standardOutput,
                line:
                    "\u{1B}]0;owned\u{7}\u{1B}[31mReading\u{1B}[0m src/limits/bucket.py and the tests that belong to it, then writing the window"
            )
        )
        story.say(.usage(agent: AgentID("B"), usage: Usage(inputTokens: 8_000, outputTokens: 400, cost: 0.05)))
        return story
    }

    /// The gate refused one; another failed once and tries again.
    static func oneRefused() -> RunStory {
        var story = working()
        story.wait(42)
        story.finish("C", refusing: .ownershipViolation)
        story.finish("A")
        story.tell(
            .attemptFinished(
                AttemptFinished(
                    agent: AgentID("B"),
                    attempt: 1,
                    outcome: AttemptOutcome(ending: .signalled(signal: 9), duration: .seconds(50))
                )
            )
        )
        story.tell(.attemptStarted(AttemptStarted(agent: AgentID("B"), attempt: 2, engine: "claude")))
        story.wait(12)
        return story
    }

    /// The second wave works on what the first one merged.
    static func secondWave() -> RunStory {
        var story = oneRefused()
        story.finish("B")
        story.tell(.stateChanged(.merging))
        story.tell(.candidateBuilt(candidate("A", "B")))
        story.tell(.stateChanged(.verifying))
        story.wait(3.4)
        story.tell(.verifyFinished(VerifyFinished(commit: head, isPassed: true, duration: .milliseconds(3400))))
        story.tell(.stateChanged(.running))
        story.tell(.waveStarted(WaveStarted(index: 1, agents: [AgentID("D")], base: head)))
        story.tell(
            .worktreeCreated(WorktreeCreated(agent: AgentID("D"), path: "/w/D", branch: "refs/heads/w/D", base: head))
        )
        story.tell(.attemptStarted(AttemptStarted(agent: AgentID("D"), attempt: 1, engine: "script")))
        story.wait(2)
        story.say(
            .output(
                agent: AgentID("D"),
                stream: .standardOutput,
                line: "10%\r50%\r日本語のドキュメントを書いています、とても長い行です、幅を測ります、そして切ります、もう一度"
            )
        )
        return story
    }

    /// Three landed and were pushed.
    static func finished() -> RunStory {
        var story = secondWave()
        story.finish("D")
        story.tell(.stateChanged(.merging))
        story.tell(.candidateBuilt(candidate("A", "B", "D")))
        story.tell(.stateChanged(.verifying))
        story.wait(4)
        story.tell(.verifyFinished(VerifyFinished(commit: head, isPassed: true, duration: .seconds(4))))
        story.tell(.stateChanged(.landing))
        story.tell(
            .landed(
                Landing(branch: "refs/heads/main", from: base, to: head, agents: ["A", "B", "D"].map { AgentID($0) })
            )
        )
        story.tell(.stateChanged(.publishing))
        story.tell(.pushFinished(PushFinished(remote: "origin", branch: "main", commit: head, result: .pushed)))
        story.tell(.stateChanged(.reporting))
        story.tell(
            .reportWritten(
                ReportWritten(
                    markdown: "docs/agent-output/runs/20261121-0900-qs9-t3-7f3a/report.md",
                    json: "docs/agent-output/runs/20261121-0900-qs9-t3-7f3a/report.json"
                )
            )
        )
        story.wait(0.5)
        story.tell(.runFinished(RunFinished(state: .done, exitStatus: 1)))
        return story
    }

    private static func candidate(_ agents: String...) -> CandidateBuilt {
        CandidateBuilt(
            commit: head,
            base: base,
            outcomes: agents.map {
                MergeOutcome(agent: AgentID($0), result: .merged, commit: head, summary: "without conflict")
            }
        )
    }

    private mutating func finish(_ name: String, refusing reason: RefusalReason? = nil) {
        let agent = AgentID(name)
        tell(
            .attemptFinished(
                AttemptFinished(
                    agent: agent,
                    attempt: name == "B" ? 2 : 1,
                    outcome: AttemptOutcome(
                        ending: .exited(code: 0),
                        usage: Usage(inputTokens: 20_000, outputTokens: 1_000, cost: 0.12),
                        duration: .seconds(50)
                    )
                )
            )
        )
        tell(
            .workCommitted(
                WorkCommitted(
                    agent: agent,
                    commit: Self.head,
                    isByRunner: name == "A",
                    statistics: ChangeStatistics(commits: 1, files: 3, insertions: 120, deletions: 4)
                )
            )
        )
        wait(1)
        let summary = "changed 'src/limits/bucket.py', which agent B owns"
        let check = GateCheckResult(
            check: "ownership",
            status: reason == nil ? .passed : .refused,
            summary: summary,
            reason: reason
        )
        tell(.gateFinished(GateFinished(agent: agent, verdict: Verdict(checks: [check]))))
        if let reason {
            var refused = AgentRefused(agent: agent, reason: reason, summary: summary)
            tell(.agentRefused(refused))
            // As a run does it: told again once the blocker is written.
            refused.blocker = "docs/agent-output/blocked/\(name).json"
            tell(.agentRefused(refused))
            tell(.workSaved(WorkSaved(agent: agent, ref: "refs/switchyard/refused/7f3a/c", commit: Self.head)))
        }
    }
}

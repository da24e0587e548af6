import RunModel

/// The stories whose reports are kept as snapshots.
extension ReportStory {
    static var allLanded: ReportStory {
        var story = ReportStory(baseline: [BaselineFailure(command: "sh tests/run.sh", tests: ["tests/old.sh"])])
        story.work("A")
        story.work("B", seconds: 75, isByRunner: true)
        story.work("C", seconds: 310)
        story.work("D", usage: Usage())
        story.enter(.gating)
        story.land(["A", "B", "C", "D"])
        return story
    }

    static var oneRefused: ReportStory {
        let violation = GateCheckResult(
            check: "ownership",
            status: .refused,
            summary: "1 of 2 paths is not owned by C",
            findings: [
                Finding(
                    .error,
                    "ownership-violation",
                    "C changed 'greenhouse', which no row gives to it.",
                    file: "greenhouse",
                    line: 2,
                    hint: "Add the path to C's row, or leave it alone."
                )
            ],
            reason: .ownershipViolation
        )
        var story = ReportStory(
            sandbox: "none",
            findings: [
                Finding(
                    .warning,
                    "dirty-working-tree",
                    "The main working tree has uncommitted changes in 'notes.txt'."
                ),
                Finding(.note, "preflight-skipped", "The command 'make deps' was not run.", line: 12),
            ]
        )
        story.work("A")
        story.work("B")
        story.work("C", checks: [goodChecks[0], violation, goodChecks[2]])
        story.work("D")
        story.refuse("C", .ownershipViolation, "C changed 'greenhouse', which no row gives to it.")
        story.enter(.gating)
        story.land(["A", "B", "D"])
        return story
    }

    static var conflict: ReportStory {
        var story = ReportStory()
        for id in ["A", "B", "C", "D"] { story.work(id) }
        story.enter(.gating)
        let outcome = MergeOutcome(
            agent: AgentID("B"),
            result: .refused,
            reason: .mergeConflict,
            summary: "conflict in 'src/water.sh' with A",
            conflicts: [
                ConflictRecord(
                    path: "src/water.sh",
                    kind: "content",
                    others: [AgentID("A")],
                    hunks: [
                        """
                        <<<<<<< A
                        limit=3
                        ||||||| base
                        limit=1
                        =======
                        ```limit=7``` # as in the guide
                        >>>>>>> B

                        """
                    ]
                )
            ]
        )
        story.land(["A", "C", "D"], others: [outcome], pushing: false)
        story.refuse("B", .mergeConflict, "Its change of 'src/water.sh' and that of A touch the same lines.")
        story.push(.pushed)
        return story
    }

    static var bisected: ReportStory {
        var story = ReportStory()
        for id in ["A", "B", "C", "D"] { story.work(id) }
        story.enter(.gating)
        story.enter(.merging)
        let all = ["A", "B", "C", "D"]
        story.tell(
            .candidateBuilt(CandidateBuilt(commit: commit("e"), base: base, outcomes: all.map { merged($0) })),
            after: 0.2
        )
        story.enter(.verifying)
        let failure = VerifyFinished(
            commit: commit("e"),
            isPassed: false,
            failedCommand: "sh tests/run.sh",
            output: "ok tests/frost.sh\nnot ok tests/water.sh\n",
            duration: .seconds(4)
        )
        story.tell(.verifyFinished(failure), after: 4)
        story.tell(.bisected(Bisected(culprits: [AgentID("D")], rounds: 2)), after: 8)
        story.refuse("D", .verifyFailure, "'sh tests/run.sh' fails with its work on the train and passes without.")
        story.land(["A", "B", "C"])
        return story
    }

    static var nothingLanded: ReportStory {
        var story = ReportStory()
        let silent = "The attempt printed nothing for 15 minutes."
        for id in ["A", "B"] {
            story.work(id, seconds: 900, ending: .silent(for: .seconds(900)), usage: Usage(), statistics: nil)
            story.refuse(id, .timeout, silent, hasWork: false)
        }
        for id in ["C", "D"] {
            story.work(
                id,
                seconds: 2,
                ending: .exited(code: 1),
                said: "Invalid API key · Please run /login",
                usage: Usage(),
                statistics: nil
            )
            story.refuse(id, .engineFailure, "The engine ended with exit status 1.", hasWork: false)
        }
        story.enter(.gating)
        story.enter(.reporting)
        return story
    }

    static var cancelled: ReportStory {
        var story = ReportStory()
        story.work("A")
        story.work("B", ending: .cancelled, statistics: nil)
        story.tell(.cancelRequested(CancelRequested(by: "ada@lab")), after: 2)
        story.enter(.reporting)
        story.refuse("A", .cancelled, "The run was cancelled before its work landed.")
        for id in ["B", "C", "D"] {
            story.refuse(id, .cancelled, "The run was cancelled before its work landed.", hasWork: false)
        }
        return story
    }

    static var pushFailed: ReportStory {
        var story = ReportStory()
        for id in ["A", "B", "C", "D"] { story.work(id) }
        story.enter(.gating)
        story.land(["A", "B", "C", "D"], pushing: false)
        story.tell(.workdirUpdated(WorkdirUpdated(isUpdated: false, blockedPaths: ["src/frost.sh", "my notes.txt"])))
        story.tell(.trainRebased(TrainRebased(onto: base, cause: .remoteMoved)))
        story.push(.rejected, message: "pre-receive hook declined: commits need a sign-off")
        return story
    }

    /// A plan whose every text tries to break out of its place in the report.
    static var hostile: ReportStory {
        var plan = ReportStory.plan
        plan.title = "# <script>alert(1)</script> | **bold** [x](http://e.example)"
        plan.assignments[0].title = "a | b `c` \n## heading <img src=x onerror=y> @everyone"
        plan.reportTemplate = "```\nA: [PASS/FAIL]\n````\n<b>"
        var story = ReportStory(plan: plan)
        story.work("A", said: "\u{1B}[31mred\u{1B}[0m \u{202E}reversed ``` https://evil.example")
        for id in ["B", "C", "D"] { story.work(id) }
        story.refuse("A", .guardViolation, "tried `git push` | <!-- --> &amp;\n\n# not a heading")
        story.enter(.gating)
        story.land(["B", "C", "D"])
        return story
    }
}

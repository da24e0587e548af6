import Foundation
package import RunModel

extension Report {
    /// Computes the report of a run from the fold of its journal; an empty record gives an empty report.
    package init(_ record: RunRecord) {
        let created = record.created
        let plan = created?.plan
        run = created?.run ?? RunID("unknown")
        title = plan?.title ?? "Run without a plan"
        label = plan?.label
        cancelledBy = record.cancellation?.by
        agents = (plan?.assignments ?? []).map { AgentReport($0, in: record) }
        landing = LandingReport(record)
        merges = Self.merges(of: record)
        verification = VerificationReport(record)
        findings = (plan?.findings ?? []) + (record.preflight?.findings ?? []) + record.notes
        timings = PhaseTiming.all(of: record)
        environment = ReportEnvironment(record)
        startedAt = record.startedAt.map(JSONText.rounded)
        endedAt = record.updatedAt.map(JSONText.rounded)
        elapsedSeconds = Self.seconds(from: record.startedAt, to: record.updatedAt)
        verdict = ReportVerdict(word: .failed, landed: 0, participants: 0, sentence: "")
        verdict.landed = landed.count
        verdict.participants = participants.count
        verdict.word = Self.word(for: record, landed: landed.count, participants: participants.count)
        verdict.sentence = verdictSentence { $0 }
        template = plan?.reportTemplate.map { ReportTemplateFiller.fill($0, from: self) }
    }

    private static func word(for record: RunRecord, landed: Int, participants: Int) -> ReportVerdict.Word {
        if record.cancellation != nil || record.state == .cancelled { return .cancelled }
        if landed > 0 { return landed == participants ? .allLanded : .someLanded }
        let isJudged = record.agents.values.contains { $0.verdict != nil || $0.refusal != nil }
        return record.state == .failed || !isJudged ? .failed : .nothingLanded
    }

    /// One entry per agent that was ever offered to a train, with the last outcome, in the last train's order.
    private static func merges(of record: RunRecord) -> [MergeReport] {
        let outcomes = record.candidates.flatMap(\.outcomes)
        let order = record.created?.plan.mergeOrder ?? []
        let agents = outcomes.map(\.agent).uniqued()
        let sorted = order.filter(agents.contains) + agents.filter { !order.contains($0) }
        return sorted.compactMap { agent in
            let own = outcomes.filter { $0.agent == agent }
            // A refusal after the merge (verify, bisect) is told there; here stands what merging itself did.
            guard let last = own.last else { return nil }
            return MergeReport(
                agent: agent,
                result: last.result,
                commit: last.commit,
                reason: last.reason,
                summary: last.summary,
                conflicts: last.conflicts,
                offers: own.count
            )
        }
    }

    fileprivate static func seconds(from start: Date?, to end: Date?) -> Double {
        guard let start, let end else { return 0 }
        return max(0, (end.timeIntervalSince(start) * 1000).rounded() / 1000)
    }
}

extension LandingReport {
    init(_ record: RunRecord) {
        branch = record.preflight?.baseBranch
        base = record.preflight?.baseCommit
        commit = record.landed?.to
        from = record.landed?.from
        rebases = record.rebaseCount
        workdir = record.workdir
        waitingRef = Self.waitingRef(record)
        push = record.pushes.last
        noPushReason = record.pushes.isEmpty ? Self.reasonForNoPush(record) : nil
    }

    /// The train's ref is kept when its head was tested and did not land.
    private static func waitingRef(_ record: RunRecord) -> String? {
        guard let train = record.train, train.isVerified, !train.agents.isEmpty, train.commit != record.landed?.to,
            let run = record.created?.run
        else { return nil }
        return RunFolder(state: "", run: run).trainRef
    }

    private static func reasonForNoPush(_ record: RunRecord) -> String? {
        guard record.landed != nil else { return "Nothing landed, so there was nothing to push." }
        guard record.created?.plan.push != nil else { return "The task file asks for no push." }
        guard record.created?.options.isPushEnabled == true else { return "Push was switched off for this run." }
        return "The run ended before the push."
    }
}

extension VerificationReport {
    init(_ record: RunRecord) {
        commands = record.created?.plan.verify ?? []
        baseline = record.preflight?.baseline ?? []
        bisections = record.bisections
        checks = record.verifications.map {
            Check(
                commit: $0.commit,
                isPassed: $0.isPassed,
                isFlaky: $0.isFlaky,
                failedCommand: $0.failedCommand,
                output: $0.output,
                seconds: $0.duration.inSeconds
            )
        }
        isLandedCommitVerified = record.landed.flatMap { landed in
            record.verifications.last { $0.commit == landed.to }?.isPassed
        }
    }
}

extension ReportEnvironment {
    init(_ record: RunRecord) {
        program = record.created?.program ?? "unknown"
        repository = record.created?.repository ?? "unknown"
        taskFile = record.created?.taskFile ?? "unknown"
        engine = record.created?.options.engine ?? "unknown"
        maxParallel = record.created?.plan.maxParallel ?? record.created?.options.maxParallel ?? 1
        sandbox = record.preflight?.sandbox
        only = record.created?.options.only ?? []
    }
}

extension PhaseTiming {
    /// Time in each state up to the next change, the last one up to the last fact; in order of first entry.
    static func all(of record: RunRecord) -> [PhaseTiming] {
        var timings: [PhaseTiming] = []
        for (index, change) in record.stateChanges.enumerated() where !change.state.isFinal {
            let next = index + 1 < record.stateChanges.count ? record.stateChanges[index + 1].time : record.updatedAt
            let seconds = Report.seconds(from: change.time, to: next)
            if let known = timings.firstIndex(where: { $0.state == change.state }) {
                timings[known].seconds = ((timings[known].seconds + seconds) * 1000).rounded() / 1000
                timings[known].visits += 1
            } else {
                timings.append(PhaseTiming(state: change.state, seconds: seconds, visits: 1))
            }
        }
        return timings
    }
}

extension Duration {
    /// The duration in seconds, to the millisecond.
    var inSeconds: Double {
        Double(components.seconds) + (Double(components.attoseconds) / 1e15).rounded() / 1000
    }
}

import Agents
import Foundation
import Git
import RunModel

extension AgentWork {
    func inspect(_ place: GuardSite, since before: GuardSnapshot) async throws -> GuardInspection {
        let obstacles = GitObstacles(active)
        try await obstacles.clear(agent)
        try await obstacles.clearReferences()
        let neighbours = companions.filter { $0 != agent }.compactMap { site.guardSite($0, in: active) }
        let otherRuns = RunStore(state: active.environment.state).list().filter { $0 != active.run }
        return try await site.watch.inspect(
            place,
            since: before,
            neighbours: neighbours,
            ownMoves: Set(otherRuns.map { "refs/heads/switchyard/\($0)/" }),
            command: active.environment.git,
            tools: site.tools
        )
    }

    func judge(
        _ place: GuardSite,
        outcome: AttemptOutcome,
        inspection: GuardInspection?,
        launch: Launch
    ) async throws {
        active.tell(.activity(agent: agent, text: "its work is judged"))
        let time = Int64(active.environment.now().timeIntervalSince1970)
        let signature = try await active.git { repository throws(GitError) in
            try repository.signature(time: time, fallbackName: "Switchyard", fallbackEmail: "switchyard@localhost")
        }
        // Reading a whole worktree takes a while; unlike the inspection, agents need not wait for each other here.
        let tools = site.tools.onOwnLane(named: "gate")
        let work: CollectedWork
        do throws(OrchestratorError) {
            work = try await WorkCollector(site: place, assignment: assignment).collect(by: signature, tools: tools)
        } catch {
            // What one agent left must not end the others' run, unless no run could go on.
            try Task.checkCancellation()
            try active.requireRoom("agent '\(agent)': \(error.message)")
            for finding in inspection?.checkResult.findings ?? [] { try active.note(finding) }
            return try active.refuse(agent, .branchState, "Its work could not be taken in: \(error.message)")
        }
        if let tip = work.tip {
            try active.note(
                .workCommitted(
                    WorkCommitted(
                        agent: agent,
                        commit: tip,
                        isByRunner: work.isByRunner,
                        statistics: work.statistics
                    )
                )
            )
        }
        if let (reason, summary) = outcome.refusal, inspection?.violations.contains(where: \.isRefusing) != true {
            // Without a verdict to stand in: what the inspection found belongs in the report all the same.
            for finding in inspection?.checkResult.findings ?? [] { try active.note(finding) }
            return try active.refuse(agent, reason, summary)
        }
        let input = GateInput(
            run: active.run,
            plan: active.plan,
            assignment: assignment,
            site: place,
            work: work,
            others: tips(),
            guarding: inspection,
            baseline: active.record.preflight?.baseline ?? [],
            options: active.options,
            environment: launch.environment,
            sandbox: launch.sandbox
        )
        let verdict = try await watchingTests(place, launch) { try await Gate(tools: tools).judge(input) }
        try Task.checkCancellation()
        if let check = verdict.checks.first(where: { $0.status == .refused }) {
            try active.requireRoom("agent '\(agent)': \(check.summary)")
        }
        try active.note(.gateFinished(GateFinished(agent: agent, verdict: verdict)))
        try active.refuse(agent, after: verdict)
    }

    /// Judges with an eye on what the agent's tests do outside its worktree: without a sandbox they can do what it could.
    private func watchingTests(
        _ place: GuardSite,
        _ launch: Launch,
        _ judge: () async throws -> Verdict
    ) async throws -> Verdict {
        guard !assignment.tests.isEmpty else { return try await judge() }
        guard launch.sandbox == nil else {
            let verdict = try await judge()
            try await GitObstacles(active).clear(agent)
            return verdict
        }
        let before = await GuardSnapshot.take(
            place,
            remotes: site.reachable,
            command: active.environment.git,
            tools: site.tools
        )
        site.watch.admit(place)
        var verdict = try await judge()
        var result = try await inspect(place, since: before).checkResult
        guard result.status != .passed else { return verdict }
        result.check = "guard_while_testing"
        verdict.checks.append(result)
        return verdict
    }

    /// Tips of the other agents' branches, as far as they are known.
    private func tips() -> [AgentID: String] {
        var tips: [AgentID: String] = [:]
        for (id, record) in active.record.agents where id != agent { tips[id] = record.work?.commit }
        return tips
    }
}

extension AttemptOutcome {
    /// The process ended with status 0 and the engine's own word does not contradict it.
    var isSuccess: Bool { ending == .exited(code: 0) && reportedSuccess != false }

    /// Why the attempt itself keeps its work from the gate; `nil` when it does not.
    var refusal: (reason: RefusalReason, summary: String)? {
        if isSuccess { return nil }
        let detail = summary.map { ": \($0)" } ?? "."
        if ending == .cancelled, failure?.kind == .budgetExhausted {
            return (.budgetExhausted, "Its budget is used up\(detail)")
        }
        switch ending {
        case .exited(0): return (.engineFailure, "The engine reported failure\(detail)")
        case .exited(let code): return (.engineFailure, "The engine ended with status \(code)\(detail)")
        case .signalled(let signal): return (.engineFailure, "The engine was ended by signal \(signal)\(detail)")
        case .timedOut(let limit): return (.timeout, "It did not end within \(DurationText.format(limit.seconds)).")
        case .silent(let limit): return (.timeout, "It printed nothing for \(DurationText.format(limit.seconds)).")
        case .cancelled: return (.cancelled, "It was cancelled.")
        case .failedToStart(let why): return (.engineFailure, "The engine could not be started: \(why)")
        }
    }
}

extension Duration {
    /// The span as a number of seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

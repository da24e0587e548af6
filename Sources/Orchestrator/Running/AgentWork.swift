import Agents
import ChildProcesses
import Foundation
import Git
import Locking
import RunModel

/// One agent's way from its worktree to a verdict: guard, attempts, inspection, collection, gate.
struct AgentWork: Sendable {
    let active: ActiveRun
    let assignment: Assignment
    let site: RunSite
    /// All agents that may be at work at the same time, this one included.
    let companions: [AgentID]

    private var agent: AgentID { assignment.id }

    func perform() async throws {
        guard let place = site.guardSite(agent, in: active) else { return }
        let guarding = try await WorktreeGuard.install(place, facts: site.facts, tools: site.tools)
        for finding in guarding.findings { try active.note(finding) }
        let launch = try await prepareLaunch(place, guarding: guarding)
        let inspection: GuardInspection?
        let outcome: AttemptOutcome
        if let ended = active.record.agents[agent]?.attempts.last?.finished {
            // The attempt ended before the runner did: its work is judged, its refs cannot be compared any more.
            outcome = ended.outcome
            inspection = nil
            try active.note(
                Finding(
                    .warning,
                    "guard-snapshot-lost",
                    "Agent \(agent) ended while no runner watched: what it did outside its worktree was not compared."
                )
            )
        } else {
            try await IsolationCheck(site: place).require(
                environment: launch.environment,
                sandbox: launch.sandbox,
                runner: active.environment.runner
            )
            try await runSetup(launch)
            var before = try await GuardSnapshot.take(
                place,
                remotes: site.reachable,
                command: active.environment.git,
                tools: site.tools
            )
            if let head = site.mainHead { before.references.heads[""] = head }
            // Set-up commands are the user's own, and may change settings.
            if active.options.setupCommands.isEmpty { before.rely(on: site.sharedFiles) }
            outcome = try await attempts(launch)
            inspection = try await inspect(place, since: before, sandbox: launch.sandbox?.kind ?? .none)
        }
        try await judge(place, outcome: outcome, inspection: inspection, launch: launch)
    }

    /// What every process of this agent is started with.
    private struct Launch: Sendable {
        var engine: any Engine
        var engineName: String
        var environment: [String: String]
        var sandbox: SandboxPolicy?
    }

    private func prepareLaunch(_ place: GuardSite, guarding: WorktreeGuard) async throws -> Launch {
        let name = assignment.engine ?? active.options.engine
        let engine: any Engine
        do {
            engine = try active.environment.engines.engine(named: name)
        } catch {
            throw OrchestratorError(.engineUnusable, error.message, hint: error.hint)
        }
        let plan = SandboxPlan(
            site: place,
            repository: active.environment.repository,
            worktrees: active.environment.state + "/worktrees",
            remotes: site.remotes
        )
        let kind = SandboxKind(rawValue: active.record.preflight?.sandbox ?? "none") ?? .none
        if kind != .none { try await plan.prepare(tools: site.tools) }
        let variables = EngineEnvironment(base: active.environment.variables).variables(
            for: engine.variables,
            inherit: active.options.inheritedEnvironment,
            run: active.run,
            assignment: assignment,
            taskFile: active.plan.file,
            worktree: place.worktree,
            baseCommit: place.base,
            extra: active.environment.gitVariables.filter { $0.key.hasPrefix("GIT_CONFIG_") }
                .merging(guarding.environment) { $1 }
        )
        var policy = plan.policy(kind: kind)
        // A settings file that the user names by a variable may lie where the sandbox shows nothing.
        if let settings = active.environment.variables["GIT_CONFIG_GLOBAL"], settings.hasPrefix("/"),
            settings != "/dev/null"
        {
            policy?.readOnlyPaths.append(settings)
        }
        return Launch(engine: engine, engineName: name, environment: variables, sandbox: policy)
    }

    private func runSetup(_ launch: Launch) async throws {
        for command in active.options.setupCommands {
            let output = try await active.environment.runner.collect(
                ChildCommand(
                    arguments: ["/bin/sh", "-c", command],
                    environment: launch.environment,
                    workingDirectory: active.folder.worktree(agent)
                ),
                limits: ChildLimits(wallClock: active.options.commandTimeout, grace: active.options.grace),
                sandbox: launch.sandbox
            )
            try Task.checkCancellation()
            guard !output.ending.isSuccess else { continue }
            throw OrchestratorError(
                .engineUnusable,
                "The set-up command `\(command)` failed in the worktree of agent '\(agent)': "
                    + (output.errorText.split(separator: "\n").last.map(String.init) ?? "it printed nothing") + ".",
                hint: "Mend 'hooks.setup' in the settings, then 'switchyard resume \(active.run)'."
            )
        }
    }

    // MARK: Attempts

    private func attempts(_ launch: Launch) async throws -> AttemptOutcome {
        let prompt = PromptComposer.compose(
            plan: active.plan,
            assignment: assignment,
            run: active.run,
            template: active.environment.prompts
        )
        try AtomicFile.write(prompt, to: active.folder.prompt(agent))
        let first = (active.record.agents[agent]?.attempts.count ?? 0) + 1
        var number = first
        while true {
            let outcome = try await attempt(number, prompt: prompt, launch: launch)
            guard !outcome.isSuccess, number - first + 1 < active.options.maxAttempts,
                case .again(let pause) = RetryAdvice.advise(after: outcome, attempt: number - first + 1)
            else { return outcome }
            active.tell(.activity(agent: agent, text: "waits to try again"))
            try await active.environment.clock.sleep(for: pause)
            number += 1
        }
    }

    private func attempt(_ number: Int, prompt: String, launch: Launch) async throws -> AttemptOutcome {
        let agent = agent
        let active = active
        let started = AttemptStarted(agent: agent, attempt: number, engine: launch.engineName)
        try active.note(.attemptStarted(started))
        let failure = Lock<(any Error)?>(nil)
        let request = EngineRequest(
            run: active.run,
            assignment: assignment,
            attempt: number,
            prompt: prompt,
            worktree: active.folder.worktree(agent),
            environment: launch.environment,
            sandbox: launch.sandbox,
            limits: ChildLimits(
                wallClock: assignment.timeout ?? active.options.attemptTimeout,
                silence: active.options.silenceTimeout,
                grace: active.options.grace
            ),
            logFolder: active.folder.attempt(agent, number)
        )
        let outcome = await launch.engine.run(request) { event in
            switch event {
            case .output(let stream, let line): active.tell(.output(agent: agent, stream: stream, line: line))
            case .usage(let usage): active.tell(.usage(agent: agent, usage: usage))
            case .activity(let text): active.tell(.activity(agent: agent, text: text))
            case .started(let mark):
                var marked = started
                marked.process = mark
                do { try active.note(.attemptStarted(marked)) } catch { failure.withLock { $0 = error } }
            }
        }
        // An interrupted attempt has no end in the journal: it is begun anew, and its work kept, when the run resumes.
        try Task.checkCancellation()
        if let error = failure.withLock({ $0 }) { throw error }
        // An attempt without an end in the journal is begun anew when there is room again.
        if let refusal = outcome.refusal { try active.requireRoom("agent '\(agent)': \(refusal.summary)") }
        try active.note(.attemptFinished(AttemptFinished(agent: agent, attempt: number, outcome: outcome)))
        return outcome
    }

    // MARK: Judging

    private func inspect(
        _ place: GuardSite,
        since before: GuardSnapshot,
        sandbox: SandboxKind
    ) async throws -> GuardInspection {
        let others = companions.filter { $0 != agent }.compactMap { site.guardSite($0, in: active) }
        let otherRuns = RunStore(state: active.environment.state).list().filter { $0 != active.run }
        var ownMoves: Set<String> = ["refs/switchyard/"]
        for run in otherRuns { ownMoves.insert("refs/heads/switchyard/\(run)/") }
        return try await GuardInspector(
            site: place,
            others: others,
            sandbox: sandbox,
            ownMoves: ownMoves,
            landingBranch: active.record.preflight.map { "refs/heads/" + $0.baseBranch }
        ).inspect(since: before, command: active.environment.git, tools: site.tools)
    }

    private func judge(
        _ place: GuardSite,
        outcome: AttemptOutcome,
        inspection: GuardInspection?,
        launch: Launch
    ) async throws {
        active.tell(.activity(agent: agent, text: "its work is judged"))
        try await StaleLocks(active).clear(agent)
        let time = Int64(active.environment.now().timeIntervalSince1970)
        let signature = try await active.git { repository throws(GitError) in
            try repository.signature(time: time, fallbackName: "Switchyard", fallbackEmail: "switchyard@localhost")
        }
        // Reading a whole worktree takes a while; unlike the inspection, agents need not wait for each other here.
        let tools = site.tools.onOwnLane(named: "gate")
        let work = try await WorkCollector(site: place, assignment: assignment).collect(by: signature, tools: tools)
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
            return try active.refuse(agent, reason, summary)
        }
        let verdict = try await Gate(tools: tools).judge(
            GateInput(
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
        )
        try Task.checkCancellation()
        if let check = verdict.checks.first(where: { $0.status == .refused }) {
            try active.requireRoom("agent '\(agent)': \(check.summary)")
        }
        try active.note(.gateFinished(GateFinished(agent: agent, verdict: verdict)))
        try active.refuse(agent, after: verdict)
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

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

    var agent: AgentID { assignment.id }

    func perform() async throws {
        guard let place = site.guardSite(agent, in: active) else { return }
        let guarding = try await WorktreeGuard.install(
            place,
            options: WorktreeGuard.Options(allowedProtocols: active.options.allowedGitProtocols),
            facts: site.facts,
            tools: site.tools
        )
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
            if let include = site.include {
                for finding in try await include.copy(to: place.worktree, lane: GitLane(name: "include")) {
                    try active.note(finding)
                }
            }
            try await setUp(launch)
            let before = await GuardSnapshot.take(
                place,
                remotes: site.reachable,
                command: active.environment.git,
                tools: site.tools
            )
            site.watch.admit(place)
            outcome = try await attempts(launch)
            inspection = try await inspect(place, since: before)
        }
        try await judge(place, outcome: outcome, inspection: inspection, launch: launch)
    }

    /// What every process of this agent is started with.
    struct Launch: Sendable {
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
        var variables = EngineEnvironment(base: active.environment.variables).variables(
            for: engine.variables,
            inherit: active.options.inheritedEnvironment,
            run: active.run,
            assignment: assignment,
            taskFile: active.plan.file,
            worktree: place.worktree,
            baseCommit: place.base,
            extra: active.environment.gitVariables.filter { $0.key.hasPrefix("GIT_CONFIG_") }
                .merging(active.stores.shared.variables) { $1 }
                .merging(guarding.environment) { $1 }
        )
        variables["PATH"] = place.programs + ":" + (variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin")
        var policy = plan.policy(kind: kind, extraWritable: active.stores.shared.writablePaths)
        // A settings file that the user names by a variable may lie where the sandbox shows nothing.
        if let settings = active.environment.variables["GIT_CONFIG_GLOBAL"], settings.hasPrefix("/"),
            settings != "/dev/null"
        {
            policy?.readOnlyPaths.append(settings)
        }
        return Launch(engine: engine, engineName: name, environment: variables, sandbox: policy)
    }

    /// Runs the set-up commands, which are the user's own and may change the settings all worktrees share.
    private func setUp(_ launch: Launch) async throws {
        guard !active.options.setupCommands.isEmpty else { return }
        let changed = try await site.watch.accepting(tools: site.tools) { try await runSetup(launch) }
        guard !changed.isEmpty else { return }
        try active.note(
            Finding(
                .warning,
                "guard-setup-changed",
                "While the set-up commands of agent \(agent) ran, \(changed.map { "'\($0)'" }.joined(separator: ", ")) "
                    + "changed in the git folder: that was taken as their doing, but other agents were at work too."
            )
        )
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
            template: active.environment.prompts,
            hasServices: active.stores.shared.isAvailable
        )
        try AtomicFile.write(prompt, to: active.folder.prompt(agent))
        let first = (active.record.agents[agent]?.attempts.count ?? 0) + 1
        var number = first
        while true {
            let outcome = try await attempt(number, prompt: prompt, launch: launch)
            guard !outcome.isSuccess, number - first + 1 < active.options.maxAttempts, try isInBudget(),
                case .again(let pause) = RetryAdvice.advise(after: outcome, attempt: number - first + 1)
            else { return outcome }
            if outcome.failure?.kind == .rateLimited {
                // What one attempt was told holds for all that use the same engine.
                await active.stores.throttle?.pause(launch.engineName, for: pause)
            }
            active.tell(.activity(agent: agent, text: "waits to try again"))
            try await active.environment.clock.sleep(for: pause)
            number += 1
        }
    }

    /// Whether there is anything left for another attempt.
    private func isInBudget() throws -> Bool {
        let budget = active.options.budget
        let usage = active.record.agents[agent]?.usage ?? Usage()
        guard let excess = budget.agentExcess(usage) ?? budget.runExcess(active.spending.total) else { return true }
        try active.note(
            Finding(.note, "budget-no-retry", "Agent \(agent) is not tried again: \(excess).")
        )
        return false
    }

    private func attempt(_ number: Int, prompt: String, launch: Launch) async throws -> AttemptOutcome {
        let agent = agent
        let active = active
        try await active.stores.throttle?.admit(launch.engineName) { _ in
            active.tell(.activity(agent: agent, text: "waits for its engine's rate limit"))
        }
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
        let before = active.record.agents[agent]?.usage ?? Usage()
        let outcome = await BudgetedAttempt(budget: active.options.budget, before: before).run { spend in
            await launch.engine.run(request) { event in
                switch event {
                case .output(let stream, let line): active.tell(.output(agent: agent, stream: stream, line: line))
                case .usage(let usage):
                    active.spending.update(agent, usage)
                    spend(usage)
                    active.tell(.usage(agent: agent, usage: usage))
                case .activity(let text): active.tell(.activity(agent: agent, text: text))
                case .started(let mark):
                    var marked = started
                    marked.process = mark
                    do { try active.note(.attemptStarted(marked)) } catch { failure.withLock { $0 = error } }
                }
            }
        }
        active.spending.close(agent, outcome.usage)
        // An interrupted attempt has no end in the journal: it is begun anew, and its work kept, when the run resumes.
        try Task.checkCancellation()
        if let error = failure.withLock({ $0 }) { throw error }
        // An attempt without an end in the journal is begun anew when there is room again.
        if let refusal = outcome.refusal { try active.requireRoom("agent '\(agent)': \(refusal.summary)") }
        try active.note(.attemptFinished(AttemptFinished(agent: agent, attempt: number, outcome: outcome)))
        return outcome
    }
}
